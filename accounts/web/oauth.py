"""OAuth 2 for apps: the page that asks a person, the calls that hand out tokens, and what programs read about both."""

import json
import re
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from oauth2_provider.exceptions import FatalClientError, OAuthToolkitError
from oauth2_provider.oauth2_backends import get_oauthlib_core

from accounts.access import get_app_named
from accounts.models import AccessToken
from accounts.services.apps import leads_to, permit
from accounts.web.decorators import SignedInRequest, signed_in
from accounts.web.forms import SCOPES
from core import rate_limits
from core.exceptions import RateLimited, Unavailable
from core.web.client_address import client_address

Credentials = dict[str, Any]
LONGEST, LONGEST_NONCE = 2000, 255  # signs
CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{0,128}")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def authorize(request: SignedInRequest) -> HttpResponse:
    """Asks whether an app may act for the person, and leads back to the app with the answer."""
    core = get_oauthlib_core()
    if not _can_be_kept(request.GET):
        return _refuse(request, "invalid_request", "A parameter is too long, or has signs that it may not have.")
    try:
        scopes, credentials = core.validate_authorization_request(request)
        if request.method != "POST":
            return _ask(request, scopes, credentials)
        return _answer(request, scopes, credentials)
    except FatalClientError as error:
        return _refuse(request, error.oauthlib_error.error, error.oauthlib_error.description)
    except OAuthToolkitError as error:
        return _lead_to(error.oauthlib_error.in_uri(error.oauthlib_error.redirect_uri))


@csrf_exempt  # nosemgrep: forms-carry-a-token  no cookie is looked at here
@require_POST
@sensitive_post_parameters()
def token(request: HttpRequest) -> HttpResponse:
    """A code, or a token made for that, becomes an access token."""
    return _call(request, get_oauthlib_core().create_token_response)


@csrf_exempt  # nosemgrep: forms-carry-a-token  no cookie is looked at here
@require_POST
@sensitive_post_parameters()
def revoke(request: HttpRequest) -> HttpResponse:
    """The app gives a token back; so it is with one that is unknown (RFC 7009)."""
    return _call(request, get_oauthlib_core().create_revocation_response)


@require_safe
def metadata(request: HttpRequest) -> HttpResponse:
    """RFC 8414: where a program finds what it needs to log somebody in."""
    methods = ["client_secret_basic", "client_secret_post", "none"]
    facts = {
        "issuer": settings.ORIGIN,
        "authorization_endpoint": settings.ORIGIN + reverse("accounts:oauth-authorize"),
        "token_endpoint": settings.ORIGIN + reverse("accounts:oauth-token"),
        "revocation_endpoint": settings.ORIGIN + reverse("accounts:oauth-revoke"),
        "app_registration_endpoint": settings.ORIGIN + "/rest/v1/apps",
        "scopes_supported": AccessToken.Scope.values,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "authorization_response_iss_parameter_supported": True,
    }
    return JsonResponse(facts, headers={"Cache-Control": "no-cache"})


def _ask(request: SignedInRequest, scopes: list[str], credentials: Credentials) -> HttpResponse:
    app = get_app_named(credentials["client_id"])
    target = credentials["redirect_uri"]
    asked = [words for scope, words in SCOPES if scope in scopes]
    context = {"app": app, "asked": asked, "target": leads_to(target)}
    response = render(request, "accounts/authorize.html", context)
    response["Cache-Control"] = "no-store"
    return _may_lead_to(response, target)


def _answer(request: SignedInRequest, scopes: list[str], credentials: Credentials) -> HttpResponse:
    allows = request.POST.get("answer") == "allow"
    details = {name: value for name, value in credentials.items() if name != "request"}
    address, _headers, _body, _status = get_oauthlib_core().create_authorization_response(
        request=request, scopes=scopes, credentials=details, allow=allows
    )
    if allows:
        permit(request.user, get_app_named(credentials["client_id"]), scopes, request=request)
    return _lead_to(address)


def _refuse(request: HttpRequest, code: str, detail: str) -> HttpResponse:
    """What is wrong stands on the page: nobody may be led to an address that no app has registered."""
    return render(request, "accounts/authorize_refused.html", {"code": code, "detail": detail}, status=400)


def _can_be_kept(query: QueryDict) -> bool:
    """Whether what an app sends fits where the toolkit writes it, until the code is fetched."""
    values = [value for _, values in query.lists() for value in values]
    fits = all("\x00" not in value and len(value) <= LONGEST for value in values)
    return (
        fits
        and len(query.get("nonce", "")) <= LONGEST_NONCE
        and bool(CHALLENGE.fullmatch(query.get("code_challenge", "")))
    )


def _may_lead_to(response: HttpResponse, address: str) -> HttpResponse:
    """The form of this page may lead to this one place, too: browsers hold a redirect to the policy of its form."""
    scheme, _, rest = address.partition("://")
    source = (
        f"{scheme}://{rest.partition('/')[0].partition('?')[0]}" if scheme in ("http", "https") else _scheme(address)
    )
    csp_update({"form-action": [source]})(lambda _: response)(HttpRequest())
    return response


def _scheme(address: str) -> str:
    return address.partition(":")[0] + ":"


def _lead_to(address: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": address, "Cache-Control": "no-store"})


def _call(request: HttpRequest, make: Any) -> HttpResponse:
    try:
        rate_limits.allow("OAuth by address", client_address(request), closed_when_away=True)
        if any("\x00" in value for _, values in request.POST.lists() for value in values):
            return _problem("invalid_request", 400, "A parameter has signs that it may not have.", None)
        _address, headers, body, status = make(request)
    except RateLimited as error:
        return _problem("temporarily_unavailable", 429, error.detail, error.retry_after)
    except Unavailable as error:
        return _problem("temporarily_unavailable", 503, error.detail, error.retry_after)
    response = HttpResponse(content=body, status=status)
    for name, value in headers.items():
        response[name] = value
    return _without_caches(response)


def _problem(code: str, status: int, detail: str, retry_after: int | None) -> HttpResponse:
    """An error as RFC 6749 writes it, which is what programs read here."""
    content = json.dumps({"error": code, "error_description": detail})
    response = HttpResponse(content, status=status, content_type="application/json")
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return _without_caches(response)


def _without_caches(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
