from rest_framework.request import Request

from accounts.models import User


class PersonRequest(Request):
    """A call whose person is known: the permission class has let nobody else through."""

    user: User
