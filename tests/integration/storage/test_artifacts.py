from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from engine.domain.fixture import Team
from storage.artifact_codec import encode
from storage.artifacts import Artifact
from tests.builders import NOW

if TYPE_CHECKING:
    from storage.pool import Pool
    from storage.store import Store


def an_artifact(name: str = "weights", value: str = "one") -> Artifact:
    return Artifact(
        name=name,
        fitted_at=NOW,
        seen_until=NOW - timedelta(hours=6),
        body=encode(Team(key="team", name=value)),
        metrics={"n": 2000, "kl": {"mean": 0.003, "low": None}},
    )


async def add(store: Store, *artifacts: Artifact) -> list[int | None]:
    found = []
    for artifact in artifacts:
        async with store.transaction() as tx:
            found.append(await tx.artifacts.add(artifact))
    return found


async def test_the_newest_version_comes_back_with_what_its_fit_said(store: Store) -> None:
    one, two = an_artifact(), an_artifact(value="two")
    assert await add(store, one, two, an_artifact("goals")) == [1, 2, 1]
    async with store.reading() as tx:
        latest = await tx.artifacts.latest("weights", Team)
        assert await tx.artifacts.newest() == {"goals": 1, "weights": 2}
    assert latest.skipped == ()
    assert latest.good is not None
    assert (latest.good.version, latest.good.value.name) == (2, "two")
    assert (latest.good.fitted_at, latest.good.seen_until) == (two.fitted_at, two.seen_until)
    assert latest.good.metrics == two.metrics


async def test_the_same_value_again_is_no_new_version(store: Store) -> None:
    assert await add(store, an_artifact(), an_artifact()) == [1, None]
    assert await add(store, an_artifact(value="two"), an_artifact()) == [2, 3]


async def test_nothing_learned_yet_is_said_by_none(store: Store) -> None:
    async with store.reading() as tx:
        latest = await tx.artifacts.latest("weights", Team)
        assert await tx.artifacts.newest() == {}
    assert (latest.good, latest.skipped) == (None, ())


SPOILED = {
    "checksum": "body = set_byte(body, 40, 255 - get_byte(body, 40))",
    "unknown format 'pickle'": "format = 'pickle'",
    "not of this format": "body = 'x', sha256 = encode(sha256('x'), 'hex')",
}


@pytest.mark.parametrize("reason", SPOILED)
async def test_a_bad_version_is_skipped_by_name_and_the_last_good_one_serves(
    store: Store, pool: Pool, reason: str
) -> None:
    await add(store, an_artifact(), an_artifact(value="two"))
    await pool.execute(f"update artifacts set {SPOILED[reason]} where version = 2")  # noqa: S608  # ours
    async with store.reading() as tx:
        latest = await tx.artifacts.latest("weights", Team)
    assert latest.skipped == ((2, reason),)
    assert latest.good is not None
    assert (latest.good.version, latest.good.value.name) == (1, "one")


async def test_a_version_gone_bad_is_written_again(store: Store, pool: Pool) -> None:
    await add(store, an_artifact())
    await pool.execute("update artifacts set body = '\\x00'")
    assert await add(store, an_artifact()) == [2]
    async with store.reading() as tx:
        latest = await tx.artifacts.latest("weights", Team)
    assert latest.good is not None
    assert latest.good.version == 2


async def test_a_value_of_another_class_is_no_good_version(store: Store) -> None:
    await add(store, an_artifact())
    async with store.reading() as tx:
        latest = await tx.artifacts.latest("weights", Artifact)
    assert latest.good is None
    assert latest.skipped == ((1, "a Team, not a Artifact"),)
