"""What the apps above may hear from this one; each is sent after commit. Arguments are ids."""

from django.dispatch import Signal

user_followed = Signal()  # follower_id, followee_id: an accepted follow now exists
user_unfollowed = Signal()  # follower_id, followee_id: it exists no longer, whatever the reason
user_blocked = Signal()  # blocker_id, blocked_id
user_muted = Signal()  # muter_id, muted_id
user_unmuted = Signal()  # muter_id, muted_id
account_made_private = Signal()  # user_id
