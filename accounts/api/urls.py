from accounts.api import apps, relations, views
from core.api.routes import both

urlpatterns = [
    *both("accounts", views.AccountsView.as_view()),
    *both("accounts/verification", views.VerificationView.as_view()),
    *both("apps", apps.AppsView.as_view()),
    *both("users/<username:username>", views.UserView.as_view()),
    *both("users/<username:username>/followers", views.FollowersView.as_view()),
    *both("users/<username:username>/following", views.FollowingView.as_view()),
    *both("users/<username:username>/follow", relations.FollowView.as_view()),
    *both("users/<username:username>/block", relations.BlockView.as_view()),
    *both("users/<username:username>/mute", relations.MuteView.as_view()),
    *both("users/<username:username>/restrict", relations.RestrictView.as_view()),
    *both("close-friends", relations.CloseFriendsView.as_view()),
    *both("close-friends/<username:username>", relations.CloseFriendView.as_view()),
    *both("restrictions", relations.RestrictionsView.as_view()),
    *both("followers/<username:username>", relations.FollowerView.as_view()),
    *both("follow-requests", relations.FollowRequestsView.as_view()),
    *both("follow-requests/<username:username>", relations.FollowRequestView.as_view()),
    *both("blocks", relations.BlocksView.as_view()),
    *both("mutes", relations.MutesView.as_view()),
]
