from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.web.decorators import SignedInRequest, signed_in
from core.sizes import size_text
from photos.services.quota import keeping_of


@require_safe
@signed_in
def storage(request: SignedInRequest) -> HttpResponse:
    """How much room one's originals take, and how well they are kept."""
    keeping = keeping_of(request.user)
    context = {
        "keeping": keeping,
        "used": size_text(keeping.used_bytes),
        "quota": size_text(keeping.quota_bytes) if keeping.quota_bytes else "",
        "percent": min(100, round(100 * keeping.used_bytes / keeping.quota_bytes)) if keeping.quota_bytes else 0,
    }
    return render(request, "photos/settings_storage.html", context)
