"""Conditions 1 to 5, which must hold of each upload and each person when everything is healed."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from core.connections import release_connection
from photos.models import Media, OriginalCopy, Post
from tests.faults.harness.batch import Batch, Person
from tests.faults.harness.ledger import Kept
from tests.faults.harness.machine import COPY, MAIN, Machine
from tests.faults.harness.shapes import Shapes, shape_of

READERS = 4  # threads


@dataclass
class Verdict:
    """`lost` are acknowledged uploads whose bytes, media or post are not there; `broken` says everything wrong."""

    lost: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)

    def lose(self, kept: Kept, why: str) -> None:
        self.lost.add(kept.media_id)
        self.blame(kept, f"LOST: {why}")

    def blame(self, kept: Kept, why: str) -> None:
        self.broken.append(f"{kept.row}, picture {kept.number}, media {kept.media_id}: {why}")


class Inspection:
    """`shapes` is what a picture of each size is developed to when nothing is broken."""

    def __init__(self, machine: Machine, shapes: Shapes) -> None:
        self.client, self.shapes = machine.store.client, shapes
        release_connection()
        self.keys = {str(media_id): key for media_id, key in Media.objects.values_list("pk", "original_key")}
        self.copies = Counter(str(each) for each in OriginalCopy.objects.values_list("media_id", flat=True))

    def run(self, batches: Sequence[Batch]) -> dict[str, Verdict]:
        """Verdicts by the titles of the rows."""
        verdicts = {}
        with ThreadPoolExecutor(READERS) as pool:
            for batch in batches:
                verdicts[batch.row.title] = verdict = Verdict(
                    broken=[f"{batch.row.title}: {why}" for why in batch.problems]
                )
                list(pool.map(partial(self._look, batch, verdict), batch.kept))
                verdict.broken += _miscounted(batch)
        return verdicts

    def _look(self, batch: Batch, verdict: Verdict, kept: Kept) -> None:
        person = batch.people[kept.person]
        try:
            if kept.deleted:
                status = person.app.rest.call("GET", f"media/{kept.media_id}").status
                if status != 404:
                    verdict.blame(kept, f"was deleted, and answers {status}")
            else:
                self._look_at(person, verdict, kept)
        except Exception as error:  # noqa: BLE001  whatever it is, this upload cannot be vouched for
            verdict.lose(kept, f"cannot be looked at: {error!r}")

    def _look_at(self, person: Person, verdict: Verdict, kept: Kept) -> None:
        """1 it is there, 2 its bytes are right everywhere, 3 it has come to its end, 4 so have its renditions."""
        answer = person.app.rest.call("GET", f"media/{kept.media_id}")
        if answer.status != 200:
            verdict.lose(kept, f"answers {answer.status}")
            return
        media = answer.json
        if media["post_id"] != (kept.post_id or None):
            verdict.lose(kept, f"is in the post {media['post_id']}, not in {kept.post_id}")
        if wrong := [place for place in ("the API", MAIN, COPY) if self._digest(person, kept, place) != kept.sha256]:
            verdict.lose(kept, f"has other bytes in {', '.join(wrong)}")
        if self.copies[kept.media_id] != 2:
            verdict.blame(kept, f"has rows of {self.copies[kept.media_id]} copies")
        if media["state"] != "ready":
            verdict.blame(kept, f"is {media['state']}: {media['failure']}")
        elif (shape := shape_of(media)) != self.shapes[kept.size, kept.turned]:
            verdict.blame(kept, f"has the renditions {sorted(shape)}")

    def _digest(self, person: Person, kept: Kept, place: str) -> str:
        if place == "the API":
            data = person.app.rest.call("GET", f"media/{kept.media_id}/original").body
        else:
            key = f"originals/{self.keys[kept.media_id]}"
            data = self.client.get_object(Bucket=place, Key=key)["Body"].read()
        return hashlib.sha256(data).hexdigest()


def _miscounted(batch: Batch) -> list[str]:
    """5 each person has these media and posts and no others, and counters that say so."""
    release_connection()
    found, wanted = {}, {}
    for index, person in enumerate(batch.people):
        there = [kept for kept in batch.kept if kept.person == index and not kept.deleted]
        posts = {kept.post_id for kept in there if kept.post_id}
        wanted[index] = ({kept.media_id for kept in there}, posts, len(posts), len(posts), len(posts))
        person.user.refresh_from_db()
        published = Post.objects.filter(author=person.user, state=Post.State.PUBLISHED)
        found[index] = (
            set(map(str, Media.objects.filter(owner=person.user).values_list("pk", flat=True))),
            set(map(str, Post.objects.filter(author=person.user).values_list("pk", flat=True))),
            published.count(),
            person.user.own_post_count,
            person.user.public_post_count,
        )
    return [
        f"{batch.row.title}, person {index}: media, posts and counters are {found[index]}, not {wanted[index]}"
        for index in wanted
        if found[index] != wanted[index]
    ]
