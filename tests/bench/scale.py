"""Facts, answers, windows and coverage of a million people: a snapshot invented as Parquet, determined and measured."""

import resource
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection

from tests.bench.measure import AS_OF, say, timed
from tests.bench.statements import TimedLink
from tongdeng.rules import loader
from tongdeng.rules.model import Law

COUNTY = "990101"
# One number below `of` for each row and purpose, the same in every run.
DICE = "CREATE OR REPLACE TEMP MACRO dice(n, salt, of) AS (hash(n * 1000 + salt) % of)::BIGINT"
PLACE = (
    "CREATE OR REPLACE TEMP MACRO place(k) AS"
    f" '{COUNTY}' || lpad((1 + k // 15)::VARCHAR, 3, '0') || lpad((1 + k % 15)::VARCHAR, 3, '0')"
)
DAY = f"DATE '{AS_OF}'"
TABLES = {
    "person": f"""
        SELECT n, {DAY} - (CASE WHEN dice(n, 1, 100) < 14 THEN dice(n, 2, 5475)
                                WHEN dice(n, 1, 100) < 92 THEN 5475 + dice(n, 2, 16425)
                                ELSE 21900 + dice(n, 2, 9125) END)::INTEGER AS born_on,
               CASE WHEN dice(n, 3, 100) < 52 THEN 'male' ELSE 'female' END AS sex,
               CASE WHEN dice(n, 4, 100) < 97 THEN lpad((110000 + dice(n, 5, 500000))::VARCHAR, 6, '0') END
                   AS hukou_division,
               dice(n, 6, 100) < 95 AS has_police_row,
               ['10', '20', '21', '22', '30', '40'][1 + dice(n, 7, 6)] AS marital_status,
               ['10', '20', '30', '40', '60', '70', '80'][1 + dice(n, 8, 7)] AS education_level,
               place(dice(n, 9, 210)) AS community
          FROM everyone""",
    "stay": f"""
        WITH told AS (
            SELECT n, {DAY} - (CASE WHEN dice(n, 10, 100) < 25 THEN dice(n, 11, 327) ELSE 327 + dice(n, 11, 2500) END)
                       ::INTEGER AS starts_on,
                   CASE WHEN dice(n, 12, 100) < 12 THEN {DAY} - dice(n, 13, 700)::INTEGER END AS left_on,
                   ['rented', 'owned', 'employer', 'site', 'hotel', 'other'][
                       1 + [0, 0, 0, 0, 0, 1, 2, 2, 3, 5][1 + dice(n, 14, 10)]] AS lodging,
                   ['work', 'business', 'study', 'family'][1 + dice(n, 15, 4)] AS reason
              FROM everyone
        ), stated AS (
            SELECT * REPLACE (CASE WHEN left_on > starts_on THEN left_on END AS left_on),
                   starts_on + (100 + dice(n, 16, 900))::INTEGER AS moved_on, dice(n, 17, 100) < 15 AS moves
              FROM told
        )
        SELECT n, place(dice(n, 9, 210)) AS community, starts_on,
               CASE WHEN moves AND moved_on < coalesce(left_on, {DAY}) THEN moved_on ELSE left_on END AS ends_on,
               CASE WHEN dice(n, 18, 100) < 95 THEN starts_on + dice(n, 19, 40)::INTEGER END AS registered_on,
               {DAY} AS recorded_on, lodging, reason, 'police' AS source, 1::BIGINT AS rank
          FROM stated
        UNION ALL
        SELECT n, place(dice(n, 20, 210)), moved_on, left_on,
               CASE WHEN dice(n, 21, 100) < 95 THEN moved_on + dice(n, 22, 40)::INTEGER END,
               {DAY}, lodging, reason, 'police', 1
          FROM stated WHERE moves AND moved_on < coalesce(left_on, {DAY})
        UNION ALL
        SELECT n, place(dice(n, 9, 210)), starts_on + 3, NULL, NULL, {DAY}, NULL, NULL, 'housing', 3
          FROM stated WHERE lodging = 'rented' AND dice(n, 23, 100) < 20""",
    "permit": f"""
        SELECT n, issued_on,
               CASE WHEN dice(n, 32, 2) = 0 AND issued_on < {DAY} - 365
                    THEN issued_on + (340 + dice(n, 33, 60))::INTEGER END AS endorsed_on, {DAY} AS stated_on
          FROM (SELECT n, CASE WHEN dice(n, 31, 100) < 95 THEN {DAY} - dice(n, 30, 1800)::INTEGER END AS issued_on
                  FROM everyone WHERE dice(n, 34, 100) < 35)""",
    "job": f"""
        SELECT n, ['employee', 'employee', 'employee', 'self_employed', 'flexible', 'unemployed'][
                   1 + dice(n, 41, 6)] AS form,
               {DAY} - (700 + dice(n, 42, 2500))::INTEGER AS starts_on,
               CASE WHEN dice(n, 43, 100) < 30 THEN {DAY} - dice(n, 44, 700)::INTEGER END AS ends_on, {DAY} AS as_at
          FROM everyone WHERE dice(n, 40, 100) < 65
        UNION ALL
        SELECT n, ['employee', 'flexible', 'unemployed'][1 + dice(n, 45, 3)], {DAY} - dice(n, 44, 700)::INTEGER,
               NULL, {DAY}
          FROM everyone WHERE dice(n, 40, 100) < 65 AND dice(n, 43, 100) < 15""",
    "insurance": f"""
        SELECT n, ['employee', 'flexible', 'employee', 'unemployed'][1 + dice(n, 51, 4)] AS form,
               {DAY} - (300 + dice(n, 52, 2500))::INTEGER AS since,
               ['pension_employee', 'pension_resident', 'none'][1 + dice(n, 53, 3)] AS pension_type,
               CASE WHEN dice(n, 53, 3) < 2 THEN {DAY} - dice(n, 54, 2800)::INTEGER END AS pension_enrolled_on,
               dice(n, 55, 60) AS unemployment_months,
               CASE WHEN dice(n, 56, 2) = 0 THEN {DAY} - dice(n, 57, 900)::INTEGER END AS work_injury_enrolled_on,
               ['medical_employee', 'medical_resident', 'none'][1 + dice(n, 58, 3)] AS medical_type,
               dice(n, 59, 200) AS contribution_months, {DAY} AS as_at
          FROM everyone WHERE dice(n, 50, 100) < 55
        UNION ALL
        -- Whoever is told of twice: the newer row is believed, or the newer roll.
        SELECT n, 'employee', {DAY} - dice(n, 102, 1500)::INTEGER,
               ['pension_employee', 'pension_resident', 'none'][1 + dice(n, 103, 3)],
               CASE WHEN dice(n, 103, 4) = 0 THEN {DAY} - dice(n, 104, 900)::INTEGER END, dice(n, 105, 60), NULL,
               ['medical_employee', 'none'][1 + dice(n, 106, 2)], dice(n, 107, 200), {DAY} - dice(n, 108, 500)::INTEGER
          FROM everyone WHERE dice(n, 50, 100) < 5""",
    "schooling": f"""
        SELECT n, ['kindergarten', 'primary', 'junior'][1 + dice(n, 61, 3)] AS stage, 1 + dice(n, 62, 6) AS grade,
               DATE '2025-09-01' - (365 * dice(n, 63, 3))::INTEGER AS enrolled_on, {DAY} AS as_at
          FROM everyone WHERE dice(n, 1, 100) < 14 AND dice(n, 60, 100) < 75
        UNION ALL
        SELECT n, 'junior', 1 + dice(n, 111, 3), DATE '2025-09-01', {DAY} - dice(n, 112, 700)::INTEGER
          FROM everyone WHERE dice(n, 1, 100) < 14 AND dice(n, 60, 100) < 10""",
    "tenancy": f"""
        SELECT n, place(dice(n, 9, 210)) AS community, {DAY} - dice(n, 71, 1500)::INTEGER AS starts_on,
               CASE WHEN dice(n, 72, 2) = 0 THEN {DAY} + (dice(n, 73, 700) - 300)::INTEGER END AS ends_on,
               dice(n, 74, 100) < 60 AS lease_number_known, {DAY} AS as_at
          FROM everyone WHERE dice(n, 70, 100) < 25""",
    "delivery": f"""
        SELECT n, services[1 + dice(k, 80, len(services))] AS service,
               {DAY} - (CASE WHEN dice(k, 81, 100) < 40 THEN dice(k, 82, 327) ELSE 327 + dice(k, 82, 1100) END)::INTEGER
                   AS on_day,
               CASE WHEN dice(k, 83, 100) < 92 THEN 'served' WHEN dice(k, 83, 100) < 96 THEN 'declined'
                    ELSE 'offered' END AS outcome,
               k AS record
          FROM (SELECT n, n * 10 + turn AS k FROM everyone, range(10) AS turns(turn)), given""",
    "source_roll": f"SELECT source, {DAY} AS as_at FROM (VALUES ('police'), ('hrss'), ('education'), ('housing'))"
    " AS rolls(source)",
}  # fmt: skip


