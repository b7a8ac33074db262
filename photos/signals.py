"""What the apps above may hear from this one; each is sent after commit. Arguments are ids."""

from django.dispatch import Signal

post_published = Signal()  # post_id, author_id
post_audience_changed = Signal()  # post_id, author_id
post_withdrawn = Signal()  # post_id, author_id: trashed, archived or removed
post_liked = Signal()  # post_id, user_id
