from django.urls import path

import core.converters  # noqa: F401  registers <code:...> and <id:...>
import sharing.converters  # noqa: F401  registers <linkcode:...> and <qrkind:...>
from sharing.web import cross_posts, links, networks, oembed, opened, previews, share

app_name = "sharing"

urlpatterns = [
    path("p/<code:post_id>/share/", share.post, name="post-share"),
    path("p/<code:post_id>/links/", links.of_post, name="post-links"),
    path("p/<code:post_id>/qr.<qrkind:kind>", share.post_qr, name="post-qr"),
    path("p/<code:post_id>/preview.jpg", previews.picture, name="post-preview"),
    path("p/<code:post_id>/embed/", previews.embed, name="post-embed"),
    path("albums/<code:album_id>/share/", share.album, name="album-share"),
    path("albums/<code:album_id>/links/", links.of_album, name="album-links"),
    path("albums/<code:album_id>/qr.<qrkind:kind>", share.album_qr, name="album-qr"),
    path("share/mastodon/", share.mastodon, name="mastodon-host"),
    path("settings/links/", links.mine, name="settings-links"),
    path("settings/links/revoke-all/", links.revoke_all, name="links-revoke-all"),
    path("settings/links/<code:link_id>/revoke/", links.revoke, name="link-revoke"),
    path("settings/links/<code:link_id>/qr.<qrkind:kind>", links.qr, name="link-qr"),
    path("s/<linkcode:code>/", opened.link, name="link"),
    path("s/<linkcode:code>", opened.link, name="link"),  # the last of a name is the one that is given out
    path("s/<linkcode:code>/<code:post_id>/", opened.in_album, name="link-post"),
    path("oembed", oembed.oembed, name="oembed"),
    path("settings/networks/", networks.networks, name="settings-networks"),
    path("settings/networks/choose/", networks.choose, name="network-choose"),
    path("settings/networks/<slug:network>/connect/", networks.connect, name="network-connect"),
    path("settings/networks/<slug:network>/callback/", networks.callback, name="network-callback"),
    path("settings/networks/<code:connection_id>/change/", networks.change, name="network-change"),
    path("settings/networks/<code:connection_id>/disconnect/", networks.disconnect, name="network-disconnect"),
    path("p/<code:post_id>/networks/", cross_posts.networks, name="post-networks"),
    path("p/<code:post_id>/networks/<code:cross_post_id>/retry/", cross_posts.again, name="cross-post-retry"),
]
