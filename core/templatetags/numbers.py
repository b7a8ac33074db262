from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def compact(value: int) -> SafeString | str:
    """A count in few signs, the whole number on hover: 950, 1.2k, 37k, 4.1M."""
    if value < 1000:
        return str(value)
    number, unit = (value / 1000, "k") if value < 999_500 else (value / 1_000_000, "M")
    short = f"{number:.1f}".removesuffix(".0") if number < 9.95 else f"{number:.0f}"
    return format_html('<span title="{}">{}{}</span>', f"{value:,}".replace(",", " "), short, unit)
