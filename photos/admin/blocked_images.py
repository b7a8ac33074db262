from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from accounts.web.admin_blocklists import ABOUT, EntryAdmin
from core.exceptions import AppError
from photos.models import BlockedImage
from photos.services.blocked_images import MOST_DISTANCE, block_sample, set_distance, unblock_pictures


class BlockedImageForm(forms.ModelForm[BlockedImage]):
    sample = forms.FileField(
        required=False, help_text="A picture of a kind that can be posted. It is looked at once and not kept."
    )

    class Meta:
        model = BlockedImage
        fields = ("distance", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["sample"]
        else:
            self.fields["sample"].required = True

    def clean_distance(self) -> int:
        distance = int(self.cleaned_data["distance"])
        if distance > MOST_DISTANCE:
            raise ValidationError(f"{MOST_DISTANCE} at most: beyond, pictures are met that have nothing in common.")
        return distance

    def clean(self) -> dict[str, Any]:
        """The sample is looked at here, once all else is right, so that the form can say what is wrong with it."""
        values = dict(super().clean() or self.cleaned_data)
        sample: UploadedFile[Any] | None = values.get("sample")
        if sample is not None and not self.errors:
            try:
                self.made = block_sample(
                    self.staff, cast(Any, sample.file), reason=values["reason"], distance=values["distance"]
                )
            except AppError as error:
                self.add_error("sample", error.detail)
        return values

    def save_m2m(self) -> None:
        """There is nothing of that kind; the admin asks for it after a sample was taken."""

    staff: User
    made: BlockedImage | None = None


@admin.register(BlockedImage)
class BlockedImageAdmin(EntryAdmin):
    """Added from a sample here, or from what was sent, in the list of media."""

    form = BlockedImageForm
    list_display = ("__str__", "distance", "media_id", *ABOUT)
    list_display_links = ("__str__",)
    search_fields = ("reason", "added_by__username", "=media_id")
    readonly_fields = (*EntryAdmin.readonly_fields, "media_id")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"staff": request.user})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("distance", "reason", *self.readonly_fields) if obj else ("sample", "distance", "reason")

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        return super().save_form(request, form, change) if change else form.made

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            set_distance(cast(User, request.user), obj)

    def delete_model(self, request: HttpRequest, obj: BlockedImage) -> None:
        unblock_pictures(cast(User, request.user), [obj.pk])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = unblock_pictures(cast(User, request.user), list(queryset.values_list("pk", flat=True)))
        self.message_user(request, f"Taken off the list: {count}.", messages.SUCCESS)
