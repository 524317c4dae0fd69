"""Pages under load: 50 sessions at a large register, a request each every two seconds; and what guarding costs.

The load is open: a request begins when it is due, whether the one before has ended or not, so a slow server is not
spared. Row security, audit and encryption are on, as in a county.
"""

import http.client
import os
import random
import resource
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.bench.explain import take_county
from tests.bench.multiplied import multiply
from tongdeng.kernel import ids

SESSIONS, EVERY, SECONDS = 50, 2.0, 60.0
TARGETS = {"list": 100, "person": 100, "search": 200}
BASE = 20_000
ROUNDS = 6
FIRST_RATE = 2.0  # requests a second


@dataclass
class Told:
    """What a run of requests came to: milliseconds by kind of page, and how many failed."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: int = 0

    def p95(self, kind: str) -> float:
        """Return the 95th percentile in milliseconds."""
        ordered = sorted(self.taken[kind])
        return ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)] if ordered else float("nan")


def bench_pages(folder: Path, people: int) -> None:
    """Take in a county, multiply it, and load its pages; then say what guarding costs."""
    from tongdeng.access.selectors import personal_tables

    take_county(folder, min(people, BASE))
    begun = time.perf_counter()
    total = multiply(sorted(personal_tables()), max(people // BASE, 1))
    print(f"a register of {total:,} people, copied in {time.perf_counter() - begun:.0f} s", flush=True)
    asked = _asked()
    _cost(asked)
    with serving() as port:
        _load(port, asked)


def _asked() -> dict[str, list[tuple[str, str]]]:
    """Return, for each kind of page, cookies with addresses: workers of many communities, and the office."""
    from tests.posts import COUNTY, signed_in

    rows = _people()
    cookies = {
        place: signed_in("worker", place).cookies["sessionid"].value for place in sorted({row[1] for row in rows})
    }
    office = signed_in("office", COUNTY).cookies["sessionid"].value
    return {
        "list": [(cookie, url) for url in ("/owed/", "/people/") for cookie in cookies.values()],
        "person": [(cookies[place], f"/people/{ids.show(person)}/") for person, place, _ in rows],
        "search": [(office, f"/people/?q={quote(name)}") for _, _, name in rows],
    }


def _people() -> list[tuple[int, str, str]]:
    """Return some people with their communities and names, from 25 communities."""
    from django.db import connection

    from tests.databases import logged_in_as
    from tongdeng.access.selectors import acting
    from tongdeng.audit.types import command

    with logged_in_as("job"), acting(command("serve")), connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, territory, name FROM (SELECT person_id, territory, name, row_number() OVER"
            " (PARTITION BY territory ORDER BY md5(person_id::text)) AS turn FROM people_identity"
            " WHERE territory IN (SELECT DISTINCT territory FROM people_identity WHERE territory NOT LIKE '%000'"
            " ORDER BY 1 LIMIT 25)) AS few WHERE turn <= 20"
        )
        return [(int(person), str(place), str(name)) for person, place, name in cursor.fetchall()]


@contextmanager
def serving() -> Iterator[int]:
    """Serve as `tongdeng serve` does, with two web processes, on a port of its own."""
    from tests.databases import environment

    port = random.randint(20_000, 40_000)
    words = [
        "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2",
        "--blocking-threads", "4", "--no-access-log", "--log-level", "warning", "tongdeng.config.wsgi:application",
    ]  # fmt: skip
    served = subprocess.Popen(
        [sys.executable, "-m", *words], env={**environment(), "TONGDENG_ROLE": "app"}, start_new_session=True
    )
    try:
        for _ in range(200):
            if _get(port, "", "/healthz")[0] == 200:
                break
            time.sleep(0.1)
        yield port
    finally:
        os.killpg(served.pid, 15)
        served.wait()


def _get(port: int, cookie: str, url: str) -> tuple[int, bytes]:
    try:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        line.request("GET", url, headers={"Cookie": f"sessionid={cookie}"})
        answer = line.getresponse()
        body = answer.read()
        line.close()
    except OSError:
        return 0, b""
    return answer.status, body


def _load(port: int, asked: dict[str, list[tuple[str, str]]]) -> None:
    """Print at which rate the slowest kind reaches half a second, and the percentiles at 50 sessions."""
    _run(port, asked, FIRST_RATE, 10.0)  # warms up
    rate, worst = FIRST_RATE, 0.0
    while worst < 500 and rate < 2000:
        rate *= 1.5
        found = _run(port, asked, rate, 10.0)
        worst = max(map(found.p95, TARGETS)) if not found.failed else float("inf")
        print(f"  at {rate:5.1f} requests a second the slowest kind's p95 is {worst:7.1f} ms", flush=True)
    print(f"p95 reaches 500 ms at about {rate:.0f} requests a second (steps of 1.5 x)", flush=True)
    cpu = resource.getrusage(resource.RUSAGE_SELF)
    told = _run(port, asked, SESSIONS / EVERY, SECONDS)
    used = resource.getrusage(resource.RUSAGE_SELF)
    generator = used.ru_utime + used.ru_stime - cpu.ru_utime - cpu.ru_stime
    print(f"{SESSIONS} sessions, a request each every {EVERY:.0f} s for {SECONDS:.0f} s")
    for kind, target in TARGETS.items():
        print(f"  {kind:<8} p95 {told.p95(kind):7.1f} ms   target: {target} ms")
    answers = sum(map(len, told.taken.values()))
    print(f"  {answers:,} answers, {told.failed} failed; the generator took {generator:.1f} s of CPU", flush=True)


def _run(port: int, asked: dict[str, list[tuple[str, str]]], rate: float, seconds: float) -> Told:
    """Send requests at a rate, each when it is due; lists half of them, persons three in ten, searches the rest."""
    dice, told, guard = random.Random(1), Told(), threading.Lock()
    begun = time.perf_counter()

    def one(kind: str, cookie: str, url: str, due: float) -> None:
        status, _ = _get(port, cookie, url)
        # Counted from when it was due: waiting for a thread is waiting, too.
        took = 1000 * (time.perf_counter() - due)
        with guard:
            told.taken[kind].append(took)
            told.failed += status != 200

    threads = []
    for number in range(int(rate * seconds)):
        due = begun + number / rate
        time.sleep(max(due - time.perf_counter(), 0))
        kind = dice.choices(("list", "person", "search"), (5, 3, 2))[0]
        threads.append(threading.Thread(target=one, args=(kind, *dice.choice(asked[kind]), due)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return told


# ---- what guarding costs ----


def _cost(asked: dict[str, list[tuple[str, str]]]) -> None:
    """Print how many pages a second are made with row security, audit and encryption, and without, in turn."""
    from tongdeng.access.selectors import personal_tables

    pages = [*asked["list"][:20], *asked["person"][:40]]
    _pages_made(pages)
    on, off = [], []
    for _ in range(ROUNDS):
        on.append(_pages_made(pages))
        with _unguarded(sorted(personal_tables())):
            off.append(_pages_made(pages))
    rate, bare = sorted(on)[ROUNDS // 2], sorted(off)[ROUNDS // 2]
    said = f"lists and persons, guarded {rate:6.1f} pages/s, unguarded {bare:6.1f}"
    print(f"{said}: guarding costs {1 - rate / bare:5.1%}   target: 25 %", flush=True)


def _pages_made(pages: list[tuple[str, str]]) -> float:
    from django.test import Client

    client = Client()
    client.cookies["sessionid"] = pages[0][0]
    client.get(pages[0][1])  # the first loads what a server loads once
    begun = time.perf_counter()  # the database works, too
    for cookie, url in pages:
        client.cookies["sessionid"] = cookie
        assert client.get(url).status_code == 200, url
    return len(pages) / (time.perf_counter() - begun)


@contextmanager
def _unguarded(tables: list[str]) -> Iterator[None]:
    """Switch row security off as the owner may, write no audit entry, and open sealed values for nothing."""
    from tests.databases import owner_here
    from tongdeng.audit import actions as audit
    from tongdeng.people import records

    opened: dict[bytes, bytes] = {}
    provider, record = records.provider(), audit.record
    unseal = provider.unseal

    def known(domain: str, sealed: bytes) -> bytes:
        # The second time a value is asked for it costs nothing, as if it had been stored in clear.
        if sealed not in opened:
            opened[sealed] = unseal(domain, sealed)
        return opened[sealed]

    def say_nothing(*_: Any, **__: Any) -> None:
        return None

    with owner_here() as owner:
        for table in tables:
            owner.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        audit.record, provider.unseal = say_nothing, known
        try:
            yield
        finally:
            audit.record, provider.unseal = record, unseal
            for table in tables:
                owner.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
