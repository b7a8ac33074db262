from typing import Any, TypeVar

from django import forms

from accounts.site import rule_titles
from core.admin import ActionForm
from core.exceptions import InvalidInput, NotFound
from core.ids import parse_id
from moderation.models import Action, Case
from moderation.models.cases import NOTE_LENGTH
from moderation.models.decisions import APPEAL_LENGTH, REASON_LENGTH
from moderation.services.actions import DEEDS

FormT = TypeVar("FormT", bound=forms.Form)

IN_ORDER = {  # what keys 1 to 5 choose first
    Case.Kind.POST: ("dismiss", "warn", "mark_sensitive", "hide", "suspend", "limit", "freeze", "delete"),
    Case.Kind.COMMENT: ("dismiss", "warn", "hide", "freeze", "suspend", "limit", "delete"),
    Case.Kind.PERSON: ("dismiss", "warn", "limit", "freeze", "suspend", "delete"),
}


def rule_choices() -> list[tuple[str, str]]:
    """The rules of the site as choices of a form, as they are now."""
    return [("", "own words"), *((rule, rule) for rule in rule_titles())]


def choices_for(kind: str, *, with_dismiss: bool, with_delete: bool) -> list[tuple[str, Any]]:
    """The actions for things of this kind, as choices of a form."""
    left_out = {name for name, wanted in (("dismiss", with_dismiss), ("delete", with_delete)) if not wanted}
    return [(name, Action(name).label) for name in IN_ORDER[Case.Kind(kind)] if name not in left_out]


class DecisionForm(forms.Form):
    """What to do, for which rule; `reason` is the rule that was chosen, or else one's own words."""

    action = forms.ChoiceField(choices=Action.choices)
    rule = forms.ChoiceField(required=False, choices=rule_choices)
    words = forms.CharField(required=False, max_length=REASON_LENGTH)
    note = forms.CharField(required=False, max_length=NOTE_LENGTH)

    @property
    def reason(self) -> str:
        return self.cleaned_data["words"].strip() or str(self.cleaned_data["rule"])


class NoteForm(forms.Form):
    text = forms.CharField(max_length=NOTE_LENGTH)


class UndoForm(forms.Form):
    reason = forms.CharField(max_length=REASON_LENGTH)


class AnswerForm(forms.Form):
    answer = forms.CharField(max_length=APPEAL_LENGTH)
    grant = forms.ChoiceField(choices=[("1", "Grant"), ("0", "Refuse")])


class BulkForm(ActionForm):
    """Beside the list of actions: what to do with all chosen cases, and the rule."""

    deed = forms.ChoiceField(
        label="What to do (to settle)",
        required=False,
        choices=[("", "-"), *((name, Action(name).label) for name in DEEDS if name != Action.DELETE)],
    )
    rule = forms.ChoiceField(label="Rule", required=False, choices=rule_choices)
    words = forms.CharField(label="or own words", required=False, max_length=REASON_LENGTH)


def filled(form: FormT) -> FormT:
    """The form, if it is filled in right; else InvalidInput with what is wrong first."""
    if not form.is_valid():
        field, problems = next(iter(form.errors.items()))
        raise InvalidInput(f"{field.capitalize()}: {problems[0]}")
    return form


def id_in(text: str) -> int:
    """The id that an address or a field has; else NotFound."""
    try:
        return parse_id(text)
    except ValueError as error:
        raise NotFound from error
