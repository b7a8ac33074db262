"""Who is in pictures as pages show it: plain values, ready for templates. No query happens here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounts.cards import PersonCard, person_card
from accounts.querysets import Viewer
from photos.cards import PictureCard, PostCard
from photos.models import PersonTag

LONGER_SIDE = 640  # of the drawing over a picture, which has its ratio
BESIDE = 34  # from a place to the name at it
NEAR_THE_EDGE = 0.2


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """Where a name stands in the drawing over a picture; `anchor` is what of the name is at `x`."""

    name: str
    x: int
    y: int
    name_y: int
    anchor: str


@dataclass(frozen=True, slots=True)
class MapCard:
    """The drawing over one picture: its sides, and who is where."""

    width: int
    height: int
    places: list[PlaceCard]


@dataclass(frozen=True, slots=True)
class TaggedCard:
    """Somebody in one or more `pictures` (numbers from 1) of a post."""

    person: PersonCard
    pictures: list[int]
    is_waiting: bool


def with_maps(card: PostCard, tags: Sequence[PersonTag]) -> PostCard:
    """The post with a drawing over each picture in which somebody has a place. `tags` are those of `people_in`."""
    return replace(card, pictures=[replace(picture, people=_map(picture, tags)) for picture in card.pictures])


def tagged_cards(card: PostCard, tags: Sequence[PersonTag], viewer: Viewer) -> list[TaggedCard]:
    """Everybody once, in the order they were tagged."""
    numbers = {picture.id: number for number, picture in enumerate(card.pictures, 1)}
    people: dict[int, TaggedCard] = {}
    for tag in tags:
        there = people.get(tag.person_id)
        pictures = sorted({*(there.pictures if there else []), numbers.get(tag.media_id, 1)})
        waits = tag.state == PersonTag.State.WAITING or (there is not None and there.is_waiting)
        people[tag.person_id] = TaggedCard(person_card(tag.person, viewer), pictures, waits)
    return list(people.values())


def _map(picture: PictureCard, tags: Sequence[PersonTag]) -> MapCard | None:
    scale = LONGER_SIDE / max(picture.width, picture.height, 1)
    width, height = round(picture.width * scale), round(picture.height * scale)
    placed = [(tag, tag.x, tag.y) for tag in tags if tag.media_id == picture.id]
    places = [
        _place(tag, x * width, y * height, width, height) for tag, x, y in placed if x is not None and y is not None
    ]
    return MapCard(width, height, places) if places else None


def _place(tag: PersonTag, x: float, y: float, width: int, height: int) -> PlaceCard:
    side = x / max(width, 1)
    anchor = "start" if side < NEAR_THE_EDGE else "end" if side > 1 - NEAR_THE_EDGE else "middle"
    below = y + 2 * BESIDE < height
    name_y = y + BESIDE if below else y - BESIDE / 1.5
    return PlaceCard(tag.person.username, round(x), round(y), round(name_y), anchor)
