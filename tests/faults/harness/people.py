"""The people of each row, and the one who follows them all."""

from secrets import token_hex

from django.utils import timezone

from accounts.models import User
from accounts.services.follows import follow_user
from accounts.services.tokens import create_token
from tests.e2e.rest import Rest
from tests.faults.harness.batch import CLIENTS, Person
from tests.faults.harness.client import App

ANSWER_BY = 20.0  # seconds; shorter than the longest delay at a fault point


def make_person(origin: str) -> Person:
    name = f"person{token_hex(5)}"
    user = User.objects.create_user(name, f"{name}@example.org", last_seen_at=timezone.now())
    _, token = create_token(user, scopes=["read", "write", "follow"])
    return Person(user, App(Rest(origin, token, ANSWER_BY)))


def make_group(origin: str, reader: Person) -> list[Person]:
    """One for each app of a batch, new to the site so that no limit per hour is met; `reader` follows them."""
    people = [make_person(origin) for _ in range(CLIENTS)]
    for person in people:
        follow_user(reader.user, person.user)
    return people
