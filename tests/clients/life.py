"""A life on the site through the package that openapi-python-client generates, as a program; see test_life.py."""

import hashlib
import io
import json
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from photos_client import AuthenticatedClient, Client
from photos_client.api.albums import create_album, list_album_posts
from photos_client.api.apps import register_app
from photos_client.api.comments import create_comment, edit_comment, like_comment, list_comment_versions, list_comments
from photos_client.api.feed import get_feed
from photos_client.api.instance import get_instance
from photos_client.api.me import get_me
from photos_client.api.media import send_media
from photos_client.api.networks import list_connections, list_cross_posts
from photos_client.api.notifications import (
    edit_notification_settings,
    list_notifications,
    mark_notifications_read,
)
from photos_client.api.people import get_user
from photos_client.api.places import get_place, list_place_posts
from photos_client.api.posts import (
    create_post,
    edit_post,
    get_post,
    like_post,
    list_likers,
    list_trash,
    restore_post,
    trash_post,
)
from photos_client.api.push import list_push_subscriptions
from photos_client.api.relations import follow_user
from photos_client.api.reports import report_post
from photos_client.api.saved import add_to_collection, create_collection, list_saved
from photos_client.api.search import search
from photos_client.api.sharing import create_post_link, list_links, list_share_targets, revoke_link
from photos_client.api.uploads import begin_direct_upload, finish_direct_upload, get_upload
from photos_client.models import (
    AppInput,
    AppInputScopesType0Item,
    CollectionInput,
    CommentInput,
    DirectUploadInput,
    FileInput,
    GetFeedRanking,
    ListNotificationsFilter,
    LocationInput,
    Media,
    MediaState,
    NewAlbumInput,
    NewCommentInput,
    NewPostInput,
    NewPostInputAudience,
    NotificationPage,
    NotificationSettingsInput,
    Post,
    PostAudience,
    PostInput,
    PostInputAudience,
    PostState,
    Problem,
    ReadInput,
    ReportInput,
    ReportInputCategory,
    SharedMedia,
    ShareLinkInput,
    TagAnswer,
    User,
)
from photos_client.types import File
from tusclient.client import TusClient

from tests.clients.entrance import App, log_in, refresh, say
from tests.clients.round_trips import faults_of

SECONDS = 60.0  # for what the site does in its own time
SCOPES = ("read", "write", "follow")


@dataclass
class Person:
    """Somebody for whom the app may act."""

    app: App
    tokens: dict[str, Any]
    client: AuthenticatedClient = field(init=False)

    def __post_init__(self) -> None:
        self.use(self.tokens)

    def use(self, tokens: dict[str, Any]) -> None:
        self.tokens = tokens
        self.client = AuthenticatedClient(self.app.origin, tokens["access_token"], raise_on_unexpected_status=True)

    def ask(self, call: ModuleType, *ids: str, **more: Any) -> Any:
        """The model that a generated call answers. AssertionError for a refusal, or a model that is not the answer."""
        answer = call.sync_detailed(*ids, client=self.client, **more)
        assert answer.status_code < 300, answer.content
        return checked(answer)

    def refused(self, call: ModuleType, *ids: str) -> tuple[int, str]:
        """Status and code of the problem that a generated call answers."""
        answer = call.sync_detailed(*ids, client=self.client)
        problem: Problem = checked(answer)
        assert isinstance(problem, Problem)
        return int(answer.status_code), problem.code


def checked(answer: Any) -> Any:
    """The model of an answer; AssertionError when it does not say what came."""
    if answer.content:
        assert faults_of(answer.parsed, json.loads(answer.content)) == []
    return answer.parsed


def main() -> None:
    job = json.loads(sys.argv[1])
    app = register(job["origin"])
    author, reader = (Person(app, log_in(app, name)) for name in ("author", "reader"))
    files = {way: Path(path) for way, path in job["files"].items()}
    say(report=live(author, reader, files))


def register(origin: str) -> App:
    wanted = AppInput(
        name="Generated in Python",
        redirect_uris=["http://127.0.0.1/done"],
        scopes=[AppInputScopesType0Item(scope) for scope in SCOPES],
    )
    with Client(origin, raise_on_unexpected_status=True) as client:
        app = checked(register_app.sync_detailed(client=client, body=wanted))
        assert checked(get_instance.sync_detailed(client=client)).features.direct_uploads is True
    return App(origin, app.client_id, app.client_secret, SCOPES)


