"""Buckets of a real S3 service behind the storages of media; import the fixtures where they are needed."""

import itertools
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.test import override_settings

from engines.swift import Swift, swift
from instagram.stores import read

ALIASES = ("default", "originals", "originals-copy", "renditions", "uploads", "exports")

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Buckets:
    """The bucket `main` in one store, and `copy` in the same or another one; originals-copy is what lies in `copy`."""

    store: Swift
    copy_store: Swift
    main: str
    copy: str

    def keys(self) -> dict[str, list[str]]:
        """Every key of each bucket that has any, as MAIN or COPY."""
        found = {"main": self.store.keys(self.main), "copy": self.copy_store.keys(self.copy)}
        return {name: keys for name, keys in found.items() if keys}

    def original(self, key: str) -> list[bytes]:
        """What either bucket has for this original."""
        name = f"originals/{key}"
        return [self.store.read(self.main, name), self.copy_store.read(self.copy, name)]

    def environment(self) -> dict[str, str]:
        """What leads a site to them."""
        return {
            "S3_BUCKET": self.main,
            "S3_COPY_BUCKET": self.copy,
            **self.store.environment(),
            "STORAGE_ORIGINALS_COPY": f"s3://{self.copy}/originals",
            **self.copy_store.environment("STORAGE_ORIGINALS_COPY"),
        }


def make_buckets(store: Swift, copy_store: Swift | None = None) -> Buckets:
    """Two empty buckets, in one store or two."""
    number = next(_numbers)
    made = Buckets(store, copy_store or store, f"main-{number}", f"copy-{number}")
    made.store.make_bucket(made.main)
    made.copy_store.make_bucket(made.copy)
    return made


@contextmanager
def buckets_behind_storages(
    store: Swift, copy_store: Swift | None = None, *, folder: Path, variables: Mapping[str, str] | None = None
) -> Iterator[Buckets]:
    """Two new buckets, in one store or two, behind every storage of media, read from variables as a site reads them.

    `variables` win over the right ones. `folder` is for storages that they place in a folder.
    """
    made = make_buckets(store, copy_store)
    with mock.patch.dict(os.environ, {**made.environment(), **(variables or {})}):
        stores = read(folder, ALIASES)
    with override_settings(STORAGES={**settings.STORAGES, **stores}):
        try:
            yield made
        finally:
            for alias in stores:
                _hang_up(storages[alias])


def _hang_up(storage: Any) -> None:
    """Close the connections of this thread, if there are any."""
    connection = getattr(getattr(storage, "_connections", None), "connection", None)
    if connection is not None:
        connection.meta.client.close()


@pytest.fixture(scope="session")
def s3_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swift]:
    """A store of one node, the same for every test of this process."""
    with swift(tmp_path_factory.mktemp("s3")) as store:
        yield store


@pytest.fixture(scope="session")
def _three_nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swift]:
    with swift(tmp_path_factory.mktemp("s3-three"), nodes=3) as store:
        yield store


@pytest.fixture
def three_nodes(_three_nodes: Swift) -> Iterator[Swift]:
    """A store of three nodes with every object on each. After the test all of them run again."""
    yield _three_nodes
    _three_nodes.heal()


@pytest.fixture
def s3_storages(s3_store: Swift, media_folders: Path) -> Iterator[Buckets]:
    """Two empty buckets of one store behind every storage of media, in the stead of folders."""
    with buckets_behind_storages(s3_store, folder=media_folders) as made:
        yield made


@pytest.fixture
def s3_storages_on_three_nodes(three_nodes: Swift, media_folders: Path) -> Iterator[Buckets]:
    with buckets_behind_storages(three_nodes, folder=media_folders) as made:
        yield made
