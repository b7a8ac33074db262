"""What all networks have in common: what is posted, to which account, and what can go wrong.

Nothing here or beside it knows of rows or people: connectors take words, files and secrets, and ask the network.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol


class NetworkError(Exception):
    """`code` is for programs, `words` for the person whose account it is."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(code)
        self.code, self.words = code, words


class Refused(NetworkError):
    """The network will not have it, now or later."""


class TokenExpired(NetworkError):
    """The network wants a newer token, which can perhaps be had."""

    def __init__(self) -> None:
        super().__init__("token_expired", "The network no longer accepts this connection. Connect the account again.")


class TokenRefused(NetworkError):
    """No token can be had: the person has to connect the account again."""

    def __init__(self) -> None:
        super().__init__("token_refused", "The network no longer accepts this connection. Connect the account again.")


class TryLater(NetworkError):
    """It may work in `seconds` at the earliest, or whenever one likes with 0."""

    def __init__(self, code: str, words: str, *, seconds: int = 0) -> None:
        super().__init__(code, words)
        self.seconds = seconds


class NotKnown(NetworkError):
    """The network had all that it needs and did not say what became of it."""

    def __init__(self) -> None:
        super().__init__("not_known", "The network did not say whether it has posted this. Please look there.")


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """Of one picture: bytes, pixels on its longer side, and pixels in all."""

    bytes: int
    side: int = 2048
    pixels: int = 16_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG that carries nothing but what is seen."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Film:
    """An MP4 (H.264, AAC) on this machine; `seconds` long."""

    path: Path
    width: int
    height: int
    seconds: float


class PostFile(Protocol):
    """A photo or video of a post."""

    @property
    def is_film(self) -> bool: ...

    @property
    def alt(self) -> str: ...

    def picture(self, limits: PictureLimits) -> Picture:
        """A photo, or the poster of a video, made to fit."""

    def film(self, most_bytes: int, most_seconds: float = 0) -> Film | None:
        """The video; None for a photo and for one that is too large or too long (0 is no limit)."""


@dataclass(frozen=True, slots=True)
class Publication:
    """A post as it leaves the house. `key` is another for each post and account, and the same at each try."""

    key: int
    link: str
    title: str
    caption: str
    tags: Sequence[str]
    sensitive: bool
    spoiler: str
    created_at: datetime
    files: Sequence[PostFile]

    @property
    def heading(self) -> str:
        """Title and caption, as far as there are any."""
        return "\n\n".join(part for part in (self.title, self.caption) if part)

    def with_words(self, change: Callable[[str], str]) -> "Publication":
        return replace(self, title=change(self.title), caption=change(self.caption))

    def one_film_or(
        self, most: int, pictures: PictureLimits, film_bytes: int, film_seconds: float = 0
    ) -> list[tuple["Picture | Film", str]]:
        """With their alt texts: the video where the post begins with one that fits, else so many pictures of it.

        Videos that do not go leave their posters.
        """
        first = self.files[0].film(film_bytes, film_seconds) if self.files else None
        if first is not None:
            return [(first, self.files[0].alt)]
        return [(file.picture(pictures), file.alt) for file in self.files[:most]]


@dataclass(slots=True)
class Delivery:
    """One try. `done` is what earlier tries have kept, `keep` keeps it for later ones.

    In `creating` nobody knows what happened until the network has answered.
    """

    post: Publication
    done: dict[str, str] = field(default_factory=dict)
    keep: Callable[[dict[str, str]], None] = lambda done: None
    is_creating: bool = False

    def note(self, name: str, value: str) -> None:
        """Keep this, whatever becomes of the rest."""
        self.done[name] = value
        self.keep(self.done)

    @contextmanager
    def creating(self) -> Iterator[None]:
        """Around the one request that makes the post stand there."""
        self.is_creating = True
        try:
            yield
        except NotKnown:
            raise
        except NetworkError:
            self.is_creating = False
            raise
        self.is_creating = False


@dataclass(frozen=True, slots=True)
class Sent:
    """Where it stands now."""

    remote_id: str
    address: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account at a network, and the secrets with which one posts there."""

    remote_id: str
    name: str
    address: str
    secrets: Mapping[str, str]
    host: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Who asks: `keys` are the id and the secret of this site there, `callback` is where people come back to."""

    keys: tuple[str, str]
    callback: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where a person goes to agree, and what must be kept (secret) until they come back."""

    address: str
    kept: Mapping[str, str]


class Connector(Protocol):
    """One network. Every method raises NetworkErrors, and nothing else that is foreseen.

    `repeats_within` are the seconds in which the same Delivery can be sent again without standing there twice.
    """

    repeats_within: int

    def publish(self, account: Account, delivery: Delivery) -> Sent: ...

    def renew(self, place: Place, account: Account) -> Mapping[str, str]:
        """New secrets for those that have expired. TokenRefused when there are none to be had."""

    def revoke(self, place: Place, account: Account) -> None:
        """Tell the network that the secrets are not needed any more, where it has a call for that."""


class OAuthConnector(Connector, Protocol):
    """One at which people agree on a page of the network."""

    def begin(self, place: Place, state: str) -> Leaving: ...

    def finish(self, place: Place, kept: Mapping[str, str], query: Mapping[str, str]) -> list[Account]:
        """The accounts that the person may choose from. Refused when they did not agree."""
