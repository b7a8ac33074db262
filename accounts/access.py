from accounts.models import User
from accounts.querysets import Viewer
from core.exceptions import NotFound


def get_user_for(viewer: Viewer, username: str) -> User:
    """The person named `username`, as far as `viewer` may know of them; else NotFound."""
    user = User.objects.visible_to(viewer).filter(username=username.lower()).first()
    if user is None:
        raise NotFound
    return user
