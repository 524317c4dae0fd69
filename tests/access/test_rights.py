"""What the working logins may never do, whatever the context."""

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.databases import logged_in_as, owner_here
from tongdeng.access import actions as access
from tongdeng.audit import actions as audit
from tongdeng.audit.types import command

pytestmark = pytest.mark.usefixtures("database")
FORBIDDEN = (
    "UPDATE audit_entry SET code = 'x'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
    "INSERT INTO audit_entry (at, code, purpose, origin, subjects, detail) VALUES (now(), '', '', '', '{}', '{}')",
    "SELECT * FROM audit_entry",
    "SELECT * FROM audit_seal",
    "DELETE FROM audit_seal",
    "UPDATE audit_check SET is_ok = true",
    "SET ROLE tongdeng_maintenance",
    "SELECT * FROM access_pad",
    "UPDATE access_post_kind SET domains = 'BCDEFG'",
    "INSERT INTO org_post (unit_id, kind, title_zh, title_en, lo, hi) VALUES (1, 'office', '', '', '0', ':')",
    "UPDATE org_post SET lo = '000000000000', hi = ':'",
    "UPDATE org_staff SET post_id = 1",
    "UPDATE org_staff SET is_active = true",
    "ALTER TABLE people_person DISABLE ROW LEVEL SECURITY",
    "DROP POLICY people_person__territory__all ON people_person",
    "SET ROLE tongdeng_owner",
    "SET SESSION AUTHORIZATION tongdeng_care",
    "CREATE TABLE public.hidden (copy text)",
    "COPY people_person TO PROGRAM 'true'",
)


def try_it(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", FORBIDDEN)
@pytest.mark.parametrize("role", ["app", "job"])
def test_a_working_login_may_not(role, statement):
    with logged_in_as(role), pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        try_it(statement)


def test_a_right_that_left_the_matrix_leaves_the_database():
    erase = "DELETE FROM org_division WHERE false"
    with owner_here() as owner:
        owner.execute("GRANT DELETE ON org_division TO tongdeng_app")
    try_it(erase)  # guards the line below: the right was there
    access.install_guard(by=command("install"))
    with pytest.raises(ProgrammingError, match="permission denied"):
        try_it(erase)


def test_what_was_done_is_written_down_by_function_alone():
    audit.record("tests.act.done", by=command("serve"), detail={"rows": 1})
    with owner_here() as owner:
        assert owner.execute("SELECT count(*) FROM audit_entry WHERE code = 'tests.act.done'").fetchone() == (1,)


def test_no_login_is_a_superuser_or_passes_by_row_security():
    with owner_here() as owner:
        rows = owner.execute(
            "SELECT rolname, rolsuper OR rolbypassrls OR rolreplication FROM pg_roles WHERE rolname LIKE 'tongdeng%'"
        )
        assert dict(rows.fetchall()) == dict.fromkeys(
            ("tongdeng_owner", "tongdeng_app", "tongdeng_job", "tongdeng_care", "tongdeng_maintenance"), False
        )


def test_the_web_cannot_become_a_command():
    with pytest.raises(ProgrammingError, match="permission denied"):
        try_it("SET SESSION AUTHORIZATION tongdeng_job")
