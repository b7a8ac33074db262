from accounts.models import User
from accounts.signals import words_held
from moderation.models import Case, Report
from moderation.services.looking import may_look
from moderation.services.reports import report_post
from photos.models import Post
from photos.signals import blocked_picture_found
from tests.factories import make_comment, make_media, make_post


def test_listed_words_make_one_case_of_what_they_stand_in(post: Post, alma: User) -> None:
    comment = make_comment(alma, post)

    for kind, thing in (("post", post), ("comment", comment), ("person", alma), ("post", post)):
        words_held.send(sender=None, kind=kind, object_id=thing.pk, words=["kiln", "loom"])
    words_held.send(sender=None, kind="post", object_id=7, words=["kiln"])

    assert list(Case.objects.order_by("pk").values_list("kind", "person", "report_count")) == [
        ("post", alma.pk, 0),
        ("comment", alma.pk, 0),
        ("person", alma.pk, 0),
    ]
    assert {each.note for each in Report.objects.filter(reporter=None)} == {"Listed words: kiln, loom"}
    assert Report.objects.count() == 3


def test_blocked_picture_is_a_case_of_who_has_sent_it(alma: User) -> None:
    blocked_picture_found.send(sender=None, media_id=make_media(alma).pk, image_id=5)

    assert Case.objects.values_list("kind", "person").get() == ("person", alma.pk)


def test_lists_of_the_site_open_nothing_and_a_report_of_somebody_does(alma: User, boris: User, moderator: User) -> None:
    hidden = make_post(alma, audience="unlisted")
    words_held.send(sender=None, kind="post", object_id=hidden.pk, words=["kiln"])
    Case.objects.update(claimed_by=moderator)
    before = may_look(moderator, Case.objects.get())

    report_post(boris, hidden.pk, category="hate")

    assert (before, may_look(moderator, Case.objects.get())) == (False, True)
