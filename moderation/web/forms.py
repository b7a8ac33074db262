from django import forms
from django.utils.translation import gettext_lazy as _

from moderation.models import Category
from moderation.models.cases import NOTE_LENGTH
from moderation.models.decisions import APPEAL_LENGTH


class ReportForm(forms.Form):
    category = forms.ChoiceField(label=_("What is wrong?"), choices=Category.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What should we know? (optional)"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AppealForm(forms.Form):
    text = forms.CharField(
        label=_("Why is this a mistake?"),
        max_length=APPEAL_LENGTH,
        help_text=_("You can appeal once. Somebody of the people who run this site reads it."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
