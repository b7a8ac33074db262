"""What apps above have to say to an author on the page of their post."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from photos.models import Post


@dataclass(frozen=True, slots=True)
class Note:
    """A line with a link: `address` is a path of this site, or a whole address elsewhere."""

    words: str
    address: str

    @property
    def is_elsewhere(self) -> bool:
        return not self.address.startswith("/")


Teller = Callable[[Post], Sequence[Note]]
_TELLERS: list[Teller] = []


def tell_notes(teller: Teller) -> Teller:
    """From now on the pages of posts show their authors what `teller` says. To be called when an app starts."""
    if teller not in _TELLERS:
        _TELLERS.append(teller)
    return teller


def notes_of(post: Post) -> list[Note]:
    """For its author alone."""
    return [note for teller in _TELLERS for note in teller(post)]
