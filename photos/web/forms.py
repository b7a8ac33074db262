"""What the post pages ask for. Rules live in `photos.services.drafts`; a form only carries values and shows errors."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.ids import MAX_ID, parse_id
from photos.imaging.formats import FORMATS
from photos.models import Media, Post
from photos.models.albums import ALBUM_TEXT_LENGTH, ALBUM_TITLE_LENGTH
from photos.models.comments import COMMENT_LENGTH
from photos.models.media import ALT_TEXT_LENGTH
from photos.models.posts import CAPTION_LENGTH, TITLE_LENGTH
from photos.models.saves import COLLECTION_NAME_LENGTH
from photos.services.posts import MARKED

ACCEPT = ",".join([*(each.content_type for each in FORMATS), ".heic,.heif,.avif,.mov,.mkv"])


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one field; the cleaned value is a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        return [file for file in data or [] if file]


class MediaField(forms.Field):
    """Ids of media that are kept already, in the order of the post; the cleaned value is a list without repeats."""

    widget = forms.MultipleHiddenInput
    unknown = _("One of these files is not known. Please choose it again.")

    def clean(self, value: Any) -> list[int]:
        try:
            return list(dict.fromkeys(parse_id(each) for each in value or []))
        except ValueError as error:
            raise forms.ValidationError(self.unknown) from error


class ChosenField(MediaField):
    """The same of collections, or albums."""

    unknown = _("One of these is not known. Please choose again.")


class PostsField(MediaField):
    """The same of posts."""

    unknown = _("One of these posts is not known. Please choose again.")


class PostForm(forms.Form):
    title = forms.CharField(
        label=_("Title"), max_length=TITLE_LENGTH * 2, required=False, help_text=_("What search looks at first.")
    )
    caption = forms.CharField(
        label=_("Caption"),
        required=False,
        max_length=CAPTION_LENGTH * 2,
        help_text=_("Up to 2 200 signs. #tags file the post, @names become links."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    tags = forms.CharField(
        label=_("Tags"), max_length=2500, required=False, help_text=_("Separated by spaces or commas.")
    )
    location_name = forms.CharField(label=_("Place"), max_length=200, required=False)
    audience = forms.ChoiceField(
        label=_("Who may see it"), choices=Post.Audience.choices, initial=Post.Audience.PUBLIC, widget=forms.RadioSelect
    )
    sensitive = forms.BooleanField(label=_("Sensitive: cover it until somebody asks to see it"), required=False)
    spoiler = forms.CharField(label=_("What the cover says"), max_length=200, required=False)
    comments = forms.ChoiceField(
        label=_("Who may comment"),
        choices=[
            (Post.Comments.EVERYONE.value, _("Everyone who sees it")),
            (Post.Comments.FOLLOWERS.value, _("My followers")),
            (Post.Comments.OFF.value, _("Nobody")),
        ],
        initial=Post.Comments.EVERYONE,
        required=False,
        widget=forms.RadioSelect,
    )
    downloads = forms.BooleanField(
        label=_("Whoever sees it may download the originals"),
        required=False,
        help_text=_("Originals carry all that the camera wrote into them, such as the position."),
    )
    licence = forms.ChoiceField(
        label=_("Licence"), choices=Post.Licence.choices, initial=Post.Licence.ALL_RIGHTS, required=False
    )

    def __init__(self, *args: Any, marked: bool = False, **kwargs: Any) -> None:
        """`marked`: staff have covered the post, so that this is no choice of the author's."""
        super().__init__(*args, **kwargs)
        self.marked = marked
        if marked:
            self.fields["sensitive"].disabled = True
            self.fields["sensitive"].help_text = MARKED

    def clean(self) -> dict[str, Any]:
        """Without what is no choice: a change of the others leaves it as it is."""
        return {name: value for name, value in self.cleaned_data.items() if not (self.marked and name == "sensitive")}

    def clean_tags(self) -> tuple[str, ...]:
        return tuple(str(self.cleaned_data["tags"]).replace(",", " ").split())

    def clean_comments(self) -> str:
        return self.cleaned_data["comments"] or Post.Comments.EVERYONE.value

    def clean_licence(self) -> str:
        return self.cleaned_data["licence"] or Post.Licence.ALL_RIGHTS.value


