"""Asking the same question on the express way and on the ordinary one."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from core.web import express

MOVING = re.compile(rb'name="csrfmiddlewaretoken" value="\w{64}"|data-new-posts="\d+"')


def facts(response: Any) -> tuple[int, dict[str, str], dict[str, str], bytes]:
    """All of an answer but what is new each time."""
    moving = ("X-Request-Id", "RateLimit-Remaining", "RateLimit-Reset")
    headers = {name: value for name, value in response.items() if name not in moving}
    cookies = {name: re.sub(r"expires=[^;]+", "", morsel.OutputString()) for name, morsel in response.cookies.items()}
    return response.status_code, headers, cookies, MOVING.sub(b"", response.content)


def both_ways(
    monkeypatch: pytest.MonkeyPatch, taken: list[str], ask: Callable[[], Any]
) -> tuple[bool, tuple[Any, ...], tuple[Any, ...]]:
    """Whether the express way answered, once everything is ready; its answer, and that of the ordinary way."""
    for _ in range(4):
        ask()
    taken.clear()
    quick = ask()
    went = bool(taken)
    with monkeypatch.context() as patch:
        patch.setattr(express, "_answers", {})
        plain = ask()
    return went, facts(quick), facts(plain)
