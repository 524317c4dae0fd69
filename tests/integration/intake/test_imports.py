"""Rolls on a real database: sent twice, at once, interrupted, not rolls at all, and taken back."""

import csv
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from tests.databases import AS_OF, SmallCounty, environment, owner_here
from tongdeng.audit.types import Actor
from tongdeng.intake import actions
from tongdeng.intake.errors import AlreadyImported, Cancelled
from tongdeng.kernel.errors import TongdengError, UnusableInput
from tongdeng.people.exports import Batch
from tongdeng.synth.files import write_county

Login = Callable[..., Any]
REGISTER = {
    "identity": "SELECT person_id, territory, name, born_on, address, is_placed FROM people_identity",
    "stay": "SELECT person_id, record_id, community, starts_on, ends_on FROM people_stay",
    "job": "SELECT person_id, record_id, employer, starts_on FROM people_job",
    "delivery": "SELECT record_id, person_id, territory, service, served_on, outcome FROM delivery_delivery",
    "dwelling": "SELECT record_id, territory, address FROM people_dwelling",
    "person": "SELECT id, territory FROM people_person WHERE retired_at IS NULL",
    "record": "SELECT id, territory, as_at FROM people_record WHERE superseded_at IS NULL",
    "returns": "SELECT year, place, service, due, served FROM delivery_return WHERE superseded_at IS NULL",
}


def register() -> dict[str, set[tuple[Any, ...]]]:
    """Return what the register says, from behind row security, without what a second import writes anew."""
    with owner_here() as owner:
        owner.execute("SET row_security = on")
        found = {}
        for name, query in REGISTER.items():
            table = query.split(" FROM ")[1].split()[0]
            owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            found[name] = set(owner.execute(query).fetchall())
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        return found


def take_in(source: str, path: Path, by: Actor, as_at: date = AS_OF) -> tuple[int, dict[str, int]]:
    """Receive and import a file."""
    batch = actions.receive_roll(source=source, path=path, as_at=as_at, by=by)
    return batch, actions.import_roll(batch_id=batch, path=path, by=by)


def rewritten(path: Path, to: Path) -> Path:
    """Write the rows of a CSV file in another order of columns: the same rows in a file of other bytes."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = [row[::-1] for row in csv.reader(stream)]
    with to.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return to


@pytest.mark.parametrize("source", ["police", "deliveries", "residents-return"])
def test_the_same_file_is_refused_and_the_earlier_batch_named(
    source: str, small_county: SmallCounty, job_login: Login
) -> None:
    with job_login() as by:
        earlier = Batch.objects.get(source=source, state="done").pk
        with pytest.raises(AlreadyImported) as refusal:
            take_in(source, small_county.folder / f"{source}.csv", by)
    assert refusal.value.batch_id == earlier
    assert str(earlier) in refusal.value.fact.zh


@pytest.mark.parametrize("source", ["police", "hrss", "education", "housing", "deliveries", "residents-return"])
def test_the_same_rows_in_a_new_file_change_nothing(
    source: str, small_county: SmallCounty, job_login: Login, tmp_path: Path
) -> None:
    before = register()
    with job_login() as by:
        first = Batch.objects.filter(source=source, state="done").earliest("id").counts
        _, again = take_in(source, rewritten(small_county.folder / f"{source}.csv", tmp_path / "again.csv"), by)
    assert again["unchanged"] + again["local"] == first["accepted"]
    assert again["new_people"] == again["matched"] == 0
    assert register() == before


@pytest.mark.parametrize("source", ["police", "hrss", "housing", "deliveries", "residents-return"])
def test_a_withdrawn_roll_falls_silent_and_speaks_again_when_it_is_imported_again(
    source: str, small_county: SmallCounty, job_login: Login
) -> None:
    before, path = register(), small_county.folder / f"{source}.csv"
    with job_login() as by:
        done = list(Batch.objects.filter(source=source, state="done").order_by("id").values_list("id", flat=True))
        previewed = actions.withdraw_batch(batch_id=done[0], reason="导错了", by=by, preview=True)
        assert register() == before
        for batch in done:
            said = actions.withdraw_batch(batch_id=batch, reason="导错了", by=by)
        assert len(done) > 1 or said == previewed
        silent = register()
        _, counts = take_in(source, path, by)
    assert silent != before
    assert silent["identity"] <= before["identity"] or source != "deliveries"
    assert counts["new_people"] == 0
    assert register() == before


def test_a_batch_is_withdrawn_once(small_county: SmallCounty, job_login: Login) -> None:
    with job_login() as by:
        batch = Batch.objects.filter(source="education", state="done").latest("id").pk
        actions.withdraw_batch(batch_id=batch, reason="导错了", by=by)
        with pytest.raises(UnusableInput, match="not_taken_in"):
            actions.withdraw_batch(batch_id=batch, reason="导错了", by=by)
        with pytest.raises(UnusableInput, match="unknown"):
            actions.withdraw_batch(batch_id=999_999, reason="导错了", by=by)


@pytest.fixture(scope="module")
def larger_roll(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A police roll that takes some seconds to import."""
    folder = tmp_path_factory.mktemp("larger")
    write_county(people=4000, seed=7, out=folder, as_of=AS_OF, noise=1)
    return folder / "police.csv"


