"""Posts that staff mark as sensitive, and what their author may then say."""

import pytest

from accounts.models import User
from core.exceptions import InvalidInput, NotAllowed
from core.ids import to_code
from photos.models import Post
from photos.ready.reading import ready_posts
from photos.services.marking import mark_sensitive, unmark_sensitive
from photos.services.posts import edit_post
from tests.factories import make_post, make_user
from tests.hardening.routes import browser


@pytest.fixture
def staff(db: None) -> User:
    return make_user("warden", is_staff=True)


@pytest.mark.parametrize("had", [False, True])
def test_mark_covers_a_post_and_its_end_gives_back_what_the_author_had(alma: User, staff: User, had: bool) -> None:
    post = make_post(alma, sensitive=had)

    marked = [mark_sensitive(staff, post) for _ in range(2)]
    back = [unmark_sensitive(staff, post) for _ in range(2)]

    assert [(each.sensitive, each.sensitive_by_staff) for each in marked] == [(True, True)] * 2
    assert [(each.sensitive, each.sensitive_by_staff) for each in back] == [(had, False)] * 2


def test_author_cannot_uncover_it_but_may_want_it_covered_later(alma: User, staff: User) -> None:
    post = mark_sensitive(staff, make_post(alma))

    with pytest.raises(InvalidInput) as raised:
        edit_post(alma, post, {"sensitive": False})
    edit_post(alma, post, {"sensitive": True})

    assert raised.value.code == "marked_by_staff"
    assert unmark_sensitive(staff, post).sensitive


def test_form_says_why_and_changes_the_rest(alma: User, staff: User) -> None:
    post = mark_sensitive(staff, make_post(alma, title="Before"))
    client, path = browser(alma), f"/p/{to_code(post.pk)}/edit/"

    page = client.get(path)
    client.post(path, {"title": "After", "audience": "public", "comments": "everyone"})

    changed = Post.objects.get(pk=post.pk)
    assert b"Only they can take that back" in page.content
    assert (changed.title, changed.sensitive, unmark_sensitive(staff, changed).sensitive) == ("After", True, False)


def test_ready_cards_are_covered_at_once(alma: User, staff: User) -> None:
    post = make_post(alma)
    before = ready_posts([post.pk], "j")[post.pk].body

    mark_sensitive(staff, post)

    after = ready_posts([post.pk], "j")[post.pk].body
    assert (b'"sensitive":false' in before, b'"sensitive":true' in after) == (True, True)


def test_nobody_but_staff_marks(alma: User, boris: User) -> None:
    post = make_post(alma)

    for act in (mark_sensitive, unmark_sensitive):
        with pytest.raises(NotAllowed):
            act(boris, post)

    assert not Post.objects.get(pk=post.pk).sensitive_by_staff
