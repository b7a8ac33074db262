"""Who may make an account: settings.REGISTRATION says how it is done, MAX_ACCOUNTS how many there may be."""

from dataclasses import dataclass
from typing import Literal, cast

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Invitation, User
from accounts.querysets import Viewer
from accounts.ready import forget_person
from accounts.services.invitations import digest_of
from accounts.snapshots import EPOCH, viewer_key
from core.exceptions import FieldError, InvalidInput, NotAllowed
from core.locks import wait_for_lock
from core.mail import send_mail_later
from core.ready import forget

State = Literal["open", "closed", "invite", "approval", "full"]

APPLICATION_LENGTH = 1000


def registration_state() -> State:
    """How somebody new can make an account now. One query where MAX_ACCOUNTS is set."""
    if settings.REGISTRATION != "closed" and _is_full():
        return "full"
    return cast(State, settings.REGISTRATION)


def check_open() -> None:
    """NotAllowed when nobody new is let in at all."""
    state = registration_state()
    if state == "closed":
        raise NotAllowed(_("Sign-up is closed on this site."), code="sign_up_closed")
    if state == "full":
        raise NotAllowed(_("This site has as many accounts as it can hold."), code="sign_up_full")


def take_place() -> None:
    """Call inside the transaction that makes an account: NotAllowed when there is no room for one more.

    Where MAX_ACCOUNTS is set new accounts are made one after the other, so that there is never one too many.
    """
    if settings.MAX_ACCOUNTS:
        wait_for_lock("accounts.registration")
    check_open()


# --- Invitations


def check_invitation(code: str) -> Invitation:
    """The invitation with this code, if it lets somebody in now.

    InvalidInput on field "invitation" says the same of one that is unknown, used up, over, revoked, or of a closed
    account.
    """
    known = Invitation.objects.in_force().filter(digest=digest_of(code.strip()), inviter__is_active=True)
    invitation = known.select_related("inviter").first()
    if invitation is None:
        raise _not_good()
    return invitation


def use_invitation(invitation: Invitation) -> None:
    """Use one place of it: call inside the transaction that makes the account. InvalidInput when none is left."""
    used = Invitation.objects.in_force().filter(pk=invitation.pk).update(uses_left=F("uses_left") - 1)
    if not used:
        raise _not_good()


@dataclass(frozen=True, slots=True)
class Admission:
    """What somebody new brings to be let in; `by_house` where those who run the site make the account."""

    invitation: str = ""
    application: str = ""
    by_house: bool = False

    def problems(self) -> list[FieldError]:
        """What is missing or not good of that which REGISTRATION asks. NotAllowed when nobody new is let in at all."""
        if self.by_house:
            return []
        check_open()
        try:
            if settings.REGISTRATION == "invite":
                check_invitation(self.invitation)
            if needs_approval():
                _check_application(self.application)
        except InvalidInput as error:
            return list(error.errors)
        return []


def admit(user: User, admission: Admission) -> None:
    """Call inside the transaction that has just made the account, after `take_place`: the invitation is used, the wait
    for approval begins.
    """
    if admission.by_house:
        return
    if settings.REGISTRATION == "invite":
        use_invitation(check_invitation(admission.invitation))
    if needs_approval():
        await_approval(user, admission.application)


# --- Approval


def needs_approval() -> bool:
    """Whether staff let in each new person, who says first why."""
    return bool(settings.REGISTRATION == "approval")


def may_decide(viewer: Viewer) -> bool:
    """Whether this person may let others in."""
    return viewer.is_staff and viewer.has_perm("accounts.change_user")


def await_approval(user: User, application: str) -> None:
    """Keep `user` out, with what they said, until staff have decided. InvalidInput on field "application"."""
    words = _check_application(application)
    with transaction.atomic():
        _set_waiting(user, waits=True)
        User.objects.filter(pk=user.pk).update(application=words)
    user.application = words


def approve_account(actor: User, user: User) -> bool:
    """Let in somebody who waits, and tell them by mail; False when somebody else has decided already."""
    _check_decider(actor)
    with transaction.atomic():
        locked = _waiting(user)
        if locked is None:
            return False
        _set_waiting(user, waits=False)
        _tell(locked, "account_approved")
    return True


def refuse_account(actor: User, user: User, reason: str = "") -> bool:
    """Tell somebody who waits that they are not let in, and delete the account: name and address are free again.

    False when somebody else has decided already.
    """
    _check_decider(actor)
    with transaction.atomic():
        locked = _waiting(user)
        if locked is None:
            return False
        _tell(locked, "account_refused", reason=reason.strip())
        forget_person(locked.pk)
        locked.delete()
    return True


def _check_application(application: str) -> str:
    words = application.strip()
    if not words or len(words) > APPLICATION_LENGTH:
        message = _("Please answer in 1 to %(most)d characters.") % {"most": APPLICATION_LENGTH}
        raise InvalidInput.field("application", message, code="application_invalid")
    return words


def _is_full() -> bool:
    return bool(settings.MAX_ACCOUNTS and User.objects.count() >= settings.MAX_ACCOUNTS)


def _not_good() -> InvalidInput:
    return InvalidInput.field("invitation", _("This invitation is not valid, or no longer."), code="invitation_invalid")


def _check_decider(actor: User) -> None:
    if not may_decide(actor):
        raise NotAllowed


def _waiting(user: User) -> User | None:
    return User.objects.select_for_update().filter(pk=user.pk, awaits_approval=True).first()


def _set_waiting(user: User, *, waits: bool) -> None:
    User.objects.filter(pk=user.pk).update(awaits_approval=waits, is_active=not waits)
    user.awaits_approval, user.is_active = waits, not waits
    forget_person(user.pk)
    forget(viewer_key(user.pk), EPOCH)


def _tell(user: User, template: str, **words: str) -> None:
    send_mail_later(template, to=user.email, context={"username": user.username, **words})