def invent(folder: Path, people: int, services: list[str], first: int = 1) -> None:
    """Write a snapshot's files for so many people, ten deliveries each; other numbers are other people."""
    from tongdeng.snapshots import selectors as frozen

    link = frozen.connect()
    # Files lie in the order of their numbers, as the snapshot's writer lays them.
    link.execute("SET preserve_insertion_order = true")
    for statement in (
        DICE,
        PLACE,
        f"CREATE TEMP TABLE everyone AS SELECT range AS n FROM range({first}, {first + people})",
    ):
        link.execute(statement)
    link.execute("CREATE TEMP TABLE given AS SELECT ? AS services", [services])
    folder.mkdir(parents=True)
    for name, query in TABLES.items():
        order = "" if name == "source_roll" else "ORDER BY n"
        link.execute(f"COPY (FROM ({query}) {order}) TO '{folder / name}.parquet' (FORMAT parquet, COMPRESSION zstd)")
    link.close()


def bench_scale(folder: Path, people: int, *, stores: bool, where: bool = False) -> None:
    """Determine and measure so many people; with `stores`, also write the difference to PostgreSQL, twice.

    With `where`, tell how long each statement took.
    """
    from tongdeng.owed.windows import kind_of

    law = loader.load(Path("law"))
    in_force = law.in_force_on(AS_OF)
    # A service that opens windows is given more often than one that waits for a request.
    services = [one.code for one, version in in_force for _ in range(1 if kind_of(version) == "event" else 3)]
    snapshot = folder / "snapshot"
    took, _ = timed(lambda: invent(snapshot, people, services))
    print(f"invented {people:,} people and {people * 10:,} deliveries in {took:.0f} s", flush=True)
    peer, _ = timed(lambda: _read_columns(snapshot))
    begun = time.process_time()
    seconds, link = timed(lambda: determined(snapshot, law, where=where))
    target = "15 s at 1,000,000; 180 s at 10,000,000"
    say(f"determine, {people:,} x {len(law.services)} services", seconds, "reading the columns", peer, target)
    windows, cells = (link.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in ("owed_window", "cell"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(
        f"  {windows:,} windows, {cells:,} cells; {time.process_time() - begun:.0f} s of CPU, {peak:,} MB at the peak"
    )
    link.close()
    left = folder / "spilled"
    print(f"  spilled files left behind: {len(list(left.iterdir())) if left.exists() else 0}")
    if stores:
        _store(snapshot, law, people)


def determined(snapshot: Path, law: Law, *, where: bool = False) -> Any:
    """Run everything from the snapshot's files to the cubes, and write the results beside them."""
    from tongdeng.insight import measures
    from tongdeng.owed import windows
    from tongdeng.snapshots import extract, reader

    link: Any = reader.connect("6GB")
    if where:
        link = TimedLink(link)
    link.execute(f"SET temp_directory = '{snapshot.parent / 'spilled'}'")
    reader.open_folder(link, snapshot, extract.TABLES)
    parts = reader.parts(link, snapshot, extract.TABLES)
    # Of what runs at once, nobody could tell whose CPU it was.
    windows.determine(link, law, AS_OF, COUNTY, parts, at_once=1 if where else windows.AT_ONCE)
    measures.compute(link)
    reader.write_results(link, snapshot, {**windows.RESULTS, "cell": "FROM cell"})
    if where:
        link.say()
    return link


def _read_columns(snapshot: Path) -> None:
    """Read every value of the files: nothing can be faster."""
    from tongdeng.snapshots import selectors as frozen

    link = frozen.connect()
    for name in TABLES:
        link.execute(f"SELECT {_sums(link, snapshot / f'{name}.parquet')} FROM '{snapshot / name}.parquet'")
    link.close()


def _sums(link: Any, file: Path) -> str:
    names = [row[0] for row in link.execute(f"DESCRIBE FROM '{file}'").fetchall()]
    return ", ".join(f"max({name})" for name in names)


def _store(snapshot: Path, law: Law, people: int) -> None:
    """Write the windows and unknowns of the unsealed services: all of them, then what one night changes."""
    from tests.databases import logged_in_as, open_empty
    from tongdeng.access.selectors import acting
    from tongdeng.access.types import DETERMINE
    from tongdeng.audit.types import job
    from tongdeng.owed import store
    from tongdeng.snapshots.models import Snapshot

    unsealed = {code: one for code, one in law.services.items() if one.bureau != "HEA"}
    link = determined(snapshot, replace(law, services=unsealed))
    link.execute("CREATE TEMP TABLE service_domain AS SELECT service, 'B' AS domain FROM service_number")
    open_empty()
    with logged_in_as("job"), acting(job(DETERMINE)):
        made = Snapshot.objects.create(day=AS_OF, law_digest="", folder="", made_at=datetime.now(UTC), people=people)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO snapshots_number (snapshot_id, n, person_id, territory)"
                " SELECT %s, n, n, %s FROM generate_series(1, %s) AS everyone(n)",
                [made.pk, f"{COUNTY}001001", people],
            )
    numbers = f"(SELECT n, person_id, territory FROM snapshots_number WHERE snapshot_id = {made.pk})"
    for name, target in (("first", "60 s"), ("nightly", "10 s")):
        with logged_in_as("job"), acting(job(DETERMINE)):
            seconds, counts = timed(lambda: store.write_difference(link, numbers))
        print(f"write the difference, {name:<37}{seconds:8.2f} s   {counts}   {target}", flush=True)
        # One in two hundred of the open windows is settled in a day.
        link.execute(
            "UPDATE owed_window SET outcome = 'served', outcome_on = getvariable('as_of'),"
            " closes_on = getvariable('as_of') WHERE outcome IS NULL AND hash(n) % 200 = 0"
        )
