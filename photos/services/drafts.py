"""What a person says about a post, and the rules for it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from core.exceptions import FieldError, InvalidInput
from core.text import clean_line, fold_tag, hashtags, is_tag
from photos.models import Post
from photos.models.media import ALT_TEXT_LENGTH
from photos.models.posts import CAPTION_LENGTH, MAX_TAGS, TAG_LENGTH, TITLE_LENGTH
from photos.places import fold_place

NUL = "This text has a sign that cannot be kept (NUL)."


@dataclass(frozen=True, slots=True)
class PostDraft:
    """The words and switches of a post, as typed; `clean_draft` checks and tidies them."""

    title: str = ""
    caption: str = ""
    tags: tuple[str, ...] = ()
    location_name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    audience: str = Post.Audience.PUBLIC.value
    sensitive: bool = False
    spoiler: str = ""
    comments: str = Post.Comments.EVERYONE.value
    downloads: bool = False
    licence: str = Post.Licence.ALL_RIGHTS.value

    @classmethod
    def of(cls, post: Post) -> "PostDraft":
        """What is published now."""
        values = {field.name: getattr(post, field.name) for field in fields(cls) if field.name != "tags"}
        return cls(**values, tags=tuple(sorted(tag.name for tag in post.tags.all())))

    def changed(self, changes: Mapping[str, Any]) -> "PostDraft":
        """The draft with the known fields of `changes` set; a new caption brings its own #tags."""
        known = {field.name for field in fields(self)}
        changed = replace(self, **{name: value for name, value in changes.items() if name in known})
        if changed.location_name != self.location_name and "latitude" not in changes:
            changed = replace(changed, latitude=None, longitude=None)
        if "caption" in changes and "tags" not in changes:
            kept = set(self.tags) - set(hashtags(self.caption))
            changed = replace(changed, tags=tuple(kept))
        return changed

    def words(self) -> dict[str, str]:
        """All that others read of it, by the names of the fields."""
        return {
            "title": self.title,
            "caption": self.caption,
            "tags": " ".join(self.tags),
            "location_name": self.location_name,
            "spoiler": self.spoiler,
        }

    def columns(self) -> dict[str, Any]:
        """The values as columns of Post, with the slug of the place; tags are rows of their own."""
        values = {**asdict(self), "place_slug": fold_place(self.location_name)}
        del values["tags"]
        return values


def clean_draft(draft: PostDraft) -> PostDraft:
    """`draft` trimmed, its tags folded and joined with those of the caption. InvalidInput names each broken rule."""
    tags = {fold_tag(tag) for tag in draft.tags} | set(hashtags(draft.caption))
    cleaned = replace(
        draft,
        title=clean_line(draft.title),
        caption=draft.caption.replace("\r\n", "\n").strip(),
        tags=tuple(sorted(tags - {""})),
        location_name=clean_line(draft.location_name),
        spoiler=clean_line(draft.spoiler),
    )
    problems = [
        *_length_problems(cleaned),
        *_choice_problems(cleaned),
        *_tag_problems(cleaned),
        *_place_problems(cleaned),
    ]
    if problems:
        raise InvalidInput(errors=problems)
    return cleaned


def clean_alt_text(text: str) -> str:
    """The description of one picture, trimmed. InvalidInput when it cannot be kept."""
    if len(text) > ALT_TEXT_LENGTH:
        raise InvalidInput.field("alt_text", f"The description may have {ALT_TEXT_LENGTH} signs.", code="too_long")
    if "\x00" in text:
        raise InvalidInput.field("alt_text", NUL)
    return text.strip()


def _length_problems(draft: PostDraft) -> list[FieldError]:
    limits = {"title": TITLE_LENGTH, "caption": CAPTION_LENGTH, "location_name": 100, "spoiler": 100}
    problems = []
    for name, limit in limits.items():
        excess = len(getattr(draft, name)) - limit
        if excess > 0:
            problems.append(FieldError(name, "too_long", f"Too long by {excess}: {limit} signs at most."))
        if "\x00" in getattr(draft, name):
            problems.append(FieldError(name, "invalid", NUL))
    return problems


def _choice_problems(draft: PostDraft) -> list[FieldError]:
    choices = {"audience": Post.Audience.values, "comments": Post.Comments.values, "licence": Post.Licence.values}
    return [
        FieldError(name, "unknown_choice", f"Must be one of {', '.join(known)}.")
        for name, known in choices.items()
        if getattr(draft, name) not in known
    ]


def _tag_problems(draft: PostDraft) -> list[FieldError]:
    problems = []
    if len(draft.tags) > MAX_TAGS:
        problems.append(FieldError("tags", "too_many", f"A post has {MAX_TAGS} tags at most."))
    for tag in draft.tags:
        if len(tag) > TAG_LENGTH:
            problems.append(FieldError("tags", "too_long", f"A tag has {TAG_LENGTH} signs at most: {tag[:20]}…"))
        elif not is_tag(tag):
            problems.append(FieldError("tags", "invalid", f"A tag has letters, digits and _ only: {tag}"))
    return problems


def _place_problems(draft: PostDraft) -> list[FieldError]:
    if (draft.latitude is None) != (draft.longitude is None):
        return [FieldError("location", "incomplete", "A position needs both latitude and longitude.")]
    problems = []
    for name, value, limit in (("latitude", draft.latitude, 90), ("longitude", draft.longitude, 180)):
        if value is not None and not -limit <= value <= limit:
            problems.append(FieldError(f"location.{name}", "out_of_range", f"Must be between -{limit} and {limit}."))
    return problems
