"""Relations between the person who calls and others, under /rest/v1/."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_known_user_for, get_user_for
from accounts.api.answers import (
    Accepted,
    MuteAnswer,
    MutePage,
    Refused,
    RelationshipAnswer,
    RestrictAnswer,
    UserPage,
)
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
    restrictions_page,
    sent_requests_page,
)
from accounts.services import blocks, close_friends, follows, mutes, requests, restrictions
from accounts.standings import standings
from core.api.calls import SEARCH, Call, Parameter
from core.api.views import ApiView, page_answer, page_cursor, page_limit
from core.exceptions import InvalidInput, Malformed
from core.paging import Page
from core.times import iso_utc

DIRECTIONS = {"received": follow_requests_page, "sent": sent_requests_page}
DIRECTION = Parameter(
    "direction", "`sent`: those whom you have asked.", {"type": "string", "enum": list(DIRECTIONS)}, example="sent"
)


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
    calls = {
        "put": Call(
            name="followUser",
            summary="Follow somebody, or ask to where the account is private",
            answer=RelationshipAnswer,
            problems=(422,),
        ),
        "delete": Call(name="unfollowUser", summary="Follow no longer", answer=RelationshipAnswer),
    }
    make = staticmethod(follows.follow_user)
    end = staticmethod(follows.unfollow_user)


class BlockView(RelationView):
    calls = {
        "put": Call(name="blockUser", summary="Block somebody", answer=RelationshipAnswer, problems=(422,)),
        "delete": Call(name="unblockUser", summary="Block no longer", answer=RelationshipAnswer),
    }
    make = staticmethod(blocks.block_user)
    end = staticmethod(blocks.unblock_user)


class FollowRequestView(RelationView):
    calls = {
        "put": Call(name="acceptFollowRequest", summary="Let somebody follow who has asked", answer=RelationshipAnswer),
        "delete": Call(
            name="refuseFollowRequest", summary="Refuse somebody who has asked to follow", answer=RelationshipAnswer
        ),
    }
    make = staticmethod(follows.accept_follow_request)
    end = staticmethod(follows.refuse_follow_request)


class CloseFriendView(RelationView):
    calls = {
        "put": Call(
            name="addCloseFriend",
            summary="Let somebody see what is for close friends",
            answer=RelationshipAnswer,
            problems=(422,),
        ),
        "delete": Call(name="removeCloseFriend", summary="A close friend no longer", answer=RelationshipAnswer),
    }
    make = staticmethod(close_friends.add_close_friend)
    end = staticmethod(close_friends.remove_close_friend)


class MuteView(ApiView):
    """PUT mutes: posts or everything, for good or until a moment; said again it replaces both. DELETE ends it."""

    write_scope = "follow"
    calls = {
        "put": Call(name="muteUser", summary="Mute somebody", takes=MuteInput, may_be_empty=True, answer=MuteAnswer),
        "delete": Call(name="unmuteUser", summary="Mute no longer", answer=MuteAnswer),
    }

    def put(self, request: PersonRequest, username: str) -> Response:
        person = get_user_for(request.user, username)
        sent = MuteInput(data=request.data)
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
    calls = {
        "put": Call(name="restrictUser", summary="Restrict somebody", answer=RestrictAnswer, problems=(422,)),
        "delete": Call(name="unrestrictUser", summary="Restrict no longer", answer=RestrictAnswer),
    }

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
    calls = {"delete": Call(name="removeFollower", summary="Remove a follower", answer=RelationshipAnswer)}

    def delete(self, request: PersonRequest, username: str) -> Response:
        person = get_user_for(request.user, username)
        follows.remove_follower(request.user, person)
        return relationship_answer(request, person)


class FollowRequestsView(ApiView):
    """GET: who asks to follow me, with `direction=sent` whom I have asked. PUT accepts, DELETE refuses many."""

    write_scope = "follow"
    calls = {
        "get": Call(name="listFollowRequests", summary="Who asks to follow", answer=UserPage, parameters=(DIRECTION,)),
        "put": Call(name="acceptFollowRequests", summary="Let many follow", takes=UsernamesInput, answer=Accepted),
        "delete": Call(name="refuseFollowRequests", summary="Refuse many", takes=UsernamesInput, answer=Refused),
    }

    def get(self, request: PersonRequest) -> Response:
        direction = request.query_params.get("direction", "received")
        if direction not in DIRECTIONS:
            raise Malformed(f"direction must be one of {', '.join(DIRECTIONS)}.", code="direction_unknown")
        read = DIRECTIONS[direction]
        return people_answer(request, read(request.user, cursor=page_cursor(request), limit=page_limit(request)))

    def put(self, request: PersonRequest) -> Response:
        return Response({"accepted": requests.accept_follow_requests(request.user, _usernames(request))})

    def delete(self, request: PersonRequest) -> Response:
        return Response({"refused": requests.refuse_follow_requests(request.user, _usernames(request))})


class BlocksView(ApiView):
    calls = {"get": Call(name="listBlocks", summary="Whom you block", answer=UserPage, parameters=(SEARCH,))}

    def get(self, request: PersonRequest) -> Response:
        return people_answer(request, blocks_page(request.user, **_asked(request)))


class MutesView(ApiView):
    """`mutes` says what is muted and until when, in the order of `results`."""

    calls = {"get": Call(name="listMutes", summary="Whom you mute", answer=MutePage, parameters=(SEARCH,))}

    def get(self, request: PersonRequest) -> Response:
        page = mutes_page(request.user, **_asked(request))
        people = represent_users([mute.muted for mute in page.items], request.user)
        facts = [{"username": mute.muted.username, **represent_mute(mute)} for mute in page.items]
        return page_answer(request, people, page.next_cursor, mutes=facts)


class RestrictionsView(ApiView):
    calls = {"get": Call(name="listRestrictions", summary="Whom you restrict", answer=UserPage, parameters=(SEARCH,))}

    def get(self, request: PersonRequest) -> Response:
        return people_answer(request, restrictions_page(request.user, **_asked(request)))


class CloseFriendsView(ApiView):
    calls = {
        "get": Call(
            name="listCloseFriends", summary="Who sees what is for close friends", answer=UserPage, parameters=(SEARCH,)
        )
    }

    def get(self, request: PersonRequest) -> Response:
        return people_answer(request, close_friends_page(request.user, **_asked(request)))


def people_answer(request: Request, page: Page[User]) -> Response:
    return page_answer(request, represent_users(page.items, request.user), page.next_cursor)


def relationship_answer(request: PersonRequest, person: User, **facts: Any) -> Response:
    """How the two stand now, null towards oneself; and what else the call was about."""
    known = standings(request.user, [person.pk])[person.pk].relationship
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
