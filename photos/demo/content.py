"""The demo's people and posts, read from `people.toml` and `posts.toml` beside this file."""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, cast

from photos.demo.encode import Camera

Audience = Literal["public", "unlisted", "followers", "only_me"]

SHAPES = {
    "3:2": (1620, 1080),
    "4:3": (1440, 1080),
    "16:9": (1760, 990),
    "1:1": (1200, 1200),
    "4:5": (1080, 1350),
    "2:3": (1080, 1620),
}
AVATAR_SIZE = 512
MAKE = "Contact Sheet"
BODIES = {
    "field": ("Field 35", 35, 2.0),
    "rangefinder": ("Rangefinder 50", 50, 1.4),
    "tele": ("Far 135", 135, 2.8),
    "studio": ("Bench 80", 80, 2.8),
    "pocket": ("Pocket 28", 28, 2.8),
    "drone": ("Kestrel 24", 24, 2.8),
}
"""Made-up cameras: model, focal length in millimetres, widest aperture."""
NIGHT = {"aurora", "milky-way", "skyline", "rain", "moonrise"}
LONG = {"star-trails", "tide", "pier"}
DIM = {"still-life", "forest", "lighthouse", "boats"}


@dataclass(frozen=True)
class DemoPerson:
    username: str
    display_name: str
    bio: str
    pronouns: str
    location: str
    website: str
    is_private: bool
    avatar_scene: str
    avatar_seed: int
    cameras: tuple[str, ...]
    follows: tuple[str, ...]


@dataclass(frozen=True)
class DemoPicture:
    scene: str
    seed: int
    width: int
    height: int
    alt_text: str
    camera: Camera


@dataclass(frozen=True)
class DemoPost:
    """One post; `hours_ago` counts back from the moment the demo is loaded."""

    author: str
    title: str
    caption: str
    tags: tuple[str, ...]
    location_name: str
    latitude: float | None
    longitude: float | None
    audience: Audience
    sensitive: bool
    spoiler: str
    pictures: tuple[DemoPicture, ...]
    liked_by: tuple[str, ...]
    hours_ago: float


def _rows(name: str) -> list[dict[str, Any]]:
    """The tables of one file beside this one: `people.toml` holds [[person]], `posts.toml` [[post]]."""
    with (Path(__file__).parent / name).open("rb") as file:
        tables = tomllib.load(file)
    return cast(list[dict[str, Any]], next(iter(tables.values())))


def _person(row: Mapping[str, Any]) -> DemoPerson:
    return DemoPerson(
        username=row["username"],
        display_name=row["display_name"],
        bio=row["bio"],
        pronouns=row["pronouns"],
        location=row["location"],
        website=row["website"],
        is_private=row.get("is_private", False),
        avatar_scene=row["avatar"]["scene"],
        avatar_seed=row["avatar"]["seed"],
        cameras=tuple(row["cameras"]),
        follows=tuple(row["follows"]),
    )


def _post(row: Mapping[str, Any]) -> DemoPost:
    author = BY_NAME[row["author"]]
    latitude, longitude = row.get("at", (None, None))
    audience = cast(Audience, row.get("audience", "public"))
    return DemoPost(
        author=author.username,
        title=row["title"],
        caption=row["caption"],
        tags=tuple(row.get("tags", ())),
        location_name=row.get("place", ""),
        latitude=latitude,
        longitude=longitude,
        audience=audience,
        sensitive="spoiler" in row,
        spoiler=row.get("spoiler", ""),
        pictures=tuple(_picture(author, picture) for picture in row["pictures"]),
        liked_by=_likers(author, audience, row["title"], row["likes"]),
        hours_ago=row["hours_ago"],
    )


def _picture(author: DemoPerson, row: Mapping[str, Any]) -> DemoPicture:
    width, height = SHAPES[row["shape"]]
    camera = _camera(author.cameras[row["seed"] % len(author.cameras)], row["scene"], row["seed"])
    return DemoPicture(row["scene"], row["seed"], width, height, row["alt"], camera)


def _camera(body: str, scene: str, seed: int) -> Camera:
    """Settings a photographer might have chosen for such a scene."""
    model, focal, widest = BODIES[body]
    turn = zlib.crc32(f"{scene}/{seed}".encode())
    if scene in LONG:
        return Camera(MAKE, model, 11.0, Fraction((30, 60, 120)[turn % 3]), 100, focal)
    if scene in NIGHT:
        seconds = (Fraction(1, 30), Fraction(1, 15), Fraction(8), Fraction(15))[
            turn % 2 + 2 * (scene in ("aurora", "milky-way"))
        ]
        return Camera(MAKE, model, widest, seconds, (800, 1600, 3200)[turn % 3], focal)
    if scene in DIM:
        return Camera(
            MAKE, model, max(widest, 2.8), Fraction(1, (60, 80, 125)[turn % 3]), (200, 400, 800)[turn % 3], focal
        )
    return Camera(
        MAKE,
        model,
        (4.0, 5.6, 8.0)[turn % 3],
        Fraction(1, (250, 320, 500, 1000)[turn % 4]),
        100 + 100 * (turn % 2),
        focal,
    )


def _likers(author: DemoPerson, audience: Audience, title: str, wanted: int) -> tuple[str, ...]:
    """Up to `wanted` people who may see the post, always the same ones for the same title."""
    if audience == "only_me":
        return ()
    open_to_all = audience != "followers" and not author.is_private
    able = [p for p in PEOPLE if p is not author and (open_to_all or author.username in p.follows)]
    able.sort(key=lambda person: zlib.crc32(f"{title}/{person.username}".encode()))
    return tuple(sorted(person.username for person in able[:wanted]))


PEOPLE: tuple[DemoPerson, ...] = tuple(_person(row) for row in _rows("people.toml"))
BY_NAME: dict[str, DemoPerson] = {person.username: person for person in PEOPLE}
POSTS: tuple[DemoPost, ...] = tuple(_post(row) for row in _rows("posts.toml"))
