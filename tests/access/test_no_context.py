"""The application's login sees nobody without a good context, and the database itself says so."""

import time

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from tests.access.conftest import PERSONAL, rows_of
from tests.databases import logged_in_as, owner_here
from tests.posts import staffed
from tongdeng.access import context

pytestmark = pytest.mark.usefixtures("full_county", "open_doubt")
IN_AN_HOUR = 3600


def rows_under(value: str, table: str = "people_person") -> int:
    """Return what is seen under a context text set by hand."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [context.SETTING, value])
        return rows_of(table)


def text_of(*, key: bytes | None = None, post: int | None = None, life: int = IN_AN_HOUR) -> str:
    """Return a context text for the leading group's office, with one thing changed."""
    by = staffed("office")
    return context.sign(
        key or settings.TONGDENG_CONTEXT_KEY, post=by.post_id if post is None else post, purpose="serve", person=0,
        expiry=int(time.time()) + life,
    )  # fmt: skip


@pytest.mark.parametrize("table", PERSONAL)
def test_without_a_context_the_application_sees_no_row(table):
    assert rows_of(table) == 0


@pytest.mark.parametrize("table", PERSONAL)
def test_without_row_security_it_would_see_them(table, without_guard):
    # Guards the test above: a table without a row proves nothing.
    with without_guard(table):
        assert rows_of(table) > 0


def test_a_signed_context_opens_the_register():
    assert rows_under(text_of()) > 0


def test_a_context_signed_with_another_key_opens_nothing():
    assert rows_under(text_of(key=bytes(32))) == 0


@pytest.mark.parametrize(
    "forged", ["", "|", "1|serve|0|9999999999|", "1|serve|0|9999999999|00", "x|serve|0|y|z", "1|2"]
)
def test_a_context_written_by_hand_opens_nothing_and_breaks_nothing(forged):
    assert rows_under(forged) == 0


def test_a_good_mac_does_not_carry_over_to_another_post():
    post, rest = text_of().split("|", 1)
    assert rows_under(f"{int(post) + 1}|{rest}") == 0


def test_an_expired_context_opens_nothing():
    assert rows_under(text_of(life=-1)) == 0


def test_a_post_that_does_not_exist_opens_nothing():
    assert rows_under(text_of(post=987654)) == 0


def test_the_web_cannot_act_as_a_command():
    assert rows_under(text_of(post=0)) == 0


def test_the_same_text_opens_the_register_to_the_login_of_the_jobs():
    # Guards the test above: the text itself is good.
    with logged_in_as("job"):
        assert rows_under(text_of(post=0)) > 0


def test_a_context_ends_with_its_transaction():
    assert rows_under(text_of()) > 0
    assert rows_of("people_person") == 0


@pytest.mark.parametrize("table", PERSONAL)
def test_the_owner_of_the_tables_sees_no_row_either(table):
    with owner_here() as owner:
        assert owner.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_care_sees_nothing_of_the_register():
    with logged_in_as("care"), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows_of("people_person")
