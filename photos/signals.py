"""What the apps above may hear from this one. Arguments are ids.

Those from `comment_published` on are sent within the transaction, and receivers write down what is to be done
(`core.events.enqueue`) in it, and do no more, but to end there what must end at once. Those before are sent after
commit.
"""

from django.dispatch import Signal

post_published = Signal()  # post_id, author_id
post_audience_changed = Signal()  # post_id, author_id
post_withdrawn = Signal()  # post_id, author_id: trashed, archived or removed
post_liked = Signal()  # post_id, user_id
post_unliked = Signal()  # post_id, user_id

comment_published = Signal()  # comment_id: others can read it from now on; written, or let out
comment_waiting = Signal()  # comment_id: the author of the post has to let it out
comment_withdrawn = Signal()  # comment_id: deleted, or removed by staff
comment_liked = Signal()  # comment_id, user_id
people_mentioned = Signal()  # post_id, comment_id or None for the caption, user_ids: named there from now on
person_tagged = Signal()  # tag_id: somebody was tagged in a picture; the tag says whether it waits for them
# media_id, image_id: a picture looks like one that staff do not take, and was refused; also when tried again
blocked_picture_found = Signal()
media_developed = Signal()  # media_id: to the end, well or not
post_came_out = Signal()  # post_id: published for the first time
demo_loaded = Signal()  # reports: for each who, of which post, the category and a note
post_gate_changed = Signal()  # post_id: others see it than before, or nobody does
post_narrowed = Signal()  # post_id: fewer people may see it than before, or nobody does
album_narrowed = Signal()  # album_id: fewer people may open it than before
