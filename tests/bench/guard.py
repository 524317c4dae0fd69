"""Audit entries through `audit.record` by 8 writers while sealing runs, each entry a transaction of its own.

Beside a bare INSERT of the same row into a table without indexes or guards, by as many writers in the same minute.
"""

import multiprocessing
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection, connections

WRITERS, SECONDS = 8, 10.0
TARGET = 5000
BARE = (
    "CREATE TABLE bench_entry (id bigserial PRIMARY KEY, at timestamptz, code text, purpose text, staff_id bigint,"
    " post_id bigint, origin text, subjects bigint[], detail jsonb)"
)
INSERT = (
    "INSERT INTO bench_entry (at, code, purpose, staff_id, post_id, origin, subjects, detail)"
    " VALUES (now(), %s, %s, %s, %s, %s, %s, %s)"
)
CODES = ("people.person.viewed", "owed.list.viewed", "people.search.made", "delivery.delivery.recorded")


def bench_guard(folder: Path) -> None:
    """Print entries a second, what a writer waited, how far sealing was behind, and the verification."""
    from tests.databases import logged_in_as, open_empty, owner_here
    from tongdeng.audit import actions as audit
    from tongdeng.audit.types import command

    open_empty()
    with owner_here() as owner:
        owner.execute(BARE)
        owner.execute("GRANT INSERT ON bench_entry TO tongdeng_app; GRANT USAGE ON bench_entry_id_seq TO tongdeng_app")
    bare, _, _ = _measure(_insert, sealing=False)
    rate, waited, behind = _measure(_record, sealing=True)
    print(
        f"audit entries through audit.record, {WRITERS} writers, sealing on   {rate:7.0f} /s"
        f"   {rate / bare:5.2f} x bare insert ({bare:.0f} /s)   target: {TARGET} /s", flush=True,
    )  # fmt: skip
    p50, p95, p99 = waited
    print(f"  one record: p50 {p50:.2f}  p95 {p95:.2f}  p99 {p99:.2f} ms; unsealed at most {behind:,}")
    with logged_in_as("job"):
        audit.seal_entries()
        begun, used = time.perf_counter(), time.process_time()
        found = audit.verify_chain(by=command("audit"))
        taken = time.perf_counter() - begun
    assert found.is_ok, found
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"audit verify, {found.sealed:,} entries in {found.seals} seals   {found.sealed / taken:9.0f} /s"
        f"   ({taken:.2f} s, own CPU {time.process_time() - used:.2f} s, at most {most} MiB in memory)", flush=True,
    )  # fmt: skip


def _record(number: int) -> None:
    from tongdeng.audit import actions as audit
    from tongdeng.audit.types import Actor

    by = Actor("serve", number % 40, number % 20, "web")
    people = [number * 7919 % 90_000_000 + at for at in range(25 if number % 4 == 1 else 1)]
    audit.record(CODES[number % 4], by=by, subjects=people, detail={"service": "HRS-02", "found": 1})


def _insert(number: int) -> None:
    people = [number * 7919 % 90_000_000 + at for at in range(25 if number % 4 == 1 else 1)]
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [CODES[number % 4], "serve", number % 40, number % 20, "web", people, '{"service": "HRS-02", "found": 1}'],
        )


def _write(work: Callable[[int], None], seed: int, results: Any) -> None:
    """One writer, as a web process would be: its own connection, one entry after another."""
    connections.close_all()
    end, taken, number = time.perf_counter() + SECONDS, [], seed * 1_000_003
    while True:
        begun = time.perf_counter()
        if begun > end:
            break
        work(number)
        taken.append(time.perf_counter() - begun)
        number += 1
    connections.close_all()
    results.put(taken)


def _keep_sealing(stop: Any, behind: Any) -> None:
    """Seal as the worker does, and note how many entries waited at most."""
    from tests.databases import logged_in_as
    from tongdeng.audit import actions as audit
    from tongdeng.audit.exports import EVERY

    connections.close_all()
    with logged_in_as("job"):
        while not stop.wait(EVERY):
            behind.value = max(behind.value, audit.seal_entries())
        connections.close_all()


def _measure(work: Callable[[int], None], *, sealing: bool) -> tuple[float, tuple[float, ...], int]:
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    results, stop, behind = fork.Queue(), fork.Event(), fork.Value("q", 0)
    sealer = fork.Process(target=_keep_sealing, args=(stop, behind))
    writers = [fork.Process(target=_write, args=(work, seed, results)) for seed in range(WRITERS)]
    for one in ([sealer] if sealing else []) + writers:
        one.start()
    taken = sorted(one for _ in writers for one in results.get())
    for one in writers:
        one.join()
    stop.set()
    if sealing:
        sealer.join()
    shares = tuple(1000 * taken[int(len(taken) * share)] for share in (0.5, 0.95, 0.99))
    return len(taken) / SECONDS, shares, int(behind.value)
