"""A site with its files in S3, and the clients that strangers would generate from its schema."""

import os
from collections.abc import Iterator

import pytest

from engines.swift import Swift
from engines.temporary import TemporarySite, temporary_site
from tests.clients.generated import Generated, generate_python, generate_typescript
from tests.live import chromium, pytest_runtest_makereport
from tests.s3.buckets import make_buckets, s3_store

__all__ = ["chromium", "pytest_runtest_makereport", "s3_store"]

FIRST_VALKEY_DATABASE = 64  # those below are for the unit tests and for tests/e2e


@pytest.fixture(scope="session")
def site(s3_store: Swift, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TemporarySite]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    number = FIRST_VALKEY_DATABASE + 2 * int(worker.removeprefix("gw"))
    state = tmp_path_factory.mktemp("site-on-s3")
    buckets = make_buckets(s3_store).environment()
    with temporary_site(state, name=f"clients_{worker}", valkey_database=number, given=buckets) as running:
        yield running


@pytest.fixture(scope="session")
def python_client(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    return generate_python(tmp_path_factory.mktemp("python-client"))


@pytest.fixture(scope="session")
def typescript_client(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    return generate_typescript(tmp_path_factory.mktemp("typescript-client"))
