from accounts.models import User
from moderation.models import Case, Report
from photos.models import Post
from tests.conftest import AsApp
from tests.factories import make_comment, make_post

JSON = "application/json"
SPAM = {"category": "spam", "note": "Again."}


def test_post_person_and_comment_are_reported(as_app: AsApp, post: Post, alma: User, boris: User) -> None:
    client, comment = as_app(boris), make_comment(alma, post)

    answers = [
        client.post(f"/rest/v1/{path}/report", SPAM, JSON)
        for path in (f"posts/{post.pk}", "users/alma", f"comments/{comment.pk}")
    ]

    assert [each.status_code for each in answers] == [201] * 3
    report = Report.objects.order_by("pk")[0]
    assert answers[0].json() == {
        "id": str(report.pk),
        "category": "spam",
        "note": "Again.",
        "created_at": f"{report.created_at:%Y-%m-%dT%H:%M:%S}.{report.created_at.microsecond // 1000:03}Z",
    }
    assert sorted(Case.objects.values_list("kind", flat=True)) == ["comment", "person", "post"]


def test_report_said_twice_is_one_and_a_key_gives_the_same_answer(as_app: AsApp, post: Post, boris: User) -> None:
    client, path = as_app(boris), f"/rest/v1/posts/{post.pk}/report"

    first = client.post(path, SPAM, JSON, headers={"Idempotency-Key": "one"})
    again = client.post(path, SPAM, JSON, headers={"Idempotency-Key": "one"})
    other = client.post(path, {"category": "hate"}, JSON, headers={"Idempotency-Key": "one"})
    changed = client.post(path, {"category": "hate"}, JSON)

    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert (changed.json()["id"], changed.json()["category"]) == (first.json()["id"], "hate")


def test_what_cannot_be_reported_is_refused_by_code(as_app: AsApp, post: Post, alma: User, boris: User) -> None:
    hidden = make_post(alma, audience="only_me")

    answers = [
        as_app(alma).post(f"/rest/v1/posts/{post.pk}/report", SPAM, JSON),
        as_app(boris).post(f"/rest/v1/posts/{post.pk}/report", {"category": "dull"}, JSON),
        as_app(boris).post(f"/rest/v1/posts/{post.pk}/report", {"category": 5}, JSON),
        as_app(boris).post(f"/rest/v1/posts/{hidden.pk}/report", SPAM, JSON),
        as_app(boris).post("/rest/v1/posts/7/report", SPAM, JSON),
        as_app(boris, "read").post(f"/rest/v1/posts/{post.pk}/report", SPAM, JSON),
    ]

    assert [each.status_code for each in answers] == [422, 422, 422, 404, 404, 403]
    assert answers[0].json()["code"] == "report_self"
    assert not Case.objects.exists()