class NewPostForm(PostForm):
    files = FilesField(  # type: ignore[assignment]  # the metaclass takes it away again
        label=_("Pictures and videos"), required=False, widget=FilesInput(attrs={"accept": ACCEPT})
    )
    media = MediaField(required=False)  # type: ignore[assignment]  # the metaclass takes it away again

    field_order = ("files", "media", *PostForm.base_fields)


class CommentForm(forms.Form):
    """`status` is that of the page that shows it."""

    text = forms.CharField(label=_("Comment"), max_length=COMMENT_LENGTH * 2, widget=forms.Textarea(attrs={"rows": 2}))
    status = 200

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial, auto_id="comment-%s")


class AltTextForm(forms.Form):
    """One description for each item of a post, in fields named alt_<media id>."""

    def __init__(self, media: list[Media], data: Any = None) -> None:
        super().__init__(data)
        for number, item in enumerate(media, 1):
            self.fields[f"alt_{item.pk}"] = forms.CharField(
                label=_("Describe picture %(number)d") % {"number": number},
                max_length=ALT_TEXT_LENGTH,
                required=False,
                initial=item.alt_text,
                widget=forms.Textarea(attrs={"rows": 2}),
            )


class FeedForm(forms.Form):
    tags_in_latest = forms.BooleanField(
        label=_("Posts with tags I follow join Latest"),
        required=False,
        help_text=_("Otherwise Latest has only the people you follow. Top never has anybody else."),
    )


class CollectionForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=COLLECTION_NAME_LENGTH * 2,
        widget=forms.TextInput(attrs={"maxlength": COLLECTION_NAME_LENGTH, "autocomplete": "off"}),
    )


class ShelvesForm(forms.Form):
    """In which collections or albums a post stands; `newest_shown` is the newest of those there were to choose from."""

    chosen = ChosenField(required=False)
    newest_shown = forms.IntegerField(required=False, min_value=0, max_value=MAX_ID, widget=forms.HiddenInput)
    new_name = forms.CharField(
        label=_("New collection"),
        required=False,
        max_length=COLLECTION_NAME_LENGTH * 2,
        widget=forms.TextInput(attrs={"maxlength": COLLECTION_NAME_LENGTH, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, new_label: Any = None, most: int = COLLECTION_NAME_LENGTH) -> None:
        super().__init__(*args)
        if new_label:
            field = self.fields["new_name"] = forms.CharField(label=new_label, required=False, max_length=most * 2)
            field.widget.attrs |= {"maxlength": most, "autocomplete": "off"}

    def clean_newest_shown(self) -> int:
        return self.cleaned_data["newest_shown"] or 0


class AlbumForm(forms.Form):
    title = forms.CharField(
        label=_("Title"),
        max_length=ALBUM_TITLE_LENGTH * 2,
        widget=forms.TextInput(attrs={"maxlength": ALBUM_TITLE_LENGTH, "autocomplete": "off"}),
    )
    text = forms.CharField(
        label=_("About it"),
        required=False,
        max_length=ALBUM_TEXT_LENGTH * 2,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    audience = forms.ChoiceField(
        label=_("Who may open it"),
        choices=Post.Audience.choices,
        initial=Post.Audience.PUBLIC,
        widget=forms.RadioSelect,
        help_text=_("Each picture in it keeps its own audience: nobody sees more of them here than elsewhere."),
    )


class AlbumPostsForm(forms.Form):
    """Posts to put into an album: those chosen, or `all` of the page; `next` is where choosing goes on."""

    posts = PostsField(required=False)
    all = forms.BooleanField(required=False)
    next = forms.CharField(required=False, max_length=200)


class PersonForm(forms.Form):
    """Somebody in a picture (its id), by name, at a place in hundredths or at none; or the tag to `remove`."""

    picture = forms.IntegerField(min_value=0, max_value=MAX_ID, widget=forms.HiddenInput)
    remove = forms.IntegerField(min_value=0, max_value=MAX_ID, required=False, widget=forms.HiddenInput)
    username = forms.CharField(
        label=_("Username"),
        max_length=100,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "placeholder": "@"}
        ),
    )
    left = forms.FloatField(label=_("From the left, in %"), min_value=0, max_value=100, required=False)
    top = forms.FloatField(label=_("From the top, in %"), min_value=0, max_value=100, required=False)

    def clean(self) -> dict[str, Any]:
        if not self.cleaned_data.get("remove") and not self.cleaned_data.get("username"):
            self.add_error("username", forms.ValidationError(_("Type a username first."), code="empty"))
        return self.cleaned_data
