"""Relations between the person who calls and others, under /rest/v1/."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_known_user_for, get_user_for
from accounts.api.requests import PersonRequest
from accounts.api.serializers import MuteInput, UsernamesInput
from accounts.models import Mute, User
from accounts.representations import represent_users
from accounts.selectors import (
    blocks_page,
    close_friends_page,
    follow_requests_page,
    mute_in_force,
    mutes_page,
    relationships,
    restrictions_page,
    sent_requests_page,
)
from accounts.services import blocks, close_friends, follows, mutes, requests, restrictions
from core.api.views import ApiView, page_answer, page_cursor, page_limit
from core.exceptions import InvalidInput
from core.paging import Page
from core.times import iso_utc


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


class FollowRequestView(RelationView):
    make = staticmethod(follows.accept_follow_request)
    end = staticmethod(follows.refuse_follow_request)


class CloseFriendView(RelationView):
    make = staticmethod(close_friends.add_close_friend)
    end = staticmethod(close_friends.remove_close_friend)


class MuteView(ApiView):
    """PUT mutes: posts or everything, for good or until a moment; said again it replaces both. DELETE ends it."""

    write_scope = "follow"

    def put(self, request: PersonRequest, username: str) -> Response:
        person = get_user_for(request.user, username)
        sent = MuteInput(data=request.data or {})
        sent.is_valid(raise_exception=True)
        seconds = sent.validated_data.pop("seconds", None)
        if seconds is not None and sent.validated_data["until"] is not None:
            raise InvalidInput.field("seconds", "Send either seconds or until.", code="until_twice")
        if seconds is not None:
            sent.validated_data["until"] = timezone.now() + timedelta(seconds=seconds)
        mutes.mute_user(request.user, person, **sent.validated_data)
        return self._answer(request, person)

    def delete(self, request: PersonRequest, username: str) -> Response:
        person = get_known_user_for(request.user, username)
        mutes.unmute_user(request.user, person)
        return self._answer(request, person)

    def _answer(self, request: PersonRequest, person: User) -> Response:
        mute = mute_in_force(request.user, person)
        return relationship_answer(request, person, mute=represent_mute(mute) if mute else None)


class RestrictView(ApiView):
    """PUT restricts, DELETE ends it."""

    write_scope = "follow"

    def put(self, request: PersonRequest, username: str) -> Response:
        person = get_user_for(request.user, username)
        restrictions.restrict_user(request.user, person)
        return relationship_answer(request, person, restricting=True)

    def delete(self, request: PersonRequest, username: str) -> Response:
        person = get_user_for(request.user, username)
        restrictions.unrestrict_user(request.user, person)
        return relationship_answer(request, person, restricting=False)


class FollowerView(ApiView):
    """DELETE /followers/{username}: this person no longer follows me."""

    write_scope = "follow"

    def delete(self, request: PersonRequest, username: str) -> Response:
        person = get_user_for(request.user, username)
        follows.remove_follower(request.user, person)
        return relationship_answer(request, person)


class FollowRequestsView(ApiView):
    """GET: who asks to follow me, with `direction=sent` whom I have asked. PUT accepts, DELETE refuses many."""

    write_scope = "follow"

    def get(self, request: PersonRequest) -> Response:
        is_sent = request.query_params.get("direction") == "sent"
        read = sent_requests_page if is_sent else follow_requests_page
        return people_answer(request, read(request.user, cursor=page_cursor(request), limit=page_limit(request)))

    def put(self, request: PersonRequest) -> Response:
        return Response({"accepted": requests.accept_follow_requests(request.user, _usernames(request))})

    def delete(self, request: PersonRequest) -> Response:
        return Response({"refused": requests.refuse_follow_requests(request.user, _usernames(request))})


class BlocksView(ApiView):
    def get(self, request: PersonRequest) -> Response:
        return people_answer(request, blocks_page(request.user, **_asked(request)))


class MutesView(ApiView):
    """`mutes` says what is muted and until when, in the order of `results`."""

    def get(self, request: PersonRequest) -> Response:
        page = mutes_page(request.user, **_asked(request))
        people = represent_users([mute.muted for mute in page.items], request.user)
        facts = [{"username": mute.muted.username, **represent_mute(mute)} for mute in page.items]
        return page_answer(request, people, page.next_cursor, mutes=facts)


class RestrictionsView(ApiView):
    def get(self, request: PersonRequest) -> Response:
        return people_answer(request, restrictions_page(request.user, **_asked(request)))


class CloseFriendsView(ApiView):
    def get(self, request: PersonRequest) -> Response:
        return people_answer(request, close_friends_page(request.user, **_asked(request)))


def people_answer(request: Request, page: Page[User]) -> Response:
    return page_answer(request, represent_users(page.items, request.user), page.next_cursor)


def relationship_answer(request: PersonRequest, person: User, **facts: Any) -> Response:
    """How the two stand now, null towards oneself; and what else the call was about."""
    known = relationships(request.user, [person.pk]).get(person.pk)
    return Response({"relationship": asdict(known) if known else None, **facts})


def represent_mute(mute: Mute) -> dict[str, Any]:
    return {"scope": mute.scope, "until": iso_utc(mute.until)}


def typed_query(request: Request) -> str:
    """What a list is searched for."""
    return request.query_params.get("q", "")


def _asked(request: Request) -> dict[str, Any]:
    return {"cursor": page_cursor(request), "limit": page_limit(request), "typed": typed_query(request)}


def _usernames(request: PersonRequest) -> list[str]:
    sent = UsernamesInput(data=request.data)
    sent.is_valid(raise_exception=True)
    return list(sent.validated_data["usernames"])
