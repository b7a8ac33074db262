"""Conditions 5 to 8 of the site as a whole: the feed, objects without a row, answers, and how clean it is."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from engines.swift import Swift
from tests.e2e.rest import Rest
from tests.faults.harness.batch import Batch, Person
from tests.faults.harness.machine import Machine
from tests.faults.harness.objects import Objects, kinds, listed, named


def read_feed(reader: Person) -> Counter[str]:
    """How often each post is in the feed, all pages of it."""
    seen: Counter[str] = Counter()
    page: dict[str, Any] = reader.app.call("GET", "feed?ranking=latest&limit=100").json
    while True:
        seen.update(result["post"]["id"] for result in page["results"])
        if not page["next"]:
            return seen
        page = reader.app.insist(lambda address=page["next"]: reader.app.rest.fetch(address)).json  # type: ignore[misc]


def wrong_in_feed(machine: Machine, reader: Person, batches: Sequence[Batch]) -> tuple[list[str], int]:
    """Each published post is there once after the hourly build. Also how many came only with that."""
    wanted = {kept.post_id for batch in batches for kept in batch.kept if kept.post_id and not kept.deleted}
    before = read_feed(reader)
    machine.site.manage("refresh_feeds", "--user", reader.user.username)
    after = read_feed(reader)
    wrong = [f"post {post_id} is {count} times in the feed" for post_id, count in (before | after).items() if count > 1]
    if after.keys() != wanted:
        wrong.append(f"the feed lacks {wanted - after.keys()} and has {after.keys() - wanted}")
    return wrong, len(wanted - before.keys())


def find_orphans(store: Swift) -> tuple[Objects, list[str]]:
    """Objects that no row names, with the time of each; and what rows name that is not there."""
    there, rows = listed(store), named()
    orphans = {place: written for place, written in there.items() if place not in rows}
    return orphans, [f"{key} is not in the bucket {bucket}" for bucket, key in rows - there.keys()]


def wrong_with_reconciler(machine: Machine, orphans: Objects) -> list[str]:
    """It finds just these and takes them away, and then there are none."""
    report = machine.site.places.state / "reconcile.json"
    machine.site.manage("reconcile", "--dry-run", "--older-than", "0", "--report", str(report))
    seen = Counter({name: found["orphans"] for name, found in json.loads(report.read_text())["storages"].items()})
    wrong = (
        [] if +seen == kinds(orphans) else [f"reconcile sees {dict(+seen)} orphans, there are {dict(kinds(orphans))}"]
    )
    machine.site.manage("reconcile", "--delete", "--older-than", "0")
    left, missing = find_orphans(machine.store)
    return [*wrong, *missing, *(f"{key} is still in the bucket {bucket}" for bucket, key in left)]


def errors_of(people: Sequence[Person]) -> Counter[str]:
    """Answers of 5xx, and none at all, that these apps have met so far."""
    return Counter(
        {
            what: count
            for what, count in sum((person.app.trouble for person in people), Counter[str]()).items()
            if what == "no answer" or what.startswith("5")
        }
    )


def probe(origin: str, person: Person) -> list[str]:
    """Pages and addresses that everybody opens, and whatever of them answers 5xx."""
    visitor, addresses = Rest(origin), ("/", reverse("accounts:login"), "/healthz", "/readyz", "/rest/v1/instance")
    statuses = {address: visitor.send("GET", address).status for address in addresses}
    statuses |= {
        path: person.app.rest.call("GET", path).status for path in ("me", "feed", "trash", "feed?ranking=latest")
    }
    return [f"{address} answers {status}" for address, status in statuses.items() if status >= 500]
