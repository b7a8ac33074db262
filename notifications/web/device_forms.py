"""What a browser or app is told, as a form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import Kind, PushSubscription
from notifications.services.subscribing import NAME_LENGTH, Wishes


class DeviceForm(forms.Form):
    name = forms.CharField(label=_("What you call it"), max_length=NAME_LENGTH, required=False)
    kinds = forms.MultipleChoiceField(
        label=_("Tell it of"), choices=Kind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    shows_text = forms.BooleanField(
        label=_("Show names and words"),
        required=False,
        help_text=_(
            "Otherwise it says “You have a new comment”, and no more. Messages are sealed for this device either way, "
            "but whoever looks at its lock screen can read them."
        ),
    )

    @classmethod
    def showing(cls, device: PushSubscription) -> "DeviceForm":
        kinds = Kind.values if device.kinds is None else device.kinds
        return cls(initial={"name": device.name, "kinds": kinds, "shows_text": device.shows_text})

    @property
    def wishes(self) -> Wishes:
        """For a form that is valid."""
        return Wishes(**self.cleaned_data)
