from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

register = template.Library()


@register.filter
def since_when(moment: datetime) -> str:
    """A moment as in "since Tuesday": the time today, the weekday within a week, else the date."""
    local, now = timezone.localtime(moment), timezone.localtime()
    if local.date() == now.date():
        return date_format(local, "H:i")
    return date_format(local, "l" if now.date() - local.date() < timedelta(days=7) else "j F Y")


@register.filter
def hours_ago(moment: datetime) -> str:
    """A moment that is known to the hour: "in the last hour", "3 hours ago", else the date."""
    hours = int((timezone.now() - moment).total_seconds() // 3600)
    if hours < 1:
        return gettext("in the last hour")
    if hours < 48:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    return date_format(timezone.localtime(moment), "j F Y")
