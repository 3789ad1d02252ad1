"""Two replicas under load through the proxy, while one is killed, PostgreSQL is restarted and a model promoted.

By hand, with the counts printed: `make topology`.
"""

import time
from collections import Counter
from pathlib import Path

import pytest

from football.database import Database
from football.served import ServedStore
from serving.spill import FOLDER
from tests.deploy.load import CONNECTIONS, load
from tests.deploy.topology import TOKEN, topology, until
from tests.postgresql import Cluster


# Half a minute of starts and half a minute of load; several times that on a machine with other work.
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("nginx")
def test_nothing_is_lost_while_a_replica_is_killed_postgresql_restarts_and_a_model_is_promoted(
    postgresql: Cluster, tmp_path: Path
) -> None:
    began = time.monotonic()
    with topology(tmp_path, postgresql) as running:
        started_at = time.monotonic()
        one, two = running.replicas
        with load(running.proxy.address, TOKEN) as asked:
            until(lambda: len(asked.answered) > 200 and len(asked.acknowledged) > 5)

            killed_at = time.monotonic()
            one.kill()
            until(lambda: len(asked.answered) > 600)
            one.start()
            until(one.healthy)

            away_from = time.monotonic()
            postgresql.stop("fast")
            try:
                answered = len(asked.answered)
                until(lambda: len(asked.answered) > answered + 200)
            finally:
                postgresql.start()
            told = len(asked.acknowledged)
            until(lambda: len(asked.acknowledged) > told + 5)
            back_at = time.monotonic()

            running.promote("two")
            until(lambda: (one.version(), two.version()) == ("two", "two"))
            promoted_at = time.monotonic()
            answered = len(asked.answered)
            until(lambda: len(asked.answered) > answered + 200)
        for replica in (one, two):
            replica.stop()
        with Database(running.database_url) as database:
            logged = Counter(prediction.request_id for _, prediction in ServedStore(database).all())
            stored = set(database.absences()["player"])

    under_way = {each.name for each in asked.predictions if each.under_way_at(killed_at)}
    failed = [each for each in asked.predictions if each.status != 200]
    lost = {each.name for each in asked.answered} - set(logged)
    twice = {name for name, times in logged.items() if times > 1}
    refused = [each for each in asked.absences if each.status != 200]
    forgotten = {each.name for each in asked.acknowledged} - stored
    slowest = max(each.ended - each.began for each in asked.answered)
    print(
        f"\nstarted in {started_at - began:.0f} s, under load for {promoted_at - started_at:.0f} s"
        f"\n{len(asked.answered):,} predictions answered, {len(failed)} failed, {len(lost)} not logged, "
        f"{len(under_way)} under way at the kill, {len(twice)} of them logged by both replicas; "
        f"the slowest took {slowest:.2f} s"
        f"\n{len(asked.acknowledged):,} absences acknowledged, {len(forgotten)} lost; "
        f"{len(refused)} refused while PostgreSQL was away"
        f"\nanswers by model: {dict(Counter(each.said for each in asked.answered))}"
    )

    assert len(under_way) <= CONNECTIONS
    assert {each.name for each in failed} <= under_way
    assert lost == set()
    assert not list((tmp_path / "home" / FOLDER).iterdir()), "nothing waits any more"
    assert twice <= under_way, "answered by one that did not live to say so, and again by the other"
    assert set(logged) - {each.name for each in asked.predictions} == set(), "nothing is logged that nobody asked"

    assert forgotten == set()
    assert {each.status for each in refused} <= {503}
    assert all(away_from <= each.ended and each.began <= back_at for each in refused)

    assert {each.said for each in asked.answered if each.ended < back_at} == {"one"}
    assert {each.said for each in asked.answered if each.began > promoted_at} == {"two"}
