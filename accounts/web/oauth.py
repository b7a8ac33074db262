"""OAuth 2 for apps: the page that asks a person, the calls that hand out tokens, and what programs read about both."""

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from oauth2_provider.exceptions import FatalClientError, OAuthToolkitError
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauthlib.oauth2 import InvalidClientError, InvalidRequestError, OAuth2Error, UnsupportedGrantTypeError

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
BROKEN_HEX = re.compile(r"%(?![0-9A-Fa-f]{2})")
CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{0,128}")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")  # the first is the standard's
GRANTS = ("authorization_code", "refresh_token")
OF_OUR_FORM = {"answer", "csrfmiddlewaretoken"}  # all that the page that asks sends itself


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def authorize(request: SignedInRequest) -> HttpResponse:
    """Asks whether an app may act for the person, and leads back to the app with the answer."""
    if wrong := _wrong_with_question(request):
        return _refuse(request, "invalid_request", wrong)
    try:
        scopes, credentials = get_oauthlib_core().validate_authorization_request(request)
        _insist_on_s256(credentials)
        if request.method != "POST":
            return _ask(request, scopes, credentials)
        return _answer(request, scopes, credentials)
    except FatalClientError as error:
        return _refuse(request, error.oauthlib_error.error, error.oauthlib_error.description)
    except OAuthToolkitError as error:
        return _lead_to(error.oauthlib_error.redirect_uri, dict(error.oauthlib_error.twotuples))


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
    answer = {"code": parse_qs(urlsplit(address).query)["code"][-1], "state": credentials["state"]}
    return _lead_to(credentials["redirect_uri"], answer)


def _refuse(request: HttpRequest, code: str, detail: str) -> HttpResponse:
    """What is wrong stands on the page: nobody may be led to an address that no app has registered."""
    return render(request, "accounts/authorize_refused.html", {"code": code, "detail": detail}, status=400)


def _wrong_with_question(request: HttpRequest) -> str:
    """What is wrong with the parameters, whichever app it is: they stand in the query, once, and can be kept."""
    query = request.GET
    if set(request.POST) - OF_OUR_FORM or BROKEN_HEX.search(request.META.get("QUERY_STRING", "")):
        return "Parameters stand in the query of the address, form-encoded."
    if query.get("response_mode") not in (None, "", "query"):
        return "The answer comes in the query; there is no other response_mode."
    is_kept = len(query.get("nonce", "")) <= LONGEST_NONCE and CHALLENGE.fullmatch(query.get("code_challenge", ""))
    return _wrong_with(query) or ("" if is_kept else "nonce or code_challenge is not as it has to be.")


def _wrong_with(fields: QueryDict) -> str:
    for name, values in fields.lists():
        if len(values) > 1:  # RFC 6749, 3.1 and 3.2
            return f"The parameter {name[:50]!r} stands there twice."
        if "\x00" in name + values[0] or len(values[0]) > LONGEST:
            return "A parameter is too long, or has signs that it may not have."
    return ""


def _insist_on_s256(credentials: Credentials) -> None:
    """The toolkit says so only when the person has allowed it; and takes `plain` where no method is named."""
    if credentials.get("code_challenge_method") != "S256":
        description = "code_challenge_method must be S256."
        raise OAuthToolkitError(InvalidRequestError(description=description, request=credentials["request"]))


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


def _lead_to(target: str, answer: Mapping[str, str | None]) -> HttpResponse:
    """To the app, at its address sign by sign, with the answer and who gave it (RFC 9207)."""
    fields = {name: value for name, value in {**answer, "iss": settings.ORIGIN}.items() if value is not None}
    address = f"{target}{'&' if '?' in target else '?'}{urlencode(fields)}"
    return HttpResponse(status=303, headers={"Location": address, "Cache-Control": "no-store"})


def _call(request: HttpRequest, make: Any) -> HttpResponse:
    try:
        rate_limits.allow("OAuth by address", client_address(request), closed_when_away=True)
        _check_call(request)
        with transaction.atomic():
            _address, _headers, body, status = make(request)
    except (RateLimited, Unavailable) as error:
        return _problem("temporarily_unavailable", error.status, error.detail, error.retry_after)
    except OAuth2Error as error:
        return _problem(error.error, error.status_code, error.description)
    return _finished(HttpResponse(body, status=status, content_type="application/json"))


def _check_call(request: HttpRequest) -> None:
    """OAuth2Error for what is not a form with each parameter once, or asks for what there is not."""
    if request.META.get("QUERY_STRING"):
        raise InvalidRequestError("Parameters stand in the body, not in the address.")
    if request.content_type not in FORMS:
        raise InvalidRequestError(f"The body is {FORMS[0]}.")
    if wrong := _wrong_with(request.POST):
        raise InvalidRequestError(wrong)
    if request.POST.get("grant_type", GRANTS[0]) not in GRANTS:
        raise UnsupportedGrantTypeError
    _check_credentials(request.headers.get("Authorization", ""), request.POST)


def _check_credentials(header: str, fields: QueryDict) -> None:
    """OAuth2Error for a header that cannot be read, and for a secret that comes in two ways."""
    if not header:
        return
    if fields.get("client_secret"):
        raise InvalidRequestError("The secret comes in one way, not in two.")
    scheme, _, text = header.partition(" ")
    try:
        known = unquote_plus(b64decode(text, validate=True).decode())
    except ValueError:
        known = ""
    if scheme.lower() != "basic" or ":" not in known or "\x00" in known:
        raise InvalidClientError


def _problem(code: str, status: int, detail: str, retry_after: int | None = None) -> HttpResponse:
    """An error as RFC 6749 writes it, which is what programs read here."""
    content = json.dumps({"error": code, "error_description": detail})
    response = HttpResponse(content, status=status, content_type="application/json")
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return _finished(response)


def _finished(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    if response.status_code == 401:
        response["WWW-Authenticate"] = 'Basic realm="oauth"'
    return response
