from core.api.routes import both
from feeds.api import explore, views

urlpatterns = [
    *both("feed", views.FeedView.as_view()),
    *both("explore", explore.ExploreView.as_view()),
    *both("users/<username:username>/posts", views.UserPostsView.as_view()),
]
