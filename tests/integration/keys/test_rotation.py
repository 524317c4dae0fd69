"""Keys change under a register that is read and written meanwhile, and afterwards nothing needs the old ones."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections

from tests.databases import AS_OF, environment, logged_in_as, owner_here, rolls_folder
from tests.integration.intake.watching import wait_until
from tests.posts import EAST, staffed
from tongdeng.access.exports import bulk
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.intake import actions as intake
from tongdeng.kernel import citizen_id, names
from tongdeng.kernel.keyring import AnotherRoot, unwrap
from tongdeng.keys import actions, columns, selectors
from tongdeng.keys.exports import left_under_older_keys
from tongdeng.keys.types import KEPT, Root
from tongdeng.people.exports import profiles, records, search
from tongdeng.people.models import Identity

BYTES = """
SELECT CASE table_schema WHEN 'care' THEN 'care.' ELSE '' END || table_name || '.' || column_name
FROM information_schema.columns WHERE table_schema IN ('public', 'care') AND data_type = 'bytea'"""
pytestmark = pytest.mark.usefixtures("small_county")


def first_bytes(table: str, column: str) -> set[int]:
    with owner_here() as owner:
        owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        found = owner.execute(f"SELECT DISTINCT get_byte({column}, 0) FROM {table} WHERE {column} IS NOT NULL")
        owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        return {row[0] for row in found}


def somebody() -> tuple[int, str]:
    """Return a person and the valid number they bear."""
    with logged_in_as("job"), acting(command("test")):
        one = Identity.objects.filter(id_index__isnull=False).order_by("person_id").first()
        return one.person_id, records.unseal_text(one.id_sealed)


def test_every_column_of_bytes_is_in_the_list_and_no_other():
    with owner_here() as owner:
        assert {row[0] for row in owner.execute(BYTES)} == columns.known()


def test_a_wrapped_key_opens_under_its_root_key_only_and_as_nothing_else():
    with owner_here() as owner:
        ((wrapped,),) = owner.execute("SELECT wrapped FROM keys_data_key WHERE domain = 'B'").fetchall()
    assert len(unwrap(settings.TONGDENG_ROOT_KEY, "B", 1, wrapped)) == 32
    for root, domain in ((bytes(32), "B"), (settings.TONGDENG_ROOT_KEY, "C")):
        with pytest.raises(AnotherRoot):
            unwrap(root, domain, 1, wrapped)


def test_a_page_finds_people_by_number_while_keys_are_rotated_and_a_roll_changes_nothing(job_login):
    person, number = somebody()
    with job_login("keys") as by:
        assert "key" in actions.begin_rotation(root=Root.REGISTER, domains=["key", "row", "B"], by=by)
        batches = actions.renew_batches(root=Root.REGISTER, domains=["key", "row", "B"], by=by, batch=40)
        for _ in range(8):
            next(batches)
        assert first_bytes("people_record", "digest") - {255} == {1, 2}  # in the middle of it
        roll = rolls_folder() / "police.csv"
        again = roll.with_name("again.csv")
        again.write_text(roll.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        batch = intake.receive_roll(source="police", path=again, as_at=AS_OF, by=command("intake"))
        counts = intake.import_roll(batch_id=batch, path=again, by=command("intake"))
    assert (counts["new_people"], counts["unchanged"]) == (0, counts["accepted"] - counts["local"])
    with acting(staffed("office")):
        assert [one.person_id for one in search.search(number, AS_OF).people] == [person]
        assert profiles.find_by_number(number) == [person]
    with job_login("keys") as by:
        sum(batches)
        done = actions.end_rotation(
            root=Root.REGISTER, domains=["key", "row", "B"], by=by,
            left=lambda root, domains: left_under_older_keys(root=root, domains=domains, by=by),
        )  # fmt: skip
    assert done == ["key", "row", "B"]
    with acting(staffed("office")):
        assert profiles.find_by_number(number) == [person]


# ---- a hundred thousand rows, a kill, a reader and a writer ----

PERSONS = 34_000  # a record, an identity and a key each
FIRST_PERSON = 10**9  # no id of a person that was drawn has as many digits


def _number(i: int) -> str:
    first17 = f"990303{19500101 + i % 28 + 100 * (i // 28 % 12) + 10000 * (i // 336 % 50)}{i // 16800:03d}"
    return first17 + citizen_id.check_character(first17)


def _lines(at: str) -> Iterator[tuple[list[Any], list[Any], list[Any]]]:
    for i in range(PERSONS):
        person, number, phone = FIRST_PERSON + i, _number(i), f"100{i:08d}"
        said = {"name": "林安", "id_number": number, "phone": phone}
        key = records.index(records.ID, number)
        yield (
            [person, "police", records.row_digest("police", number.encode()), records.seal(said, "B"), "B", EAST, AS_OF,
             at],
            [person, EAST, "林安", "linan", records.seal_text(number), key, records.seal_text(phone),
             records.index(records.PHONE, phone), False, True, "[]"],
            [person, 1, key, EAST],
        )  # fmt: skip


@pytest.fixture(scope="module")
def large_register(small_county: object, job_login: Callable[..., Any]) -> None:
    """A hundred thousand rows and more beside the small county, sealed as an import seals them."""
    with job_login("intake") as by, acting(by):
        made = list(zip(*_lines("2026-11-01"), strict=True))
        bulk.insert(
            "people_record",
            ("id", "source", "digest", "sealed", "domain", "territory", "as_at", "recorded_at"),
            made[0],
        )
        bulk.insert(
            "people_identity",
            ("person_id", "territory", "name", "name_sound", "id_sealed", "id_index", "phone_sealed", "phone_index",
             "has_police_row", "is_placed", "sources"),
            made[1],
        )  # fmt: skip
        bulk.insert("people_key", ("person_id", "kind", "key", "territory"), made[2])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE people_record; ANALYZE people_identity; ANALYZE people_key")


def rotate() -> subprocess.Popen[str]:
    arguments = [sys.executable, "-m", "tongdeng.cli.main", "keys", "rotate", "--json"]
    return subprocess.Popen(
        arguments, env={**environment(), "TONGDENG_ROLE": "job"}, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip


def read_and_write(process: subprocess.Popen[str]) -> tuple[int, int]:
    """Look people up and register new ones until the process has ended; returns how many of each."""
    looked = written = 0
    while process.poll() is None:
        with acting(staffed("office")):
            for i in range(looked, looked + 5):
                at = i * 7919 % PERSONS
                assert profiles.find_by_number(_number(at)) == [FIRST_PERSON + at]
                (hit,) = search.search(f"100{at:08d}", AS_OF).people
                assert hit.masked_number == names.mask_id(_number(at))
        looked += 5
        number = _number(PERSONS + 500 + written)
        home = {"community_code": EAST, "address": f"河边{written}号", "arrived_on": AS_OF.isoformat()}
        member = {"name": "郑新", "id_number": number, "hukou_code": "990303", "relation": "self"}
        with acting(staffed("worker", EAST)) as by:
            intake.register_household(home=home, members=[member], token=f"rotation-{number}", by=by)
        written += 1
        with acting(staffed("office")):
            assert len(profiles.find_by_number(number)) == 1
    return looked, written


def test_a_rotation_of_a_hundred_thousand_rows_survives_a_kill_and_disturbs_neither_reader_nor_writer(large_register):
    before = {(one.root, one.domain): one.version for one in selectors.known_keys() if one.state == "current"}
    killed = rotate()
    assert killed.stderr is not None
    for _ in range(3):
        killed.stderr.readline()  # three batches are in
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert {one.state for one in selectors.known_keys() if one.domain == "row"} >= {"old", "current"}
    resumed = rotate()
    looked, written = read_and_write(resumed)
    assert looked > 20
    assert written > 3
    out, err = resumed.communicate()
    assert resumed.returncode == 0, out + err
    told = json.loads(out)
    assert told["unfinished"] == []
    assert told["renewed"] > 100_000
    after = {(one.root, one.domain): one.version for one in selectors.known_keys() if one.state == "current"}
    assert after == {key: version + (key[1] not in KEPT[key[0]]) for key, version in before.items()}
    with acting(staffed("office")):
        for at in range(0, PERSONS, 4001):
            assert profiles.find_by_number(_number(at)) == [FIRST_PERSON + at]


def test_afterwards_no_value_bears_an_old_key_and_the_old_keys_are_gone(large_register):
    current = {(one.root, one.domain): one.version for one in selectors.known_keys() if one.state == "current"}
    with owner_here() as owner:
        owner.execute("ALTER TABLE people_record NO FORCE ROW LEVEL SECURITY")
        found = owner.execute("SELECT DISTINCT domain, get_byte(sealed, 0) FROM people_record").fetchall()
        owner.execute("ALTER TABLE people_record FORCE ROW LEVEL SECURITY")
    assert len(found) >= 3
    assert set(found) == {(domain, current[Root.REGISTER, domain]) for domain, _ in found}
    for table in columns.sealed():
        if table.domain:
            assert first_bytes(table.table, table.columns[0]) <= {current[table.root, table.domain], 129}
    for one in columns.indexed():
        assert len(first_bytes(one.table, one.column) - {255}) <= 2  # of records: the register's, and care's
    with owner_here() as owner:
        states = owner.execute("SELECT state, count(wrapped) FROM keys_data_key GROUP BY 1").fetchall()
        assert {state: kept for state, kept in states if state not in ("current", "inner")} == {"destroyed": 0}


def test_a_key_is_not_destroyed_while_anything_bears_it(job_login):
    with job_login("keys") as by:
        actions.begin_rotation(root=Root.REGISTER, domains=["C"], by=by)

        def left(root, domains):
            return left_under_older_keys(root=root, domains=domains, by=by)

        assert actions.end_rotation(root=Root.REGISTER, domains=["C"], left=left, by=by) == []
        # Guards the line above: without the count the key would go, and with it every work record.
        assert actions.end_rotation(root=Root.REGISTER, domains=["C"], left=lambda *_: 0, by=by) == ["C"]
        with acting(by), connection.cursor() as cursor:
            cursor.execute("SELECT sealed FROM people_record WHERE domain = 'C' LIMIT 1")
            with pytest.raises(KeyError):
                records.unseal(cursor.fetchone()[0], "C")


WAITS = """SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'advisory' AND objid = 4711
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"""


def test_a_key_waits_for_who_may_still_seal_with_it(job_login):
    with job_login("keys") as by:
        actions.begin_rotation(root=Root.REGISTER, domains=["upload"], by=by)
        ended: list[float] = []
        with psycopg.connect(settings.LOGINS.of("job")) as other:
            other.execute("SELECT pg_advisory_xact_lock_shared(%s)", [4711])  # a transaction of an older generation
            waiting = threading.Thread(target=lambda: (_end_upload(by), ended.append(time.monotonic())))
            waiting.start()
            wait_until(lambda: other.execute(WAITS).fetchone()[0])
            assert not ended
        waiting.join(timeout=10)
        assert ended


def _end_upload(by: Any) -> None:
    actions.end_rotation(root=Root.REGISTER, domains=["upload"], left=lambda *_: 0, by=by)
    connections.close_all()
