"""Gaps in rendered HTML, as `photos.ready.join_html` fills them: a NUL and a letter. What people write has no NUL."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_lowercase

from django.utils.safestring import SafeString, mark_safe

# By letter, for use as values in templates.
GAPS: Mapping[str, SafeString] = {letter: mark_safe(f"\0{letter}") for letter in ascii_lowercase}  # noqa: S308  ours


@dataclass(frozen=True, slots=True)
class Asked:
    """A GET of the home page, as templates ask about it: which address exactly is a gap."""

    method: str = "GET"
    path: str = "/"
    get_full_path: SafeString = GAPS["n"]
