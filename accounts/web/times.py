from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def until_when(moment: datetime | None) -> str:
    """How long something lasts: "for good", the time today, else day and time."""
    if moment is None:
        return _("for good")
    local = timezone.localtime(moment)
    day = "" if local.date() == timezone.localtime().date() else date_format(local, "j F ")
    return _("until %(when)s") % {"when": f"{day}{date_format(local, 'H:i')}"}
