from accounts.api import views
from core.api.routes import both

urlpatterns = [
    *both("accounts", views.AccountsView.as_view()),
    *both("accounts/verification", views.VerificationView.as_view()),
    *both("users/<username:username>", views.UserView.as_view()),
    *both("users/<username:username>/followers", views.FollowersView.as_view()),
    *both("users/<username:username>/following", views.FollowingView.as_view()),
    *both("users/<username:username>/follow", views.FollowView.as_view()),
    *both("users/<username:username>/block", views.BlockView.as_view()),
    *both("users/<username:username>/mute", views.MuteView.as_view()),
    *both("followers/<username:username>", views.FollowerView.as_view()),
    *both("follow-requests", views.FollowRequestsView.as_view()),
    *both("follow-requests/<username:username>", views.FollowRequestView.as_view()),
    *both("blocks", views.BlocksView.as_view()),
    *both("mutes", views.MutesView.as_view()),
]