def live(author: Person, reader: Person, files: Mapping[str, Path]) -> dict[str, Any]:
    """The whole life; what both have seen of it."""
    names = [str(person.ask(get_me).username) for person in (author, reader)]
    media = [send_whole(author, files["whole"]), send_by_tus(author, files["tus"]), send_to_store(author, files["put"])]
    followed = reader.ask(follow_user, names[0])
    post = publish(author, media)
    seen = wait_for(lambda: look_at_feed(reader, post.id))
    found = find(reader, names[0])
    liked = reader.ask(like_post, post.id)
    told = reader.ask(list_push_subscriptions)
    elsewhere = reader.ask(list_connections)
    words = ReportInput(category=ReportInputCategory.SPAM, note="Not really.")
    reported = reader.ask(report_post, post.id, body=words)
    shelf = reader.ask(create_collection, body=CollectionInput(name="Kilns"))
    report = {
        "people": names,
        "sha256": [each.sha256 for each in media],
        "following": followed.relationship.following,
        "in_feed": [seen.title, seen.author.username, [each.alt_text for each in seen.media]],
        "pictures": [picture_bytes(each) for each in seen.media],
        "found": [isinstance(each, Post) and each.id == post.id for each in found],
        "place": visit_place(reader, post),
        "liked": [liked.like_count, liked.viewer.liked],
        "reported": [str(reported.category), reported.note],
        "likers": [each.username for each in author.ask(list_likers, post.id).results],
        "told_on": [len(told.results), told.server_key],
        "elsewhere": [len(elsewhere.results), len(author.ask(list_cross_posts, post.id).results)],
        "collected": [reader.ask(add_to_collection, shelf.id, post.id).post_count, *saved_in(reader, shelf.id, post)],
    }
    album = author.ask(create_album, body=NewAlbumInput(title="Kilns", posts=[post.id]))
    shown = reader.ask(list_album_posts, album.id).results
    report["given_away"] = give_away(author, reader, post.id)
    report["album"] = [album.post_count, *(each.id == post.id for each in shown)]
    report |= talk(author, reader, post) | be_told(author)
    return report | change(author, reader, post) | end(author, reader, names[0])


def give_away(author: Person, reader: Person, post_id: str) -> list[object]:
    """Whether a link has the chosen name and stands in the list; why the post goes nowhere else; how many are left."""
    link = author.ask(create_post_link, post_id, body=ShareLinkInput(alias=f"kilns-{post_id}"))
    listed = [each.id == link.id for each in author.ask(list_links).results]
    offer = reader.ask(list_share_targets, post_id)
    author.ask(revoke_link, link.id)
    refused, left = [len(offer.targets), offer.reason.code], len(author.ask(list_links).results)
    return [link.url.endswith(f"/s/kilns-{post_id}"), listed, refused, left]


def saved_in(reader: Person, collection: str, post: Post) -> list[bool]:
    """Of each post in the collection, whether it is this one and known to be saved."""
    found = reader.ask(list_saved, collection=collection).results
    return [each.id == post.id and each.viewer.saved for each in found]


def send_whole(author: Person, path: Path) -> Media:
    file = File(io.BytesIO(path.read_bytes()), path.name, "image/jpeg")
    return author.ask(send_media, body=FileInput(file, alt_text="whole"))


def send_by_tus(author: Person, path: Path) -> Media:
    """By tuspy, as it comes from its package; what became of it says a generated call."""
    headers = {"Authorization": f"Bearer {author.tokens['access_token']}"}
    client = TusClient(f"{author.app.origin}/rest/v1/uploads", headers=headers)
    uploader = client.uploader(str(path), metadata={"alt_text": "tus"}, chunk_size=10_000)
    uploader.upload()
    return author.ask(get_upload, str(uploader.url).rpartition("/")[2]).media


def send_to_store(author: Person, path: Path) -> Media:
    data = path.read_bytes()
    wanted = DirectUploadInput(bytes_=len(data), sha256=hashlib.sha256(data).hexdigest(), alt_text="put")
    address = author.ask(begin_direct_upload, body=wanted)
    headers = address.headers.to_dict()
    request = urllib.request.Request(address.url, data, headers, method=address.method.value)  # noqa: S310  the store's
    with urllib.request.urlopen(request, timeout=30):  # noqa: S310
        pass
    return author.ask(finish_direct_upload, address.id)


def publish(author: Person, media: list[Media]) -> Post:
    """A post for followers, once its pictures are developed."""
    ids = [each.id for each in media]
    place, audience = LocationInput(name="Stoke-on-Trent"), NewPostInputAudience.FOLLOWERS
    wanted = NewPostInput(ids, title="Three ways", tags=["kiln"], location=place, audience=audience)
    post = author.ask(create_post, body=wanted)
    return wait_for(lambda: is_out(author.ask(get_post, post.id)))


