from core.api.routes import both
from feeds.api import explore, search, suggestions, views

urlpatterns = [
    *both("feed", views.FeedView.as_view()),
    *both("explore", explore.ExploreView.as_view()),
    *both("search", search.SearchView.as_view()),
    *both("suggestions", suggestions.SuggestionsView.as_view()),
    *both("suggestions/<username:username>", suggestions.SuggestionView.as_view()),
    *both("users/<username:username>/posts", views.UserPostsView.as_view()),
    *both("users/<username:username>/tagged", views.UserTaggedView.as_view()),
]
