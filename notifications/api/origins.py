"""Who asks to be told: a browser session, an app or a personal token, with which the telling ends."""

from rest_framework.request import Request

from accounts.services.tokens import LiveToken
from accounts.sessions import DEVICE
from notifications.services.subscribing import Origin


def origin_of(request: Request) -> Origin:
    token = request.auth
    if not isinstance(token, LiveToken):
        return Origin(device_id=request._request.session.get(DEVICE))
    if token.app_id:
        return Origin(app_id=token.app_id)
    return Origin(token_id=token.known.token_id)
