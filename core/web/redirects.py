from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next(request: HttpRequest, default: str) -> str:
    """The address in `next` if it is a path on this site, else `default`."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    local = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if local else default


def see_other(url: str) -> HttpResponse:
    """The answer to a form that did its work: fetch `url` with GET."""
    return HttpResponseRedirect(url, status=303)
