"""Accounts and people under /rest/v1/."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_named_user_for
from accounts.api.answers import User as UserAnswer
from accounts.api.answers import UserPage, Verification
from accounts.api.relations import people_answer, typed_query
from accounts.api.requests import PersonRequest
from accounts.api.serializers import CloseAccountInput, ProfileInput, SignUpInput, VerificationInput
from accounts.models import User
from accounts.representations import represent_user, represent_users
from accounts.selectors import followers_page, following_page
from accounts.services import verifications
from accounts.services.closing import close_account
from accounts.services.profiles import CHOICES, FILTER, ONE_OF, edit_profile, set_account_private
from accounts.services.registration import Admission, check_open
from core import rate_limits
from core.api.calls import IDEMPOTENCY_KEY, SEARCH, Call
from core.api.idempotency import answer_sealed_once
from core.api.views import ApiView, page_cursor, page_limit
from core.web.client_address import client_address


class AccountsView(ApiView):
    """POST /accounts: sign up, where that is open."""

    permission_classes = ()
    calls = {
        "post": Call(
            name="signUp",
            summary="Sign up",
            takes=SignUpInput,
            answer=Verification,
            status=202,
            parameters=(IDEMPOTENCY_KEY,),
            problems=(409,),
        ),
    }

    def post(self, request: Request) -> Response:
        check_open()
        rate_limits.allow("sign-up", client_address(request._request), closed_when_away=True)
        sent = SignUpInput(data=request.data)
        sent.is_valid(raise_exception=True)
        fields = dict(sent.validated_data)
        admission = Admission(invitation=fields.pop("invitation"), application=fields.pop("application"))

        def make() -> Response:
            name = verifications.begin(admission, **fields)
            return Response({"verification": name, "expires_in": verifications.SECONDS}, status=202)

        return answer_sealed_once(request, request.data, make)


class VerificationView(ApiView):
    """POST /accounts/verification: the code that was mailed, for the account that POST /accounts made."""

    permission_classes = ()
    calls = {
        "post": Call(
            name="verifySignUp",
            summary="Finish signing up",
            takes=VerificationInput,
            answer=UserAnswer,
            status=201,
        )
    }

    def post(self, request: Request) -> Response:
        sent = VerificationInput(data=request.data)
        sent.is_valid(raise_exception=True)
        user = verifications.finish(sent.validated_data["verification"], sent.validated_data["code"])
        return Response(represent_user(user, user), status=201)


class MeView(ApiView):
    """GET, PATCH and DELETE /me."""

    def get(self, request: PersonRequest) -> Response:
        return Response(self.represent(request.user))

    def patch(self, request: PersonRequest) -> Response:
        sent = ProfileInput(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        changes = dict(sent.validated_data)
        is_private = changes.pop("is_private", None)
        edit_profile(request.user, changes)
        if is_private is not None:
            set_account_private(request.user, is_private)
            request.user.refresh_from_db()
        return Response(self.represent(request.user))

    def delete(self, request: PersonRequest) -> Response:
        """Close the account: it can be reopened by logging in for TRASH_DAYS, then it is deleted."""
        sent = CloseAccountInput(data=request.data)
        sent.is_valid(raise_exception=True)
        close_account(request.user, address=client_address(request._request), **sent.validated_data)
        return Response(status=204)

    def represent(self, user: User) -> dict[str, Any]:
        """The signed-in person's own `User`; apps above add what they know."""
        return represent_me(user)


def represent_me(user: User) -> dict[str, Any]:
    """The signed-in person's own `User`, with what only they may know."""
    return {
        **represent_user(user, user),
        "email": user.email,
        "standing": {"limited": user.limited_at is not None, "frozen": user.frozen_at is not None},
        "time_zone": user.time_zone,
        **{name: getattr(user, name) for name in (*CHOICES, *ONE_OF, FILTER)},
    }


class UserView(ApiView):
    public = True
    calls = {"get": Call(name="getUser", summary="A person", answer=UserAnswer, tag="People")}

    def get(self, request: Request, username: str) -> Response:
        user = get_named_user_for(request.user, username)
        return Response(represent_users([user], request.user)[0])


class FollowersView(ApiView):
    """`q` searches the list."""

    public = True
    calls = {
        "get": Call(
            name="listFollowers", summary="Who follows a person", answer=UserPage, parameters=(SEARCH,), tag="People"
        )
    }

    def get(self, request: Request, username: str) -> Response:
        asked = {"cursor": page_cursor(request), "typed": typed_query(request)}
        return people_answer(request, followers_page(request.user, username, limit=page_limit(request), **asked))


class FollowingView(ApiView):
    """`q` searches the list."""

    public = True
    calls = {
        "get": Call(
            name="listFollowing", summary="Whom a person follows", answer=UserPage, parameters=(SEARCH,), tag="People"
        )
    }

    def get(self, request: Request, username: str) -> Response:
        asked = {"cursor": page_cursor(request), "typed": typed_query(request)}
        return people_answer(request, following_page(request.user, username, limit=page_limit(request), **asked))
