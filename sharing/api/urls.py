import core.converters  # noqa: F401  registers <id:...>
from core.api.routes import both
from sharing.api import networks, views

urlpatterns = [
    *both("albums/<id:album_id>/share-links", views.AlbumLinksView.as_view()),
    *both("posts/<id:post_id>/share-links", views.PostLinksView.as_view()),
    *both("posts/<id:post_id>/share-targets", views.PostTargetsView.as_view()),
    *both("share-links", views.LinkListView.as_view()),
    *both("share-links/<id:link_id>", views.LinkView.as_view()),
    *both("connections", networks.ConnectionsView.as_view()),
    *both("connections/<id:connection_id>", networks.ConnectionView.as_view()),
    *both("posts/<id:post_id>/cross-posts", networks.CrossPostsView.as_view()),
    *both("posts/<id:post_id>/cross-posts/<id:cross_post_id>/retry", networks.CrossPostRetryView.as_view()),
]
