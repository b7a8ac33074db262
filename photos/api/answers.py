"""What calls about media, uploads, posts and tags answer, for the schema; `photos.representations` makes it."""

from rest_framework import serializers

from accounts.api.answers import OwnUser, User
from core.api.calls import Answer, Page, id_text, page_example
from photos.imaging.video import VIDEO_CODECS
from photos.models import Media as MediaRow
from photos.models import Post as PostRow
from photos.models import Upload as UploadRow

SHA256 = r"^[0-9a-f]{64}$"
_DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class Failure(Answer):
    """What was wrong with the file: a code for programs, a sentence for people."""

    code = serializers.CharField()
    detail = serializers.CharField()

    example = {"code": "truncated", "detail": "The file stops early. Please send it again."}


class Focus(Answer):
    """The point that stays in sight when the picture is cut: -1 to 1 from left to right and from bottom to top."""

    x = serializers.FloatField(min_value=-1, max_value=1)
    y = serializers.FloatField(min_value=-1, max_value=1)

    example = {"x": 0.1, "y": -0.25}


class Rendition(Answer):
    """`url` lives a day for public posts and a quarter of an hour for others."""

    name = serializers.CharField(help_text="square, w320, w640, w960, w1280, w2048, animated, poster or video_720p.")
    url = serializers.URLField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    content_type = serializers.CharField()
    bytes = serializers.IntegerField()

    example = {
        "name": "w640",
        "url": "https://photos.example.org/media/renditions/2b/boats.avif?e=1",
        "width": 640,
        "height": 427,
        "content_type": "image/avif",
        "bytes": 31870,
    }


class SharedMedia(Answer):
    """What everybody who sees its post may know of a media. Width and height are upright."""

    id = id_text()
    kind = serializers.ChoiceField(MediaRow.Kind.values)
    state = serializers.ChoiceField(MediaRow.State.values)
    content_type = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    duration = serializers.FloatField(allow_null=True, help_text="Seconds of a video.")
    alt_text = serializers.CharField()
    blurhash = serializers.CharField(allow_null=True)
    focus = Focus()
    renditions = Rendition(many=True)
    poster_url = serializers.URLField(allow_null=True)
    taken_at = serializers.DateTimeField(allow_null=True)
    camera = serializers.DictField(
        child=serializers.CharField(), allow_null=True, help_text="Null for others unless its owner shows it."
    )

    example = {
        "id": "7234567890123456790",
        "kind": "photo",
        "state": "ready",
        "content_type": "image/jpeg",
        "width": 1620,
        "height": 1080,
        "duration": None,
        "alt_text": "Fishing boats on a pale blue, windless lake",
        "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
        "focus": Focus.example,
        "renditions": [Rendition.example],
        "poster_url": None,
        "taken_at": "2026-03-02T05:02:10.000Z",
        "camera": {"camera": "Contact Sheet Field 35", "aperture": "ƒ/4", "exposure": "1/250", "iso": "ISO 100"},
    }


class Copy(Answer):
    storage = serializers.CharField()
    verified_at = serializers.DateTimeField()

    example = {"storage": "originals", "verified_at": "2026-03-02T05:10:00.000Z"}


class Receipt(Answer):
    """What this site vouches for: these bytes, in these places."""

    id = id_text()
    sha256 = serializers.RegexField(SHA256)
    bytes = serializers.IntegerField()
    received_at = serializers.DateTimeField()
    copies = Copy(many=True)
    signature = serializers.CharField(help_text="Ed25519, in base64.")

    example = {
        "id": SharedMedia.example["id"],
        "sha256": _DIGEST,
        "bytes": 2481733,
        "received_at": "2026-03-02T05:10:00.000Z",
        "copies": [Copy.example, {**Copy.example, "storage": "originals-copy"}],
        "signature": "3q2+7wAAAAA=",
    }


class Media(SharedMedia):
    """All of a media, for its owner."""

    progress = serializers.IntegerField(help_text="Per cent of the developing that is done.")
    recipe = serializers.DictField(allow_null=True, help_text="How its owner wants it developed.")
    failure = Failure(allow_null=True)
    sha256 = serializers.RegexField(SHA256)
    bytes = serializers.IntegerField()
    post_id = id_text(allow_null=True)
    created_at = serializers.DateTimeField()
    receipt = Receipt()

    example = {
        **SharedMedia.example,
        "progress": 100,
        "recipe": {"version": 1, "look": "morning"},
        "failure": None,
        "sha256": _DIGEST,
        "bytes": 2481733,
        "post_id": "7234567890123456791",
        "created_at": "2026-03-02T05:10:00.000Z",
        "receipt": Receipt.example,
    }


class Location(Answer):
    name = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)

    example = {"name": "Kyoto", "latitude": 35.01, "longitude": 135.77}


class PersonInPicture(Answer):
    """Who is in a picture, and where: from 0, left and top, to 1, or null. What waits, two people see."""

    media_id = id_text()
    user = User()
    x = serializers.FloatField(allow_null=True, min_value=0, max_value=1)
    y = serializers.FloatField(allow_null=True, min_value=0, max_value=1)
    state = serializers.ChoiceField(["shown", "waiting"])

    example = {"media_id": SharedMedia.example["id"], "user": User.example, "x": 0.42, "y": 0.3, "state": "shown"}