def newest() -> Batch:
    """Return the newest batch."""
    return Batch.objects.latest("id")


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never came to be"
        time.sleep(0.02)


def test_an_import_that_is_killed_leaves_nothing_and_can_be_run_again(
    small_county: SmallCounty, larger_roll: Path, job_login: Login
) -> None:
    before, last = register(), newest().pk
    command = [sys.executable, "-m", "tongdeng.cli.main", "roll", "import", "--source", "police", str(larger_roll)]
    with (
        job_login() as by,
        subprocess.Popen(
            [*command, "--as-at", "2026-11-23"], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as child,
    ):
        wait_for(lambda: newest().pk > last and newest().rows_done > 0 and newest().rows_total is not None)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        killed = newest().pk
        assert Batch.objects.get(pk=killed).state == "running"
        # The server notices the broken connection and rolls back.
        wait_for(lambda: _lock_is_free(killed))
        assert register() == before
        _, counts = take_in("police", larger_roll, by)
    assert counts["accepted"] > 4000
    assert len(register()["record"]) - len(before["record"]) == counts["new_people"] + counts["matched"]


def _lock_is_free(batch: int) -> bool:
    key = int.from_bytes(bytes(Batch.objects.get(pk=batch).file_digest)[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        is_free = bool(cursor.fetchone()[0])
        if is_free:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
    return is_free


def test_of_two_imports_of_one_file_at_once_one_wins(
    small_county: SmallCounty, job_login: Login, tmp_path: Path
) -> None:
    write_county(people=600, seed=11, out=tmp_path, as_of=AS_OF, noise=0)
    path, outcomes = tmp_path / "police.csv", []
    ready = threading.Barrier(2, timeout=30)

    def run(batch: int, by: Actor) -> None:
        ready.wait()
        with suppress(TongdengError):
            actions.import_roll(batch_id=batch, path=path, by=by)
            outcomes.append(batch)
        connections.close_all()

    with job_login() as by:
        # Both were received before either was taken in, so neither was refused at the door.
        batches = [actions.receive_roll(source="police", path=path, as_at=AS_OF, by=by) for _ in range(2)]
        threads = [threading.Thread(target=run, args=(batch, by)) for batch in batches]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done = Batch.objects.filter(pk__in=batches, state="done")
        assert [batch.pk for batch in done] == outcomes
        assert len(outcomes) == 1


def test_a_stopped_import_keeps_nothing(small_county: SmallCounty, job_login: Login, tmp_path: Path) -> None:
    write_county(people=300, seed=12, out=tmp_path, as_of=AS_OF, noise=0)
    path, before = tmp_path / "police.csv", register()
    with job_login() as by:
        batch = actions.receive_roll(source="police", path=path, as_at=AS_OF, by=by)
        report = actions.aside(batch)

        def stop() -> None:
            actions.cancel_batch(batch_id=batch, by=by)
            connections.close_all()

        def progress(step: str, done: int, total: int | None) -> None:
            report(step, done, total)
            if step == "store":
                # In a thread, for a connection of its own: whoever stops an import sits elsewhere.
                thread = threading.Thread(target=stop)
                thread.start()
                thread.join()

        with pytest.raises(Cancelled):
            actions.import_roll(batch_id=batch, path=path, by=by, progress=progress)
        assert not actions.cancel_batch(batch_id=batch, by=by)
        assert Batch.objects.get(pk=batch).state == "cancelled"
    assert register() == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "roll.empty"),
        (b"%PDF-1.7 not a roll", "roll.wrong_kind"),
        ("天气,温度\n晴,12\n".encode(), "roll.not_a_roll"),
        ("姓名,性别\n赵春梅,女\n".encode(), "roll.columns_missing"),
        (b"PK\x03\x04 a torn workbook", "roll.damaged"),
        ("姓名,社区代码,现居住地址,流入日期\n".encode("utf-16"), "roll.wrong_kind"),
    ],
)
def test_what_is_no_roll_ends_in_one_sentence_and_changes_nothing(
    content: bytes, code: str, small_county: SmallCounty, tongdeng: Callable[..., Any], tmp_path: Path
) -> None:
    before, path = register(), tmp_path / "file.csv"
    path.write_bytes(content)
    said = tongdeng("roll", "import", "--source", "police", path, "--as-at", "2026-11-23", "--json")
    assert said.returncode == 2
    assert f'"{code}"' in said.stdout
    assert "Traceback" not in said.stderr
    assert register() == before
