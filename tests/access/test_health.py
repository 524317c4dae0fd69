"""Health is behind a seal: whoever tries, from whichever login, reads nothing of it."""

import time
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from tests.databases import AS_OF, logged_in_as, owner_here
from tests.posts import EAST, staffed
from tongdeng.access import context
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.intake import actions as intake

HEAD = "儿童姓名,性别,出生日期,社区代码,现住址,疫苗,剂次,接种日期"
ROLL = f"{HEAD}\n陶小一,女,2023-02-03,{EAST},河边1号,卡介苗,1,2023-02-04\n"


@pytest.fixture(scope="module", autouse=True)
def vaccinated(database: str, job_login: Callable[..., object]) -> None:
    """One child with one dose."""
    with job_login("intake") as by:
        batch = intake.receive_roll(source="immunisation", path=ROLL.encode(), as_at=AS_OF, by=by, name="roll.csv")
        assert intake.import_roll(batch_id=batch, path=ROLL.encode(), by=by)["new_people"] == 1


def rows(columns: str = "*") -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM care.intake_row")
        return len(cursor.fetchall())


def rows_under(text: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [context.SETTING, text])
        return rows()


def text_of(*, post: int = 0, key: bytes | None = None, life: int = 3600) -> str:
    expiry = int(time.time()) + life
    return context.sign(key or settings.TONGDENG_CONTEXT_KEY, post=post, purpose="care", person=0, expiry=expiry)


def test_care_reads_its_rows_in_its_own_context():
    with logged_in_as("care"), acting(command("care")):
        assert rows() == 1


@pytest.mark.parametrize(
    "text", ["", "0|care|0|9999999999|00", text_of(key=bytes(32)), text_of(life=-1)],
    ids=["none", "forged", "another key", "expired"],
)  # fmt: skip
def test_without_a_good_context_care_itself_reads_nothing(text):
    with logged_in_as("care"):
        assert rows_under(text) == 0


@pytest.mark.parametrize("kind", ["office", "police", "health", "nurse", "admin"])
def test_no_post_opens_it_not_even_by_the_login_of_care(kind):
    text = text_of(post=staffed(kind).post_id or -1)
    with logged_in_as("care"):
        assert rows_under(text) == 0


def test_without_row_security_the_login_would_see_them():
    # Guards the tests above: the rows are there.
    with owner_here() as owner:
        owner.execute("ALTER TABLE care.intake_row DISABLE ROW LEVEL SECURITY")
        try:
            with logged_in_as("care"):
                assert rows() == 1
        finally:
            owner.execute("ALTER TABLE care.intake_row ENABLE ROW LEVEL SECURITY")


def test_the_web_may_not_even_look_into_the_schema():
    with pytest.raises(ProgrammingError, match="permission denied for schema care"):
        rows("record_id")


@pytest.mark.parametrize("columns", ["*", "sealed", "digest", "received_at", "md5(sealed)"])
def test_the_import_cannot_read_what_it_wrote(columns):
    with logged_in_as("job"), acting(command("intake")), pytest.raises(ProgrammingError, match="permission denied"):
        rows(columns)


def test_the_import_sees_which_records_care_has_and_no_more():
    # Guards the test above: it is the columns that are closed.
    with logged_in_as("job"), acting(command("intake")):
        assert rows("record_id, batch_id, row_number, withdrawn_at") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE care.intake_row SET sealed = ''",
        "DELETE FROM care.intake_row",
        "TRUNCATE care.intake_row",
        "ALTER TABLE care.intake_row DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE care.copy (text text)",
        "SET ROLE tongdeng_care",
    ],
)
@pytest.mark.parametrize("role", ["app", "job"])
def test_nobody_else_changes_anything_there(role, statement):
    refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with logged_in_as(role), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_owner_of_the_table_sees_no_row_either():
    with owner_here() as owner:
        assert owner.execute("SELECT count(*) FROM care.intake_row").fetchone() == (0,)


def test_care_sees_nothing_of_the_register_even_in_its_context():
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with logged_in_as("care"), acting(command("care")), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_person")
