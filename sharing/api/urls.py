from core.api.routes import both
from sharing.api import views

urlpatterns = [
    *both("albums/<id:album_id>/share-links", views.AlbumLinksView.as_view()),
    *both("posts/<id:post_id>/share-links", views.PostLinksView.as_view()),
    *both("posts/<id:post_id>/share-targets", views.PostTargetsView.as_view()),
    *both("share-links", views.LinkListView.as_view()),
    *both("share-links/<id:link_id>", views.LinkView.as_view()),
]
