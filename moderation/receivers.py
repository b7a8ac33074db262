from typing import Any

from django.apps import apps
from django.apps.config import AppConfig
from django.db.models.signals import post_migrate

from accounts.models import User
from accounts.signals import account_deleted, words_held
from moderation.models import Report
from moderation.services.forgetting import forget_person
from moderation.services.reports import report_by_house, report_post
from moderation.services.roles import keep_roles
from moderation.subjects import Subject, of_comment, of_person, of_post
from photos.models import Comment, Media, Post
from photos.signals import blocked_picture_found, demo_loaded


def connect() -> None:
    account_deleted.connect(forget, dispatch_uid="moderation.forget_with_account")
    words_held.connect(report_words, dispatch_uid="moderation.report_words")
    blocked_picture_found.connect(report_picture, dispatch_uid="moderation.report_picture")
    demo_loaded.connect(report_in_demo, dispatch_uid="moderation.report_in_demo")
    post_migrate.connect(keep_groups, dispatch_uid="moderation.keep_groups")


def forget(sender: Any, user_id: int, **kwargs: Any) -> None:
    """In the transaction of the deletion."""
    forget_person(user_id)


def report_words(sender: Any, kind: str, object_id: int, words: list[str], **kwargs: Any) -> None:
    subject = _subject(kind, object_id)
    if subject is not None:
        report_by_house(subject, f"Listed words: {', '.join(words)}")


def report_picture(sender: Any, media_id: int, image_id: int, **kwargs: Any) -> None:
    """It is refused, so that there is no post: the case is about who has sent it."""
    media = Media.objects.select_related("owner").filter(pk=media_id).first()
    if media is not None:
        report_by_house(of_person(media.owner), f"Has sent a picture like number {image_id} of the blocked ones.")


def report_in_demo(sender: Any, reports: list[tuple[int, int, str, str]], **kwargs: Any) -> None:
    """Each once, so that staff find something to decide, and what they have decided stays so."""
    for reporter_id, post_id, category, note in reports:
        if not Report.objects.filter(reporter=reporter_id, note=note).exists():
            report_post(User.objects.get(pk=reporter_id), post_id, category=category, note=note)


def _subject(kind: str, object_id: int) -> Subject | None:
    if kind == "post":
        post = Post.objects.select_related("author").filter(pk=object_id).first()
        return of_post(post) if post else None
    if kind == "comment":
        comment = Comment.objects.select_related("author").filter(pk=object_id).first()
        return of_comment(comment) if comment else None
    person = User.objects.filter(pk=object_id).first()
    return of_person(person) if person else None


def keep_groups(sender: AppConfig, **kwargs: Any) -> None:
    """After the last app: only then the permissions of all are there."""
    if sender.name == [each for each in apps.get_app_configs() if each.models_module][-1].name:
        keep_roles()
