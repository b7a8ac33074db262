"""People and posts to read, made by the services that a real upload goes through."""

import io
from dataclasses import dataclass

from django.test import Client
from PIL import Image, ImageDraw

from accounts.models import User
from accounts.services.follows import follow_user
from accounts.services.sign_up import sign_up
from accounts.services.tokens import create_token
from photos.models import Post
from photos.services.drafts import PostDraft
from photos.services.likes import like_post
from photos.services.posts import create_post
from photos.services.processing import process
from photos.services.uploads import accept_upload

AUTHORS = 8
POSTS = 40  # the first author's are 20 of them, so that a profile has 20 too
WIDTH, HEIGHT = 2100, 1400  # every rendition is made of it


@dataclass(frozen=True)
class Reader:
    """Somebody with a full feed, as a program and as a browser."""

    user: User
    token: str
    session: str
    posts: list[Post]


def make_reader() -> Reader:
    """Follows 8 people with 40 posts, of which the first person made 20; three of four posts are liked by some."""
    authors = [_person(f"author{number}") for number in range(AUTHORS)]
    user = _person("reader")
    posts = [_post(authors[number // 2 % AUTHORS if number % 2 else 0], number) for number in range(POSTS)]
    for author in authors:
        follow_user(user, author)
    for number, post in enumerate(posts):
        for liker in [user, *authors][: number % 4]:
            like_post(liker, post.pk)
    _, token = create_token(user, scopes=["read", "write", "follow"])
    browser = Client()
    browser.force_login(user)
    return Reader(user, token, browser.cookies["session"].value, posts)


def _person(name: str) -> User:
    return sign_up(username=name, email=f"{name}@example.org", password="kiln-shelf-93")  # noqa: S106


def _post(author: User, number: int) -> Post:
    data = _picture(number)
    media, _ = accept_upload(author, io.BytesIO(data), size=len(data), alt_text="Drawn for a measurement")
    caption = f"Frame {number} of a roll with a #tag, shown to @reader. " * 2
    draft = PostDraft(title=f"Frame {number}", caption=caption, tags=("kiln", "glaze"))
    post = create_post(author, media_ids=[media.pk], draft=draft)
    process(media.pk)
    return post


def _picture(number: int) -> bytes:
    """The comment makes each file another one; what was sent before would not be kept again."""
    image = Image.radial_gradient("L").resize((WIDTH, HEIGHT)).convert("RGB")
    ImageDraw.Draw(image).rectangle((0, 0, WIDTH // 3, HEIGHT // 3), fill=(number * 37 % 256, 90, 160))
    data = io.BytesIO()
    image.save(data, "JPEG", quality=80, comment=str(number))
    return data.getvalue()
