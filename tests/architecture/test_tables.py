"""Every table stands in law/access.toml: with personal data, without, or for the owner alone."""

import re

import pytest
from django.conf import settings

from tests.databases import owner_here
from tongdeng.access import matrix

# No working login may touch these; audit entries are added through a function.
OWNER_ONLY = {
    "access_pad", "access_post_kind", "access_purpose", "audit_check", "audit_entry", "audit_seal", "auth_group",
    "auth_group_permissions", "account_emailaddress", "account_emailconfirmation", "people_resting_index",
    "socialaccount_socialtoken",
}  # fmt: skip
TABLES = (
    "SELECT relname, relrowsecurity AND relforcerowsecurity, EXISTS (SELECT 1 FROM pg_attribute"
    " WHERE attrelid = c.oid AND attname = 'territory') FROM pg_class c"
    " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
)
GRANTS = (
    "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
    " WHERE table_schema = 'public' AND grantee IN ('PUBLIC', 'tongdeng_app', 'tongdeng_job', 'tongdeng_care')"
)


@pytest.fixture(scope="module")
def law() -> matrix.Matrix:
    return matrix.read(settings.TONGDENG_LAW / "access.toml")


@pytest.fixture(scope="module")
def tables(database: str) -> dict[str, tuple[bool, bool]]:
    with owner_here() as owner:
        return {name: (forced, has_territory) for name, forced, has_territory in owner.execute(TABLES)}


@pytest.fixture(scope="module")
def grants(database: str) -> set[tuple[str, str]]:
    with owner_here() as owner:
        return set(owner.execute(GRANTS).fetchall())


def test_every_table_has_its_place_in_the_matrix(tables, law):
    assert tables.keys() - OWNER_ONLY == law.personal.keys() | law.plain.keys()


def test_every_table_with_a_territory_holds_personal_data(tables, law):
    assert {name for name, (_, has_territory) in tables.items() if has_territory} == law.personal.keys()


def test_row_security_is_forced_on_every_personal_table_and_on_no_other(tables, law):
    assert {name for name, (forced, _) in tables.items() if forced} == law.personal.keys()


def test_no_working_login_has_a_right_the_matrix_does_not_give(grants, law):
    # A right on some columns only is no right on the table.
    whole = {name: re.sub(r", \w+ \(.*?\)", "", verbs) for name, verbs in law.plain.items()}
    given = {(name, verb) for name, verbs in whole.items() for verb in verbs.split(", ")}
    given |= {(name, verb) for name in law.personal for verb in ("SELECT", "INSERT", "UPDATE", "DELETE")}
    assert grants == given


def test_every_table_of_sealed_care_stands_in_the_matrix_with_forced_row_security(database, law):
    with owner_here() as owner:
        found = dict(owner.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class"
            " WHERE relkind IN ('r', 'p') AND relnamespace = 'care'::regnamespace"
        ).fetchall())  # fmt: skip
    assert found == dict.fromkeys(law.care, True)


def test_in_sealed_care_no_login_has_a_right_the_matrix_does_not_give_and_the_web_has_none(database, law):
    columns = "SELECT table_name, grantee, privilege_type, column_name FROM information_schema.column_privileges"
    where = " WHERE table_schema = 'care' AND (grantee LIKE 'tongdeng%%' OR grantee = 'PUBLIC') AND grantee <> %s"
    with owner_here() as owner:
        given = set(owner.execute(columns + where, [owner.info.user]).fetchall())
        every = owner.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'care'"
        ).fetchall()
    wanted = {
        (table, login, verb, column)
        for table, rights in law.care.items()
        for login, verbs in rights.items()
        for verb, named in re.findall(r"([A-Z]+)(?: \(([^)]*)\))?", verbs)
        for column in (named.split(", ") if named else [one for its, one in every if its == table])
    }
    assert given == wanted
    assert "tongdeng_app" not in {login for _, login, _, _ in given}


def test_what_is_for_the_owner_alone_is_granted_to_nobody(grants):
    assert {name for name, _ in grants} & OWNER_ONLY == set()
