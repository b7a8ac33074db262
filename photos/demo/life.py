"""What the people of the demo do with each other's posts: albums, words, what they keep, who is in a picture."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from accounts.models import User
from photos.models import Album, Collection, Comment, PersonTag, Post, Save
from photos.services.albums import AlbumDraft, change_album, create_album
from photos.services.collections import add_to_collection, create_collection
from photos.services.comment_likes import like_comment
from photos.services.comments import post_comment
from photos.services.people import Placed, tag_person
from photos.services.saves import save_post
from photos.signals import demo_loaded

Row = Mapping[str, Any]
People = Mapping[str, User]
Posts = Mapping[str, Post]


@cache
def life() -> dict[str, list[dict[str, Any]]]:
    """The tables of life.toml beside this file, by their names."""
    with (Path(__file__).parent / "life.toml").open("rb") as file:
        return tomllib.load(file)


def live(people: People) -> None:
    """Do what is not done yet of what the demo's people do, as far as the posts are published."""
    mine = Post.objects.filter(author__in=people.values(), state=Post.State.PUBLISHED).select_related("author")
    posts = {post.title: post for post in mine}
    for row in life()["album"]:
        _make_album(row, people)
    for row in life()["comment"]:
        _say(row, people, posts)
    for row in life()["save"]:
        _keep(row, people, posts)
    for row in life()["tag"]:
        _tag(row, people, posts)
    reports = [
        (people[row["by"]].pk, posts[row["post"]].pk, row["category"], row["note"])
        for row in life()["report"]
        if row["post"] in posts
    ]
    demo_loaded.send(sender=None, reports=reports)


def _make_album(row: Row, people: People) -> None:
    """Also with posts that are being developed still: they show in it once they are out."""
    owner = people[row["owner"]]
    if Album.objects.filter(owner=owner, title=row["title"]).exists():
        return
    rows = Post.objects.filter(author=owner, state__in=[Post.State.PUBLISHING, Post.State.PUBLISHED])
    posts = dict(rows.filter(title__in=row["posts"]).values_list("title", "pk"))
    own = [posts[title] for title in row["posts"] if title in posts]
    draft = AlbumDraft(row["title"], row.get("text", ""), row.get("audience", "public"))
    album = create_album(owner, draft, own)
    if row.get("cover") in posts:
        change_album(owner, album.pk, {"cover": posts[row["cover"]]})


def _say(row: Row, people: People, posts: Posts) -> None:
    post = posts.get(row["on"])
    if post is None:
        return
    first = _said(people[row["by"]], post, row["text"])
    for name in row.get("liked_by", ()):
        like_comment(people[name], first.pk)
    for reply in row.get("replies", ()):
        _said(people[reply["by"]], post, reply["text"], first)


def _said(author: User, post: Post, text: str, parent: Comment | None = None) -> Comment:
    said = Comment.objects.filter(author=author, post=post, text=text).first()
    return said or post_comment(author, post.pk, text=text, parent_id=parent.pk if parent else None)


def _keep(row: Row, people: People, posts: Posts) -> None:
    person = people[row["by"]]
    wanted = [posts[title].pk for title in row["posts"] if title in posts]
    kept = set(Save.objects.filter(user=person, post__in=wanted).values_list("post_id", flat=True))
    for post_id in (each for each in wanted if each not in kept):
        save_post(person, post_id)
        if "collection" in row:
            add_to_collection(person, _collection(person, row["collection"]).pk, post_id)


def _collection(owner: User, name: str) -> Collection:
    return Collection.objects.filter(owner=owner, name=name).first() or create_collection(owner, name)


def _tag(row: Row, people: People, posts: Posts) -> None:
    post, person = posts.get(row["post"]), people[row["person"]]
    if post is None or PersonTag.objects.filter(post=post, person=person).exists():
        return
    media = post.media.order_by("position", "pk")[0]
    tag_person(post.author, post, Placed(media.pk, person.username, row.get("x"), row.get("y")))
