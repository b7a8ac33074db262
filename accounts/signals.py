"""What the apps above may hear from this one. Arguments are ids.

Each is sent after commit, but those from `account_made_private` on within the transaction: what they ask for must
happen, so that receivers write it down (`core.events.enqueue`) in the same transaction, and do no more, but to end
there what must end at once.
"""

from django.dispatch import Signal

user_followed = Signal()  # follower_id, followee_id: an accepted follow now exists
user_unfollowed = Signal()  # follower_id, followee_id: it exists no longer, whatever the reason
user_blocked = Signal()  # blocker_id, blocked_id
user_muted = Signal()  # muter_id, muted_id
user_unmuted = Signal()  # muter_id, muted_id
close_friend_added = Signal()  # owner_id, friend_id
restriction_changed = Signal()  # owner_id, restricted_id: what the second does at posts of the first shows or hides now
account_made_private = Signal()  # user_id
account_closed = Signal()  # user_id: nobody sees the account any more, whoever closed it
account_reopened = Signal()  # user_id: it is there again
follow_requested = Signal()  # follower_id, followee_id: somebody asks to follow a private account
follow_accepted = Signal()  # follower_id, followee_id: a request was granted
# user_id, text, address: staff or a job have something to tell this person; `address` is the path of a page of theirs
person_told = Signal()
# kind ("post", "person" or "comment"), object_id, words: listed words that staff want to look at are in it
words_held = Signal()
# user_id: its rows are about to go; whoever keeps more of it (files, ready values) deletes that
account_deleted = Signal()
# user_ids: whom these follow, mute or block, who blocks them, or whose close friends they are, is another now
relations_changed = Signal()
# user_id: the username or the name that is shown is another now
person_named = Signal()
