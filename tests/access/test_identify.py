"""Purpose `identify` at a page: the whole county, four tables, reading only, and three kinds of post."""

import ast
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from tests.access.conftest import LAW, PERSONAL, places_seen, rows_of
from tests.databases import logged_in_as
from tests.posts import COUNTY, EAST, staffed
from tongdeng.access import context
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.org.types import PostKind
from tongdeng.people.identify import county_wide

pytestmark = pytest.mark.usefixtures("full_county", "open_doubt")
OPEN = LAW.purposes["identify"].tables
POSTS = LAW.purposes["identify"].posts


def filled(table: str) -> bool:
    """Tell whether the fixture county has a row there at all; a resident's number, for one, it has not."""
    with logged_in_as("job"), acting(command("measure")):
        return rows_of(table) > 0


@pytest.mark.parametrize("table", OPEN)
def test_a_worker_reads_what_matching_needs_in_the_whole_county(table):
    is_filled = filled(table)
    with county_wide(staffed("worker", EAST)):
        assert (places_seen(table) - {EAST} != set()) == is_filled


@pytest.mark.parametrize("table", OPEN)
def test_in_the_own_purpose_the_worker_sees_the_own_community_only(table, acting_as):
    # Guards the test above: it is the purpose that opens the county.
    with acting_as("worker", EAST):
        assert places_seen(table) <= {EAST}


@pytest.mark.parametrize("table", [table for table in PERSONAL if table not in OPEN])
def test_nothing_else_is_read_not_even_in_the_own_community(table):
    with county_wide(staffed("worker", EAST)):
        assert rows_of(table) == 0


@pytest.mark.parametrize("table", ["people_identity", "people_stay"])
def test_without_row_security_it_would_be_read(table, without_guard):
    # Guards the test above: a table without a row proves nothing.
    with without_guard(table), county_wide(staffed("worker", EAST)):
        assert rows_of(table) > 0


@pytest.mark.parametrize("table", PERSONAL)
def test_nothing_is_changed_or_removed(table):
    with county_wide(staffed("worker", EAST)), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET territory = territory")
        assert cursor.rowcount == 0
        cursor.execute(f"DELETE FROM {table}")
        assert cursor.rowcount == 0


def test_the_same_update_changes_the_own_community_in_the_own_purpose(acting_as):
    # Guards the test above.
    with acting_as("worker", EAST), connection.cursor() as cursor:
        cursor.execute("UPDATE people_identity SET territory = territory")
        assert cursor.rowcount > 0


def test_nothing_is_added():
    add = "INSERT INTO people_person (id, territory, created_at) VALUES (7, %s, now())"
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        county_wide(staffed("worker", EAST)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(add, [EAST])


@pytest.mark.parametrize("kind", [kind.value for kind in PostKind])
def test_only_the_posts_of_the_matrix_may_act_for_it(kind):
    with county_wide(staffed(kind, COUNTY)):
        assert (rows_of("people_identity") > 0) == (kind in POSTS)


def test_a_purpose_written_into_a_signed_context_by_hand_opens_nothing():
    by = staffed("worker", EAST)
    good = context.sign(
        settings.TONGDENG_CONTEXT_KEY, post=by.post_id, purpose="serve", person=0, expiry=int(time.time()) + 600
    )
    forged = good.replace("|serve|", "|identify|")
    seen = {}
    for text in (good, forged):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, true)", [context.SETTING, text])
            seen[text] = rows_of("people_identity")
    assert seen[good] > 0
    assert seen[forged] == 0


def test_a_look_inside_a_request_gives_the_requests_own_reach_back(acting_as):
    with acting_as("worker", EAST) as by:
        with county_wide(by):
            assert places_seen("people_identity") > {EAST}
        assert places_seen("people_identity") == {EAST}


def who_acts_for_identify() -> set[str]:
    """Return the modules that make an actor of this purpose: by a call with `purpose=IDENTIFY` or the word itself."""
    found = set()
    for path in Path("tongdeng").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            given = [word.value for word in node.keywords if word.arg == "purpose"]
            if any(ast.unparse(one) in ("IDENTIFY", "types.IDENTIFY", "'identify'") for one in given):
                found.add(str(path))
    return found


# An import and a new look at earlier links have no post, but a login to which the narrow policies do not apply.
WITHOUT_A_POST = {"tongdeng/intake/probable.py", "tongdeng/intake/actions/rejudge.py"}


def test_one_module_lets_somebody_at_a_page_act_for_it():
    assert who_acts_for_identify() - WITHOUT_A_POST == {"tongdeng/people/identify.py"}


def test_no_page_acts_for_it_by_itself():
    pages = {str(path) for path in Path("tongdeng/sites").rglob("*.py")}
    assert [path for path in pages if "county_wide" in Path(path).read_text(encoding="utf-8")] == []