class PostViewer(Answer):
    """What the person who asks has done with the post, and may do."""

    liked = serializers.BooleanField()
    saved = serializers.BooleanField()
    can_edit = serializers.BooleanField()
    can_comment = serializers.BooleanField()
    can_download = serializers.BooleanField()

    example = {"liked": True, "saved": False, "can_edit": False, "can_comment": True, "can_download": False}


class Post(Answer):
    id = id_text()
    code = serializers.CharField()
    url = serializers.URLField()
    author = User()
    title = serializers.CharField()
    caption = serializers.CharField()
    caption_html = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    mentions = serializers.ListField(child=serializers.CharField())
    location = Location(allow_null=True)
    audience = serializers.ChoiceField(PostRow.Audience.values)
    sensitive = serializers.BooleanField()
    spoiler = serializers.CharField()
    media = SharedMedia(many=True)
    comments = serializers.ChoiceField(PostRow.Comments.values, help_text="Who may comment.")
    people = PersonInPicture(many=True, allow_null=True, help_text="Null in lists: read the post to know.")
    like_count = serializers.IntegerField(allow_null=True, help_text="Null if the author hides it.")
    comment_count = serializers.IntegerField()
    viewer = PostViewer()
    licence = serializers.ChoiceField(PostRow.Licence.values)
    state = serializers.ChoiceField(PostRow.State.values)
    published_at = serializers.DateTimeField(allow_null=True)
    edited_at = serializers.DateTimeField(allow_null=True)

    example = {
        "id": "7234567890123456791",
        "code": "8CjYVnrfVoL",
        "url": "https://photos.example.org/p/8CjYVnrfVoL/",
        "author": User.example,
        "title": "Before the first ferry",
        "caption": "Nobody talks at this hour, not even the herons. #mist",
        "caption_html": (
            'Nobody talks at this hour, not even the herons. <a href="/tags/mist/" class="hashtag">#mist</a>'
        ),
        "tags": ["lake", "mist"],
        "mentions": [],
        "location": Location.example,
        "audience": "public",
        "sensitive": False,
        "spoiler": "",
        "media": [SharedMedia.example],
        "comments": "everyone",
        "people": [PersonInPicture.example],
        "like_count": 11,
        "comment_count": 0,
        "viewer": PostViewer.example,
        "licence": "cc_by",
        "state": "published",
        "published_at": "2026-03-02T05:11:30.500Z",
        "edited_at": None,
    }


class PostPage(Page):
    results = Post(many=True)

    example = page_example("users/hana/posts", Post.example)


class CollectionAnswer(Answer):
    """A collection of saved posts, which its owner alone can read. The cover is of the post that came last."""

    id = id_text()
    url = serializers.URLField()
    name = serializers.CharField()
    post_count = serializers.IntegerField(help_text="Of the posts in it that you may see now.")
    cover_url = serializers.URLField(allow_null=True, help_text="A square. Null without one, and if it is sensitive.")
    created_at = serializers.DateTimeField()

    example = {
        "id": "7234567890123456797",
        "url": "https://photos.example.org/saved/8CjYVnrfVoR/",
        "name": "Light I like",
        "post_count": 3,
        "cover_url": "https://photos.example.org/media/renditions/2b/boats.jpg?e=1",
        "created_at": "2026-03-02T05:20:00.000Z",
    }


class CollectionPage(Page):
    results = CollectionAnswer(many=True)

    example = page_example("collections", CollectionAnswer.example)


class AlbumViewer(Answer):
    can_edit = serializers.BooleanField()
    can_download = serializers.BooleanField(help_text="Whether there is an archive of it for you.")

    example = {"can_edit": False, "can_download": True}


class AlbumAnswer(Answer):
    """Posts of one person that belong together, in the order of that person."""

    id = id_text()
    url = serializers.URLField()
    owner = User()
    title = serializers.CharField()
    text = serializers.CharField()
    audience = serializers.ChoiceField(PostRow.Audience.values, help_text="Who may open it; its posts keep their own.")
    post_count = serializers.IntegerField(help_text="Of the posts in it that you may see now.")
    cover_post_id = id_text(allow_null=True, help_text="The chosen one if you may see it, else the first you may see.")
    cover_url = serializers.URLField(allow_null=True, help_text="A square. Null without one, and if it is sensitive.")
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    viewer = AlbumViewer()

    example = {
        "id": "7234567890123456798",
        "url": "https://photos.example.org/albums/8CjYVnrfVoS/",
        "owner": User.example,
        "title": "Before the first ferry",
        "text": "A week at the lake.",
        "audience": "public",
        "post_count": 12,
        "cover_post_id": "7234567890123456791",
        "cover_url": "https://photos.example.org/media/renditions/2b/boats.jpg?e=1",
        "created_at": "2026-03-02T05:20:00.000Z",
        "edited_at": None,
        "viewer": AlbumViewer.example,
    }