def is_out(post: Post) -> Post | None:
    return post if post.state == PostState.PUBLISHED else None


def look_at_feed(reader: Person, post_id: str) -> Post | None:
    items = reader.ask(get_feed, ranking=GetFeedRanking.LATEST).results
    return next((item.post for item in items if item.post.id == post_id), None)


def find(reader: Person, username: str) -> list[Post | User | TagAnswer]:
    """The author's posts with this title, of which the last word is still being typed."""
    results: list[Post | User | TagAnswer] = reader.ask(search, q="three wa", from_=username).results
    return results


def visit_place(reader: Person, post: Post) -> list[Any]:
    """Its name, whether it counts posts, and whether the newest there is this one."""
    place = reader.ask(get_place, "stoke-on-trent")
    posts = reader.ask(list_place_posts, place.slug).results
    return [place.name, place.post_count > 0, posts[0].id == post.id]


def picture_bytes(media: SharedMedia) -> bool:
    """Whether each of its renditions comes with as many bytes as are said, from where its address leads."""
    assert media.state == MediaState.READY
    for rendition in media.renditions:
        with urllib.request.urlopen(rendition.url, timeout=30) as answer:  # noqa: S310  the site's or the store's
            if len(answer.read()) != rendition.bytes_:
                return False
    return bool(media.renditions)


def talk(author: Person, reader: Person, post: Post) -> dict[str, Any]:
    """A comment that is changed, liked and replied to."""
    said = reader.ask(create_comment, post.id, body=NewCommentInput("Fine ligth"))
    changed = reader.ask(edit_comment, said.id, body=CommentInput("Fine light"))
    author.ask(create_comment, post.id, body=NewCommentInput("Early", parent_id=said.id))
    liked = author.ask(like_comment, said.id)
    (listed,) = reader.ask(list_comments, post.id).results
    before = author.ask(list_comment_versions, said.id).results
    return {
        "said": [changed.text, listed.reply_count, [each.text for each in listed.replies]],
        "said_before": [each.text for each in before],
        "comment_liked": [liked.like_count, liked.viewer.liked],
    }


def be_told(author: Person) -> dict[str, Any]:
    """What the author was told of the comment, and that it is read; no more daily mail."""
    told = wait_for(lambda: _told_of_comment(author))
    read = author.ask(mark_notifications_read, body=ReadInput(told.results[0].id))
    chosen = author.ask(edit_notification_settings, body=NotificationSettingsInput(digest=False))
    return {
        "told": [told.results[0].text, told.results[0].unread, told.unread > 0],
        "read": read.read_up_to == told.results[0].id,
        "digest": chosen.digest,
    }


def _told_of_comment(author: Person) -> NotificationPage | None:
    page: NotificationPage = author.ask(list_notifications, filter_=ListNotificationsFilter.COMMENTS)
    return page if page.results else None


def change(author: Person, reader: Person, post: Post) -> dict[str, Any]:
    """Another title and audience, into the trash, and out of it."""
    edited = author.ask(edit_post, post.id, body=PostInput(title="Three roads", audience=PostInputAudience.PUBLIC))
    author.ask(trash_post, post.id)
    trash = author.ask(list_trash).results
    gone = reader.refused(get_post, post.id)
    author.ask(restore_post, post.id)
    back = reader.ask(get_post, post.id)
    return {
        "edited": [edited.title, edited.audience == PostAudience.PUBLIC, edited.tags, edited.edited_at is not None],
        "in_trash": [[each.id for each in trash] == [post.id], *gone],
        "restored": [back.title, back.url == post.url, back.like_count, back.viewer.liked],
    }


def end(author: Person, reader: Person, username: str) -> dict[str, Any]:
    """The reader's tokens are renewed, the author's given back."""
    old = reader.tokens
    reader.use(refresh(reader.app, old))
    known: User = reader.ask(get_user, username)
    author.app.post("revocation", token=author.tokens["refresh_token"])
    return {
        "renewed": [reader.tokens[name] != old[name] for name in ("access_token", "refresh_token")],
        "still_following": known.relationship.following,
        "revoked": list(author.refused(get_me)),
    }


def wait_for(look: Callable[[], Any]) -> Any:
    """The first answer of `look` that is not None."""
    deadline = time.monotonic() + SECONDS
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise TimeoutError("It did not happen.")
        time.sleep(0.2)
    return found


if __name__ == "__main__":
    main()
