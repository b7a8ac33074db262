from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse

from accounts.services.ways_in import lock_way_in
from core.exceptions import InvalidInput
from core.web.forms import add_errors


class RemovePasskey(RemoveWebAuthnView):
    """Allauth's page; the last way into an account stays."""

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            with transaction.atomic():
                lock_way_in(self.request.user, without=[self.object])
                answer: HttpResponse = super().form_valid(form)
        except InvalidInput as error:
            add_errors(form, error)
            answer = self.form_invalid(form)
        return answer


remove = RemovePasskey.as_view()
