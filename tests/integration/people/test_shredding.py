"""A deleted person is in no table and in no file; the same roll brings nobody back, and the audit remembers the id."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection

from tests.databases import AS_OF, SmallCounty, logged_in_as, owner_here
from tests.posts import COUNTY, EAST
from tongdeng.access import matrix
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.intake import actions as intake
from tongdeng.kernel import citizen_id, ids
from tongdeng.kernel.errors import TongdengError, UnusableInput
from tongdeng.people import actions as people
from tongdeng.people.exports import profiles, shredding
from tongdeng.people.models import Identity, Record
from tongdeng.privacy import actions as privacy
from tongdeng.privacy.types import Own, RequestKind
from tongdeng.snapshots.models import Number, Snapshot
from tongdeng.work import actions as work


def number(first17: str) -> str:
    return first17 + citizen_id.check_character(first17)


NAME, NUMBER, PHONE, ADDRESS = "欧阳归尘", number("99030319880504121"), "10098765432", "望江里九号后院"
HEAD = "姓名,公民身份号码,户籍区划,社区代码,现居住地址,流入日期,离开日期,联系电话"
POLICE = f"{HEAD}\n{NAME},{NUMBER},990303,{EAST},{ADDRESS},2025-03-01,,{PHONE}\n".encode()
JOBS = f"姓名,公民身份号码,联系电话,单位名称,就业形式,就业日期\n{NAME},{NUMBER},{PHONE},,单位就业,2025-04-01\n".encode()
BAD = f"{HEAD}\n,{NUMBER},990303,{EAST},{ADDRESS},2025-03-01,,{PHONE}\n".encode()
CHILD = "儿童姓名,儿童身份证号,性别,出生日期,社区代码,现住址,疫苗,剂次,接种日期"
DOSE = f"{CHILD}\n{NAME},{NUMBER},男,1988-05-04,{EAST},{ADDRESS},流感疫苗,1,2025-10-10\n".encode()
Take = Callable[..., dict[str, int]]


@pytest.fixture(scope="module")
def take(determined_county: SmallCounty, job_login: Callable[..., Any]) -> Take:
    """Take a roll in and return its counts."""

    def run(content: bytes, source: str = "police") -> dict[str, int]:
        with job_login() as by:
            batch = intake.receive_roll(source=source, path=content, as_at=AS_OF, by=by, name="roll.csv")
            return intake.import_roll(batch_id=batch, path=content, by=by)

    return run


@pytest.fixture(scope="module")
def somebody(take: Take, job_login: Callable[..., Any]) -> int:
    """Somebody with rows of four rolls, a row given back, a task, windows, deliveries and a place in a snapshot."""
    from tongdeng.insight import actions as insight

    assert take(POLICE)["new_people"] == 1
    take(JOBS, "hrss")
    take(DOSE, "immunisation")
    assert take(BAD)["rejected"] == 1
    with job_login() as by:
        insight.refresh_everyone(as_of=AS_OF, by=command("determine"))
        with acting(by):
            (person,) = profiles.find_by_number(NUMBER)
            work.open_tasks(kind="people.review", items=[(person, None, EAST)], due_in_days=3, by=by)
            about = Own(person, NAME, None, EAST, True)
            privacy.ask(kind=RequestKind.DELETE, about=about, asker=person, words=f"请删除，电话{PHONE}", by=by)
    return person


def everything_open() -> dict[str, str]:
    """Return the text of every table, with what is sealed opened: what somebody with all the keys could read."""
    from tongdeng.people.exports import records

    found = {}
    with owner_here() as owner:
        tables = owner.execute(
            "SELECT c.oid::regclass::text, relforcerowsecurity FROM pg_class c WHERE relkind = 'r'"
            " AND relnamespace IN ('public'::regnamespace, 'care'::regnamespace)"
        ).fetchall()
        for table, is_forced in tables:
            if is_forced:
                owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            # As text: a mark of care's is an instant that no calendar here has.
            cursor = owner.execute(f"SELECT {'t::text AS line' if table.startswith('care.') else '*'} FROM {table} t")
            names = [one.name for one in cursor.description or ()]
            rows = cursor.fetchall()
            if is_forced:
                owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            for row in rows:
                values = dict(zip(names, row, strict=True))
                for name, value in values.items():
                    text = value
                    is_sealed = isinstance(value, bytes) and "sealed" in name
                    if is_sealed and value != shredding.SHREDDED:
                        text = records.provider().unseal(values.get("domain") or "B", value).decode()
                    found[table] = found.get(table, "") + f"\n{text}"
    return found


def tables_with(word: str) -> set[str]:
    return {table for table, text in everything_open().items() if word in text}


def number_in_snapshots(person: int) -> list[tuple[str, int]]:
    """Return each living snapshot's folder with the person's number there."""
    with logged_in_as("job"), acting(command("test")):
        folders = dict(Snapshot.objects.values_list("pk", "folder"))
        return [(folders[s], n) for s, n in Number.objects.filter(person_id=person).values_list("snapshot_id", "n")]


def files_with(folder: str, n: int) -> list[str]:
    found = []
    for path in sorted(Path(folder).glob("*.parquet")):
        table = pq.read_table(path)
        if "n" in table.column_names and n in table["n"].to_pylist():
            found.append(path.name)
    return found


def shred(person: int, reason: str = "order") -> dict[str, int]:
    with logged_in_as("job"), acting(command("shred")) as by:
        return people.shred_person(person_id=person, reason=reason, by=by)


def test_every_personal_table_has_its_word_in_the_law_of_deletion():
    law = matrix.read(settings.TONGDENG_LAW / "access.toml")
    assert shredding.tables().keys() == law.personal.keys()


def test_who_is_registered_as_living_here_is_not_deleted_on_request(somebody):
    with pytest.raises(TongdengError, match="lives_here") as refused:
        shred(somebody, "request")
    assert refused.value.remedy.zh
    with pytest.raises(UnusableInput):
        shred(somebody, "because")


def test_after_deletion_no_table_and_no_file_knows_the_person(somebody, take):
    known = number_in_snapshots(somebody)
    # Guards what follows: before it, everything is there to be found.
    assert {"people_identity", "people_record", "intake_reject"} <= tables_with(NAME) | tables_with(NUMBER)
    assert {"people_identity", "people_record", "privacy_request"} <= tables_with(PHONE)
    assert {"people_stay", "people_record"} <= tables_with(ADDRESS)
    assert known
    assert all("person.parquet" in files_with(*one) for one in known)
    shredded = shred(somebody)
    assert shredded["records"] == 3
    for word in (NAME, NUMBER, PHONE, ADDRESS):
        assert tables_with(word) == set()
    assert number_in_snapshots(somebody) == []
    assert [files_with(*one) for one in known] == [[]] * len(known)
    with owner_here() as owner:
        owner.execute("ALTER TABLE care.intake_row NO FORCE ROW LEVEL SECURITY")
        assert owner.execute("SELECT sealed, withdrawn_at = '-infinity' FROM care.intake_row").fetchall() == [
            (shredding.SHREDDED, True)
        ]
        owner.execute("ALTER TABLE care.intake_row FORCE ROW LEVEL SECURITY")


def test_the_stub_stays_without_a_place_and_the_audit_knows_who_did_it(somebody):
    with logged_in_as("job"), acting(command("test")), connection.cursor() as cursor:
        cursor.execute("SELECT territory, retired_at IS NOT NULL FROM people_person WHERE id = %s", [somebody])
        assert cursor.fetchall() == [(COUNTY, True)]
    with owner_here() as owner:
        entries = owner.execute("SELECT detail ->> 'reason' FROM audit_entry WHERE code = 'people.person.shredded'")
        assert entries.fetchall() == [("order",)]


def test_the_same_rows_bring_nobody_back(somebody, take):
    again = take(POLICE + b"\n")
    assert (again["unchanged"], again["new_people"]) == (1, 0)
    with logged_in_as("job"), acting(command("test")):
        assert profiles.find_by_number(NUMBER) == []
        assert Record.objects.filter(sealed=shredding.SHREDDED, superseded_at=None).count() == 0


def test_a_new_statement_of_a_bureau_makes_a_new_person(somebody, take):
    newer = POLICE.replace(b"2025-03-01", b"2026-03-01")
    assert take(newer)["new_people"] == 1
    with logged_in_as("job"), acting(command("test")):
        (person,) = profiles.find_by_number(NUMBER)
        assert person != somebody
        assert Identity.objects.get(person_id=person).name == NAME


def test_the_command_asks_for_a_reason_of_the_law(somebody, tongdeng):
    done = tongdeng("person", "shred", ids.show(somebody), "--reason", "because", "--yes", "--json")
    assert done.returncode == 2
    assert "people.shredding.reason" in done.stdout
