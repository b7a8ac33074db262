from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format

register = template.Library()


@register.filter
def since_when(moment: datetime) -> str:
    """A moment as in "since Tuesday": the time today, the weekday within a week, else the date."""
    local, now = timezone.localtime(moment), timezone.localtime()
    if local.date() == now.date():
        return date_format(local, "H:i")
    return date_format(local, "l" if now.date() - local.date() < timedelta(days=7) else "j F Y")
