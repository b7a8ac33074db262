"""The running site, as the variables of `python -m bench` describe it."""

import http.client
import os
from collections.abc import Mapping

PORT = int(os.environ.get("BENCH_PORT", "0"))
UPLOAD_PORT = int(os.environ.get("BENCH_UPLOAD_PORT", "0"))  # of the processes that take files, where there are some
SERVER = int(os.environ.get("BENCH_SERVER", "0"))  # the session of the web processes


def send(method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> bytes:
    """The body of an answer of 2xx. RuntimeError for every other."""
    connection = http.client.HTTPConnection(f"localhost:{PORT}", timeout=60)
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        answer = response.read()
    finally:
        connection.close()
    if response.status >= 300:
        raise RuntimeError(f"{method} {path}: {response.status} {answer[:500]!r}")
    return answer
