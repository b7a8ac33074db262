"""What calls about connections and cross-posts answer, for the schema."""

from rest_framework import serializers

from core.api.calls import Answer, id_text
from sharing.models import CrossPost
from sharing.models.connections import Network


class Connection(Answer):
    id = id_text()
    network = serializers.ChoiceField(Network.choices)
    name = serializers.CharField(help_text="What people there know it by.")
    address = serializers.CharField(allow_null=True, help_text="Its page there.")
    automatic = serializers.BooleanField(help_text="What is published for everyone goes there by itself.")
    works = serializers.BooleanField(help_text="false once the network refuses it: connect it again.")
    created_at = serializers.DateTimeField()

    example = {
        "id": "7234567890123456831",
        "network": "mastodon",
        "name": "@hana@social.example.org",
        "address": "https://social.example.org/@hana",
        "automatic": True,
        "works": True,
        "created_at": "2026-03-02T05:10:00.000Z",
    }


class Connections(Answer):
    """Those that are connected, 20 at most."""

    results = Connection(many=True)
    networks = serializers.ListField(
        child=serializers.ChoiceField(Network.values),
        help_text="What can be connected at this site, on its page /settings/networks/.",
    )

    example = {"results": [Connection.example], "networks": ["mastodon", "bluesky"]}


class NetworkPost(Answer):
    id = id_text()
    connection_id = id_text()
    network = serializers.ChoiceField(Network.choices)
    name = serializers.CharField()
    state = serializers.ChoiceField(
        CrossPost.State.values,
        help_text="failed and given_up are over; unknown is, too, and means that it may stand there all the same.",
    )
    address = serializers.CharField(allow_null=True, help_text="Where it stands there.")
    code = serializers.CharField(allow_null=True, help_text="What went wrong, for programs.")
    problem = serializers.CharField(allow_null=True, help_text="The same in words.")
    tries = serializers.IntegerField(min_value=0)
    next_try_at = serializers.DateTimeField(allow_null=True, help_text="While it waits.")
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)

    example = {
        "id": "7234567890123456832",
        "connection_id": "7234567890123456831",
        "network": "mastodon",
        "name": "@hana@social.example.org",
        "state": "sent",
        "address": "https://social.example.org/@hana/116123456789012345",
        "code": None,
        "problem": None,
        "tries": 1,
        "next_try_at": None,
        "created_at": "2026-03-02T05:10:00.000Z",
        "sent_at": "2026-03-02T05:10:04.000Z",
    }


class NetworkPosts(Answer):
    """One for each account that it goes to."""

    results = NetworkPost(many=True)

    example = {"results": [NetworkPost.example]}
