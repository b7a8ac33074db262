"""The Lua programs that run inside Valkey, by the names of their files in `feeds/lua/`."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redis.exceptions import NoScriptError

from core.valkey import ask, tell, valkey

FOLDER = Path(__file__).parent / "lua"

Argument = bytes | str | int
Command = Sequence[Argument]


class Script:
    """One program; `common.lua` stands in front of it. Valkey is sent its text only when it does not know it."""

    def __init__(self, name: str) -> None:
        self._text = "".join((FOLDER / f"{each}.lua").read_bytes().decode() for each in ("common", name))
        self._digest = hashlib.sha1(self._text.encode(), usedforsecurity=False).hexdigest()

    def __call__(self, keys: Sequence[Argument], arguments: Sequence[Argument]) -> Any:
        """What the program returns. RedisError when Valkey is away."""
        client: Any = valkey()
        try:
            return client.execute_command("EVALSHA", self._digest, len(keys), *keys, *arguments)
        except NoScriptError:
            return client.execute_command("EVAL", self._text, len(keys), *keys, *arguments)

    def tell(self, keys: Sequence[Argument], arguments: Sequence[Argument]) -> None:
        """Let it run and wait for nothing. It does not where it has not run before. RedisError when Valkey is away."""
        tell(("EVALSHA", self._digest, len(keys), *keys, *arguments))

    def run_with(
        self, keys: Sequence[Argument], arguments: Sequence[Argument], others: Sequence[Command]
    ) -> tuple[Any, list[Any]]:
        """The same, and what other commands answer that travel in the same round trip, before it.

        Each of `others` runs once, also when the program was unknown. RedisError when Valkey is away.
        """
        program = ("EVALSHA", self._digest, len(keys), *keys, *arguments)
        *answers, result = ask([*others, program])
        if isinstance(result, NoScriptError):
            result = self(keys, arguments)
        for answer in (*answers, result):
            if isinstance(answer, Exception):
                raise answer
        return result, answers
