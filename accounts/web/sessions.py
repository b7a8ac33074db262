"""Signing up, logging in and out."""

from contextlib import suppress
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal import flows
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import SecurityEvent, User
from accounts.services.closing import AccountClosed, closed_account, deleted_on, reopen_account, reopen_pass
from accounts.services.registration import check_open, needs_approval
from accounts.services.security_log import note_event
from accounts.services.sessions import check_log_in, enter, go_on
from accounts.services.sign_up import EmailTaken, sign_up
from accounts.web.admin_site import lacks_second_factor
from accounts.web.forms import LoginForm, SignUpForm
from accounts.web.second_forms import SecondStepForm
from core import rate_limits
from core.exceptions import InvalidInput, NotFound, RateLimited
from core.web.client_address import client_address
from core.web.forms import add_errors
from core.web.redirects import safe_next, see_other


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def signup(request: HttpRequest) -> HttpResponse:
    target = safe_next(request, reverse("feeds:home"))
    if request.user.is_authenticated:
        return see_other(target)
    check_open()
    form = SignUpForm(request.POST or None, initial={"invitation": request.GET.get("invitation", "")[:100]})
    if form.is_valid():
        rate_limits.allow("sign-up", client_address(request), closed_when_away=True)
        try:
            user = sign_up(**form.person, admission=form.admission)
        except EmailTaken as taken:
            return _welcome_again(request, taken.email)
        except InvalidInput as error:
            add_errors(form, error)
        else:
            return _welcome(request, user, target)
    return _form_page(request, "accounts/signup.html", form, target)


@require_safe
def signup_sent(request: HttpRequest) -> HttpResponse:
    """Where who has asked for an account learns how it goes on; the same for everybody."""
    return render(request, "accounts/signup_sent.html")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    target = safe_next(request, reverse("feeds:home"))
    if request.user.is_authenticated:
        return see_other(target)
    form = LoginForm(request.POST or None)
    if form.is_valid():
        try:
            user = check_log_in(request, form.cleaned_data["username"], form.cleaned_data["password"])
        except AccountClosed as closed:
            return _offer_to_reopen(request, closed.user, target)
        except InvalidInput as error:
            add_errors(form, error)
        else:
            return enter(request, user, target)
    return _form_page(request, "accounts/login.html", form, target)


@require_POST
def reopen(request: HttpRequest) -> HttpResponse:
    """Reopen one's closed account and log in; the form carries what the right password has just earned.

    Whoever has a second factor proves it first, and then logs in as ever: a password alone brings nothing back.
    """
    ticket, target = request.POST.get("reopen", ""), safe_next(request, reverse("feeds:home"))
    user = closed_account(ticket)
    needs_code = is_mfa_enabled(user)
    if needs_code:
        form = SecondStepForm(request.POST, user=user)
        if not form.is_valid():
            return _offer_to_reopen(request, user, target, form)
        form.save()
    user = reopen_account(ticket)
    messages.success(request, _("Your account is open again."))
    if needs_code:
        return see_other(f"{reverse('accounts:login')}?{urlencode({'next': target})}")
    return enter(request, user, target)


@require_safe
def inactive(request: HttpRequest) -> HttpResponse:
    """Where somebody ends whose account was suspended between two steps of logging in."""
    return see_other(reverse("accounts:login"))


@require_http_methods(["GET", "HEAD", "POST"])
def admin_login(request: HttpRequest) -> HttpResponse:
    """Staff log in like everybody, under the same limits; for anybody else there is nothing here."""
    if request.user.is_authenticated and not request.user.is_staff:
        raise NotFound
    if lacks_second_factor(request):
        messages.error(request, _("The admin needs a second factor. Please set one up, and come back."))
        return see_other(reverse("mfa_index"))
    target = safe_next(request, reverse("admin:index"))
    return see_other(f"{reverse('accounts:login')}?{urlencode({'next': target})}")


@require_http_methods(["GET", "HEAD", "POST"])
def logout(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "accounts/logout.html")
    end_session(request)
    response = see_other(reverse("feeds:home"))
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _welcome(request: HttpRequest, user: User, target: str) -> HttpResponse:
    if user.awaits_approval:
        note_event(user, SecurityEvent.Kind.SIGNED_UP, request=request)
        return see_other(reverse("accounts:signup-sent"))
    return go_on(flows.signup.complete_signup(request, user=user, redirect_url=target))


def _welcome_again(request: HttpRequest, email: str) -> HttpResponse:
    """As somebody new is answered; the owner of the address is told by mail."""
    if needs_approval():
        with suppress(RateLimited):
            get_adapter().send_account_already_exists_mail(email)
        return see_other(reverse("accounts:signup-sent"))
    return go_on(flows.signup.prevent_enumeration(request, email=email))


def _offer_to_reopen(request: HttpRequest, user: User, target: str, form: SecondStepForm | None = None) -> HttpResponse:
    """`form` is what was sent and is wrong; a code is asked for where the person has a second factor."""
    if form is None and is_mfa_enabled(user):
        form = SecondStepForm(user=user)
    context = {"reopen": reopen_pass(user), "deleted_on": deleted_on(user), "next": target, "form": form}
    return render(request, "accounts/reopen.html", context, status=422 if form and form.errors else 200)


def _form_page(request: HttpRequest, template: str, form: LoginForm | SignUpForm, target: str) -> HttpResponse:
    return render(request, template, {"form": form, "next": target}, status=422 if form.errors else 200)
