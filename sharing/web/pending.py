"""What a session keeps while its person is away at a network, sealed, for a quarter of an hour and one return."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson
from django.http import HttpRequest

from core.exceptions import InvalidInput
from core.sealing import CannotOpen, seal, unseal
from sharing.accounts_elsewhere import SESSION
from sharing.networks.base import Account

LEAVING, CHOICE = "network_leaving", "network_choice"
SECONDS = 15 * 60


def keep(request: HttpRequest, name: str, values: Mapping[str, str]) -> None:
    request.session[name] = seal({**values, "kept_at": str(int(time.time()))}, SESSION)


def take(request: HttpRequest, name: str, *, leave: bool = False) -> dict[str, str]:
    """What was kept, which is gone then unless it is to be left. InvalidInput when nothing is there any more."""
    sealed = request.session.get(name, "") if leave else request.session.pop(name, "")
    try:
        kept = unseal(sealed, SESSION) if sealed else {}
    except CannotOpen:
        kept = {}
    if int(kept.get("kept_at", "0")) < time.time() - SECONDS:
        raise InvalidInput("That did not begin here, or took too long. Please try again.", code="state_unknown")
    return kept


def keep_choice(request: HttpRequest, network: str, accounts: Sequence[Account]) -> None:
    rows = orjson.dumps([{**asdict(each), "secrets": dict(each.secrets)} for each in accounts]).decode()
    keep(request, CHOICE, {"network": network, "accounts": rows, "user": str(request.user.pk)})


def choice(request: HttpRequest, *, leave: bool = False) -> tuple[str, list[Account]]:
    kept = take(request, CHOICE, leave=leave)
    if kept.get("user") != str(request.user.pk):
        raise InvalidInput("That did not begin here, or took too long. Please try again.", code="state_unknown")
    rows: list[dict[str, Any]] = orjson.loads(kept["accounts"])
    return kept["network"], [Account(**row) for row in rows]
