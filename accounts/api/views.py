"""People and relations under /rest/v1/."""

from dataclasses import asdict
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_known_user_for, get_user_for
from accounts.api.requests import PersonRequest
from accounts.api.serializers import CloseAccountInput, ProfileInput, SignUpInput, VerificationInput
from accounts.models import User
from accounts.representations import represent_user, represent_users
from accounts.selectors import (
    blocks_page,
    follow_requests_page,
    followers_page,
    following_page,
    mutes_page,
    relationships,
)
from accounts.services import blocks, follows, verifications
from accounts.services.closing import close_account
from accounts.services.profiles import edit_profile, set_account_private
from accounts.services.registration import Admission, check_open
from core import rate_limits
from core.api.views import ApiView, page_answer, page_cursor, page_limit
from core.paging import Page
from core.web.client_address import client_address


class AccountsView(ApiView):
    """POST /accounts: sign up, where that is open."""

    permission_classes = ()

    def post(self, request: Request) -> Response:
        check_open()
        rate_limits.allow("sign-up", client_address(request._request), closed_when_away=True)
        sent = SignUpInput(data=request.data)
        sent.is_valid(raise_exception=True)
        fields = dict(sent.validated_data)
        admission = Admission(invitation=fields.pop("invitation"), application=fields.pop("application"))
        name = verifications.begin(admission, **fields)
        return Response({"verification": name, "expires_in": verifications.SECONDS}, status=202)


class VerificationView(ApiView):
    """POST /accounts/verification: the code that was mailed, for the account that POST /accounts made."""

    permission_classes = ()

    def post(self, request: Request) -> Response:
        sent = VerificationInput(data=request.data)
        sent.is_valid(raise_exception=True)
        user = verifications.finish(sent.validated_data["verification"], sent.validated_data["code"])
        return Response(represent_user(user, user, None), status=201)


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
        **represent_user(user, user, None),
        "email": user.email,
        "show_camera": user.show_camera,
        "tags_in_latest": user.tags_in_latest,
    }


class UserView(ApiView):
    public = True

    def get(self, request: Request, username: str) -> Response:
        user = get_user_for(request.user, username)
        return Response(represent_users([user], request.user)[0])


class FollowersView(ApiView):
    public = True

    def get(self, request: Request, username: str) -> Response:
        person = get_user_for(request.user, username)
        page = followers_page(request.user, person, cursor=page_cursor(request), limit=page_limit(request))
        return people_answer(request, page)


class FollowingView(ApiView):
    public = True

    def get(self, request: Request, username: str) -> Response:
        person = get_user_for(request.user, username)
        page = following_page(request.user, person, cursor=page_cursor(request), limit=page_limit(request))
        return people_answer(request, page)


class RelationView(ApiView):
    """PUT makes one relation to the named person, DELETE ends it; the answer is how the two stand now."""

    write_scope = "follow"
    make: ClassVar["staticmethod[[User, User], Any]"]
    end: ClassVar["staticmethod[[User, User], Any]"]

    def put(self, request: PersonRequest, username: str) -> Response:
        person = get_user_for(request.user, username)
        self.make(request.user, person)
        return relationship_answer(request, person)

    def delete(self, request: PersonRequest, username: str) -> Response:
        person = get_known_user_for(request.user, username)
        self.end(request.user, person)
        return relationship_answer(request, person)


class FollowView(RelationView):
    make = staticmethod(follows.follow_user)
    end = staticmethod(follows.unfollow_user)


class BlockView(RelationView):
    make = staticmethod(blocks.block_user)
    end = staticmethod(blocks.unblock_user)


class MuteView(RelationView):
    make = staticmethod(blocks.mute_user)
    end = staticmethod(blocks.unmute_user)


class FollowRequestView(RelationView):
    make = staticmethod(follows.accept_follow_request)
    end = staticmethod(follows.refuse_follow_request)


class FollowerView(ApiView):
    """DELETE /followers/{username}: this person no longer follows me."""

    write_scope = "follow"

    def delete(self, request: PersonRequest, username: str) -> Response:
        person = get_user_for(request.user, username)
        follows.remove_follower(request.user, person)
        return relationship_answer(request, person)


class FollowRequestsView(ApiView):
    def get(self, request: PersonRequest) -> Response:
        page = follow_requests_page(request.user, cursor=page_cursor(request), limit=page_limit(request))
        return people_answer(request, page)


class BlocksView(ApiView):
    def get(self, request: PersonRequest) -> Response:
        return people_answer(request, blocks_page(request.user, cursor=page_cursor(request), limit=page_limit(request)))


class MutesView(ApiView):
    def get(self, request: PersonRequest) -> Response:
        return people_answer(request, mutes_page(request.user, cursor=page_cursor(request), limit=page_limit(request)))


def people_answer(request: Request, page: Page[User]) -> Response:
    return page_answer(request, represent_users(page.items, request.user), page.next_cursor)


def relationship_answer(request: PersonRequest, person: User) -> Response:
    """How the two stand now; null towards oneself."""
    known = relationships(request.user, [person.pk]).get(person.pk)
    return Response({"relationship": asdict(known) if known else None})
