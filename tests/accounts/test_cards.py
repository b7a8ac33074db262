import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.cards import Link, PersonCard, people_cards, person_card, profile_card
from accounts.counts import person_counts
from accounts.models import User
from accounts.standings import Relationship, Standing
from tests.factories import make_follow, make_user


def test_card_of_a_person_has_what_pages_show(alma: User, boris: User) -> None:
    make_follow(alma, boris)

    cards = people_cards([boris, alma], alma)

    assert cards[0] == PersonCard(
        id=boris.pk,
        username="boris",
        display_name="",
        url="/@boris/",
        avatar_url="",
        bio="",
        is_private=False,
        is_self=False,
        relationship=Relationship(True, False, False, False, False),
    )
    assert (cards[1].username, cards[1].is_self, cards[1].relationship) == ("alma", True, None)


@pytest.mark.parametrize(
    ("display_name", "name", "initial"), [("", "alma", "A"), ("élan", "élan", "É"), ("ﬁ", "ﬁ", "FI")]
)
def test_card_calls_people_by_name_and_initial(display_name: str, name: str, initial: str) -> None:
    card = person_card(User(pk=1, username="alma", display_name=display_name), AnonymousUser())

    assert (card.name, card.initial) == (name, initial)


def test_card_with_a_picture_has_a_signed_address() -> None:
    card = person_card(User(pk=1, username="alma", avatar_key="ab/cd.jpg"), AnonymousUser())

    assert card.avatar_url.startswith("/media/renditions/ab/cd.jpg?e=")


@pytest.mark.parametrize(
    ("viewer", "private", "follows", "blocking", "close", "count"),
    [
        ("alma", False, False, False, False, 7),
        ("alma", True, False, False, False, 7),
        ("boris", False, False, False, False, 4),
        ("boris", False, True, False, False, 6),
        ("boris", False, False, False, True, 5),
        ("boris", False, True, False, True, 7),
        ("boris", True, False, False, False, 0),
        ("boris", True, False, False, True, 1),
        ("boris", True, True, False, False, 6),
        ("boris", False, True, True, True, 0),
    ],
)
def test_number_of_posts_is_what_the_viewer_may_find(
    viewer: str, private: bool, follows: bool, blocking: bool, close: bool, count: int
) -> None:
    numbers = {"own_post_count": 7, "public_post_count": 4, "follower_post_count": 2, "close_friend_post_count": 1}
    people = {"alma": User(pk=1, is_private=private, **numbers), "boris": User(pk=2)}
    standing = Standing(Relationship(follows, False, False, blocking, False), is_close=close)

    assert person_counts(people[viewer], people["alma"], standing).posts == count


def test_profile_shows_words_as_safe_html_and_its_website_short(db: None) -> None:
    user = make_user("alma", bio="<b>hi</b> @boris", website="https://alma.example.org/", own_post_count=2)

    profile = profile_card(user, user)

    assert profile.bio_html == '&lt;b&gt;hi&lt;/b&gt; <a href="/@boris/">@boris</a>'
    assert profile.links == (Link("https://alma.example.org/", "alma.example.org"),)
    assert (profile.post_count, profile.person.is_self) == (2, True)


def test_links_show_look_alike_letters_in_a_host_in_their_ascii_form(alma: User) -> None:
    alma.website, alma.links = "https://раураl.com/x", ["http://example.org"]

    assert profile_card(alma, alma).links == (
        Link("https://xn--l-7sba6dbr.com/x", "xn--l-7sba6dbr.com/x"),
        Link("http://example.org", "example.org"),
    )
