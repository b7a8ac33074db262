"""Who may find whom, and the people of one viewer's relations."""

from typing import TYPE_CHECKING, Union

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

if TYPE_CHECKING:  # models import this module
    from accounts.models import User

Viewer = Union["User", AnonymousUser]


def not_limited_for(viewer: Viewer, person: str = "") -> Q:
    """The condition on rows that whom they lead to may be put before `viewer` unasked: nobody whom staff limited, but
    people whom the viewer follows, and the viewer. `person` is the way from a row to the person, "" for people.
    """
    key = f"{person}__" if person else ""
    open_to_all = Q(**{f"{key}limited_at": None})
    if viewer.is_anonymous:
        return open_to_all
    follows = viewer._meta.apps.get_model("accounts", "Follow").objects
    mine = follows.filter(follower=viewer.pk, followee=OuterRef(person or "pk"), state="accepted")
    return open_to_all | Q(**{person or "pk": viewer.pk}) | Q(Exists(mine))


class UserQuerySet(QuerySet["User"]):
    def visible_to(self, viewer: Viewer) -> "UserQuerySet":
        """People whose account `viewer` may know of: active, and not having blocked the viewer."""
        people = self.filter(is_active=True)
        if viewer.is_anonymous:
            return people
        blocks = self.model._meta.apps.get_model("accounts", "Block")
        return people.exclude(Exists(blocks.objects.filter(blocker=OuterRef("pk"), blocked=viewer.pk)))

    def without_blocked_by(self, viewer: Viewer) -> "UserQuerySet":
        """Also leaves out the people `viewer` has blocked: for lists and suggestions."""
        if viewer.is_anonymous:
            return self
        blocks = self.model._meta.apps.get_model("accounts", "Block")
        return self.exclude(Exists(blocks.objects.filter(blocker=viewer.pk, blocked=OuterRef("pk"))))

    def without_muted_by(self, viewer: Viewer) -> "UserQuerySet":
        """Also leaves out the people in whom `viewer` wants to see nothing: for lists other than their own."""
        if viewer.is_anonymous:
            return self
        mutes = self.model._meta.apps.get_model("accounts", "Mute")
        return self.exclude(Exists(mutes.objects.of_everything().filter(muter=viewer.pk, muted=OuterRef("pk"))))

    def with_open_lists(self, viewer: Viewer) -> "UserQuerySet":
        """People whose lists of followers and of people followed `viewer` may read: one's own, and of accounts that are
        open to the viewer and do not hide them.
        """
        shown = self.visible_to(viewer).without_blocked_by(viewer).filter(hides_follows=False)
        if viewer.is_anonymous:
            return shown.filter(is_private=False)
        follows = self.model._meta.apps.get_model("accounts", "Follow").objects
        mine = follows.filter(follower=viewer.pk, followee=OuterRef("pk"), state="accepted")
        return shown.filter(Q(is_private=False) | Exists(mine)) | self.filter(pk=viewer.pk)

    def offered_to(self, viewer: Viewer) -> "UserQuerySet":
        """People who may be put before `viewer` unasked, as in suggestions: nobody whom staff keep from strangers."""
        return self.visible_to(viewer).without_blocked_by(viewer).filter(not_limited_for(viewer))

    def searchable_by(self, viewer: Viewer) -> "UserQuerySet":
        """People whom searching may bring before `viewer`: those who want that and may be put before anybody."""
        wanted = self.offered_to(viewer)
        if viewer.is_anonymous:
            return wanted.filter(in_search=True)
        return wanted.filter(Q(in_search=True) | Q(pk=viewer.pk))