class AlbumPage(Page):
    results = AlbumAnswer(many=True)

    example = page_example("albums", AlbumAnswer.example)


class TagAnswer(Answer):
    name = serializers.CharField()
    url = serializers.URLField()
    post_count = serializers.IntegerField()
    following = serializers.BooleanField(allow_null=True, help_text="Null for who is not signed in.")

    example = {"name": "mist", "url": "https://photos.example.org/tags/mist/", "post_count": 9, "following": True}


class PlaceAnswer(Answer):
    name = serializers.CharField(help_text="As the newest post there that you can find has it.")
    slug = serializers.CharField(help_text="For `place:` in a search.")
    url = serializers.URLField()
    post_count = serializers.IntegerField(help_text="Posts there that you can find, counted up to 10,000.")

    example = {
        "name": "São Paulo",
        "slug": "sao-paulo",
        "url": "https://photos.example.org/places/sao-paulo/",
        "post_count": 4,
    }


class Room(Answer):
    """How much room the originals of a person take, and may take."""

    used_bytes = serializers.IntegerField()
    quota_bytes = serializers.IntegerField(allow_null=True, help_text="Null for no limit.")

    example = {"used_bytes": 2481733, "quota_bytes": 21474836480}


class Me(OwnUser):
    """The person's own `User`, with what nobody else is told."""

    storage = Room()

    example = {**OwnUser.example, "storage": Room.example}


class Upload(Answer):
    """A file on its way in."""

    id = id_text()
    bytes = serializers.IntegerField(help_text="Of the whole file.")
    offset = serializers.IntegerField(help_text="How many of them are kept.")
    state = serializers.ChoiceField(UploadRow.State.values)
    media = Media(allow_null=True)
    failure = Failure(allow_null=True)
    expires_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()

    example = {
        "id": "7234567890123456795",
        "bytes": 2481733,
        "offset": 1048576,
        "state": "open",
        "media": None,
        "failure": None,
        "expires_at": "2026-03-03T05:10:00.000Z",
        "created_at": "2026-03-02T05:10:00.000Z",
    }


class StoreAddress(Answer):
    """Send the file there with this method and exactly these headers, without your token."""

    id = id_text()
    method = serializers.ChoiceField(["PUT"])
    url = serializers.URLField()
    headers = serializers.DictField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()

    example = {
        "id": "7234567890123456796",
        "method": "PUT",
        "url": "https://store.example.org/uploads/5e/boats?X-Amz-Signature=0f",
        "headers": {"Content-Type": "application/octet-stream", "Content-Length": "2481733"},
        "expires_at": "2026-03-02T06:10:00.000Z",
    }


class Limits(Answer):
    """What an upload and a post may be. `max_bytes` and `max_pixels` are of a picture."""

    formats = serializers.ListField(child=serializers.CharField())
    max_bytes = serializers.IntegerField()
    max_pixels = serializers.IntegerField()
    max_video_bytes = serializers.IntegerField()
    max_seconds = serializers.IntegerField()
    video_codecs = serializers.ListField(child=serializers.ChoiceField(list(VIDEO_CODECS)))
    quota_bytes = serializers.IntegerField(allow_null=True, help_text="Null for no limit.")
    max_items = serializers.IntegerField()
    title_length = serializers.IntegerField()
    caption_length = serializers.IntegerField()
    alt_text_length = serializers.IntegerField()
    tags = serializers.IntegerField()
    tag_length = serializers.IntegerField()
    comment_length = serializers.IntegerField()

    example = {
        "formats": ["image/jpeg", "image/png", "video/mp4"],
        "max_bytes": 52428800,
        "max_pixels": 100000000,
        "max_video_bytes": 524288000,
        "max_seconds": 600,
        "video_codecs": ["H.264", "HEVC"],
        "quota_bytes": 21474836480,
        "max_items": 20,
        "title_length": 120,
        "caption_length": 2200,
        "alt_text_length": 1000,
        "tags": 30,
        "tag_length": 64,
        "comment_length": 2200,
    }


class Features(Answer):
    sign_up = serializers.BooleanField()
    audiences = serializers.ListField(child=serializers.ChoiceField(PostRow.Audience.values))
    resumable_uploads = serializers.BooleanField()
    direct_uploads = serializers.BooleanField()
    looks = serializers.ListField(child=serializers.CharField())
    push_key = serializers.CharField(
        allow_null=True,
        help_text="What a browser subscribes to push with (`applicationServerKey`); null where it is off.",
    )

    example = {
        "sign_up": True,
        "audiences": PostRow.Audience.values,
        "resumable_uploads": True,
        "direct_uploads": False,
        "looks": ["morning"],
        "push_key": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    }


class Instance(Answer):
    """What this site is and allows."""

    name = serializers.CharField()
    version = serializers.CharField()
    limits = Limits()
    features = Features()
    rules = serializers.ListField(child=serializers.CharField())

    example = {
        "name": "Contact Sheet",
        "version": "0.4.0",
        "limits": Limits.example,
        "features": Features.example,
        "rules": ["No spam and no fraud."],
    }
