"""Freezing and dropping snapshots."""

import shutil
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection

from tongdeng.access.selectors import acting, signed
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, TongdengError
from tongdeng.snapshots import extract, forgetting, writer
from tongdeng.snapshots.models import Snapshot


def freeze(*, day: date, law_digest: str, county: str, by: Actor, tables: Mapping[str, str] | None = None) -> Snapshot:
    """Freeze what is known now and return the snapshot. `tables` adds queries with a `{numbers}` relation.

    Raises TongdengError when the register is not empty and the snapshot would be: a context was lost.
    """
    with acting(by):
        snapshot = Snapshot.objects.create(day=day, law_digest=law_digest, folder="", made_at=clock.now())
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO snapshots_number (snapshot_id, n, person_id, territory)"
                " SELECT %s, row_number() OVER (ORDER BY random()), id, territory FROM people_person"
                " WHERE survivor_id IS NULL AND retired_at IS NULL",
                [snapshot.pk],
            )
            snapshot.people = cursor.rowcount
        folder = (
            Path(settings.TONGDENG_FILES) / "snapshots" / f"county={county}" / f"{day}-{law_digest[:8]}-{snapshot.pk}"
        )
        snapshot.folder = str(folder)
        snapshot.save(update_fields=["folder", "people"])
        audit.record("snapshots.snapshot.frozen", by=by, detail={"snapshot": snapshot.pk, "people": snapshot.people})
    numbers = extract.all_of(snapshot.pk)
    queries = {name: sql.format(numbers=numbers) for name, sql in {**extract.TABLES, **(tables or {})}.items()}
    found = writer.read_tables(queries, signed(by), everyone=True)
    if snapshot.people and not found["person"].num_rows:
        raise TongdengError(
            "snapshots.empty", Text("冻结的资料是空的，登记册却不是", "the snapshot is empty and the register is not")
        )
    writer.write_tables(found, folder)
    return snapshot


def forget_persons(*, persons: Iterable[int], by: Actor) -> int:
    """Take persons out of every living snapshot and return how many files changed. The caller has entered a context.

    Its figures stay as they were counted; whoever counts the files again finds these persons missing.
    """
    numbers: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT snapshot_id, n FROM snapshots_number WHERE person_id = ANY(%s)", [sorted(persons)])
        for snapshot, n in cursor.fetchall():
            numbers.setdefault(snapshot, []).append(n)
    folders = dict(Snapshot.objects.filter(pk__in=numbers).values_list("pk", "folder"))
    count = sum(forgetting.forget(Path(folders[snapshot]), found) for snapshot, found in numbers.items())
    audit.record("snapshots.persons.forgotten", by=by, detail={"snapshots": len(numbers), "files": count})
    return count


def drop_older(*, keep: int, by: Actor) -> int:
    """Drop all but the newest snapshots: their files, and who was behind their numbers."""
    with acting(by):
        old = list(Snapshot.objects.order_by("-id")[keep:])
        Snapshot.objects.filter(pk__in=[one.pk for one in old]).delete()
        audit.record("snapshots.snapshots.dropped", by=by, detail={"snapshots": len(old)})
    for one in old:
        shutil.rmtree(one.folder, ignore_errors=True)
    return len(old)
