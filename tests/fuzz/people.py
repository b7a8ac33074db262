"""Runs inside the site that is fuzzed: people who know each other, and tokens of theirs."""

import json

from accounts.models import User
from accounts.services.follows import follow_user
from accounts.services.tokens import create_token
from tests.factories import make_block, make_close_friend, make_follow, make_mute, make_restriction, make_user
from tests.fuzz.callers import AUTHOR, EVERYTHING, FRIENDS, SCOPES


def make_people() -> str:
    """As JSON the tokens of each: one that calls with the scopes of this caller, and one that sets things up."""
    friends = [make_user(name, bio="Glazes") for name in (*FRIENDS, AUTHOR)]
    tokens = {friend.username: {"sets up": token(friend, EVERYTHING)} for friend in friends}
    for name, scopes in SCOPES.items():
        if scopes:
            person = make_user(f"{name}er", is_private=True, is_staff=name == "staff", is_superuser=name == "staff")
            acquaint(person, friends[0])
            tokens[name] = {"calls": token(person, scopes), "sets up": token(person, EVERYTHING)}
    return json.dumps(tokens)


def token(person: User, scopes: list[str]) -> str:
    return create_token(person, scopes=scopes)[1]


def acquaint(person: User, friend: User) -> None:
    """Followers, a close friend, requests both ways, and people blocked, muted and restricted."""
    make_follow(person, friend)
    make_follow(friend, person)
    make_close_friend(person, friend)
    follow_user(person, make_user(is_private=True))
    for _ in range(3):
        follow_user(make_user(), person)
    make_block(person, make_user())
    make_mute(person, make_user())
    make_restriction(person, make_user())
