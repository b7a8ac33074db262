from django.db.models import Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import AccessToken, App, AppPermission, Device, FormerName, Invitation, User
from accounts.querysets import Viewer
from accounts.standings import with_standing
from core.exceptions import NotFound


def get_user_for(viewer: Viewer, username: str) -> User:
    """The person named `username`, as far as `viewer` may know of them; else NotFound."""
    user = User.objects.visible_to(viewer).filter(username=username.lower()).first()
    if user is None:
        raise NotFound
    return user


def get_named_user_for(viewer: Viewer, username: str) -> User:
    """As `get_user_for`, also under a name that the person had until lately; for the API, which never redirects.

    It is loaded with how `viewer` stands to the person: to read, or to write but not to answer with after that.
    """
    user = with_standing(User.objects.visible_to(viewer), viewer).filter(pk=id_of_name(username)).first()
    if user is None:
        raise NotFound
    return user


def id_of_name(username: str) -> Coalesce:
    """In a query, the id of whoever has this name, or had it until lately."""
    name = username.lower()
    former = FormerName.objects.filter(username=name, held_until__gt=timezone.now())
    return Coalesce(Subquery(User.objects.filter(username=name).values("pk")), Subquery(former.values("user")))


def get_renamed_user_for(viewer: Viewer, username: str) -> User:
    """The person who was named `username` until lately, as far as `viewer` may know of them; else NotFound."""
    held = Q(former_names__username=username.lower(), former_names__held_until__gt=timezone.now())
    user = User.objects.visible_to(viewer).filter(held).first()
    if user is None:
        raise NotFound
    return user


def get_known_user_for(actor: User, username: str) -> User:
    """As `get_user_for`, and also whom `actor` blocked or muted before being blocked: to be able to undo it."""
    known = Q(blocked_by__blocker=actor) | Q(muted_by__muter=actor)
    user = User.objects.filter(known, username=username.lower(), is_active=True).first()
    return user or get_named_user_for(actor, username)


def get_invitation_for(actor: User, invitation_id: int) -> Invitation:
    """An invitation that `actor` has made; else NotFound."""
    invitation = Invitation.objects.filter(pk=invitation_id, inviter=actor).first()
    if invitation is None:
        raise NotFound
    return invitation


def get_app_named(client_id: str) -> App:
    """The app with this client id, of which anybody may know; else NotFound."""
    app: App | None = App.objects.filter(client_id=client_id).first()
    if app is None:
        raise NotFound
    return app


def get_own_app_for(actor: User, app_id: int) -> App:
    """An app that `actor` registered; else NotFound."""
    app: App | None = App.objects.filter(pk=app_id, user=actor).first()
    if app is None:
        raise NotFound
    return app


def get_app_permission_for(actor: User, permission_id: int) -> AppPermission:
    """What `actor` allows an app, the app loaded; else NotFound."""
    permission = AppPermission.objects.select_related("app").filter(pk=permission_id, user=actor).first()
    if permission is None:
        raise NotFound
    return permission


def get_token_for(actor: User, token_id: int) -> AccessToken:
    """An access token of `actor`, live or not; else NotFound."""
    token = AccessToken.objects.filter(pk=token_id, user=actor).first()
    if token is None:
        raise NotFound
    return token


def get_device_for(actor: User, device_id: int) -> Device:
    """A device on which `actor` is or was logged in; else NotFound."""
    device = Device.objects.filter(pk=device_id, user=actor).first()
    if device is None:
        raise NotFound
    return device
