from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST = 2000  # characters; an honest address of ours is shorter


def safe_next(request: HttpRequest, default: str) -> str:
    """The address in `next` if it is a path on this site, else `default`."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if is_local(target) else default


def is_local(url: str) -> bool:
    """Whether `url` is a path of this site, and cannot be taken for anything else."""
    is_path = url.startswith("/") and len(url) <= LONGEST
    return is_path and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


def see_other(url: str) -> HttpResponse:
    """The answer to a form that did its work: fetch `url` with GET."""
    return HttpResponseRedirect(url, status=303)
