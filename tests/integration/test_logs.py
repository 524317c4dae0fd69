"""Whatever is logged, at the most talkative level, holds no number, no phone and no name of anybody."""

import io
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from tests.databases import AS_OF, SmallCounty, logged_in_as
from tests.posts import COUNTY, EAST, signed_in
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.intake import actions as intake
from tongdeng.kernel import ids
from tongdeng.kernel.errors import TongdengError
from tongdeng.people.exports import records
from tongdeng.people.models import Identity

NUMBER = re.compile(r"(?<!\d)99\d{15}[\dX](?!\d)|(?<!\d)99\d{13}(?!\d)")
PHONE = re.compile(r"(?<!\d)100\d{8}(?!\d)")
HEAD = "姓名,公民身份号码,户籍区划,社区代码,现居住地址,流入日期,联系电话"


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """All that any logger says from now on, with exceptions as they would be printed."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    root, former = logging.getLogger(), logging.getLogger().level
    silent = [one for one in map(logging.getLogger, list(logging.root.manager.loggerDict)) if not one.propagate]
    root.handlers.insert(0, handler)  # before the one that writes, which takes numbers out of what it is given
    root.setLevel(logging.DEBUG)
    for one in silent:
        one.addHandler(handler)
    yield out
    root.removeHandler(handler)
    root.setLevel(former)
    for one in silent:
        one.removeHandler(handler)


@pytest.fixture(scope="module")
def somebody(small_county: SmallCounty) -> tuple[str, str, str, str]:
    """The reference, name, number and phone of somebody."""
    with logged_in_as("job"), acting(command("test")):
        one = Identity.objects.exclude(id_sealed=None).exclude(phone_sealed=None).order_by("person_id").first()
        number, phone = records.unseal_text(one.id_sealed), records.unseal_text(one.phone_sealed)
        return ids.show(one.person_id), one.name, number, phone


def tells(text: str, *words: str) -> list[str]:
    return [*NUMBER.findall(text), *PHONE.findall(text), *(word for word in words if word in text)]


def test_pages_searches_and_errors_log_nobody(somebody, said):
    ref, name, number, phone = somebody
    office, worker = signed_in("office"), signed_in("worker", EAST)
    for query in (name, number, phone, number[:-1] + "0"):
        office.get("/people/", {"q": query})
        worker.get("/people/", {"q": query})
    for url in (f"/people/{ref}/", "/people/nobody/", f"/people/{number}/", "/owed/", f"/people/{ref}/numbers/"):
        office.get(url)
    office.post(f"/people/{ref}/numbers/", {"reason": "verify"})
    office.post("/sign-in/", {"username": phone, "password": number})
    worker.post("/register/", {"name": name, "number": number, "phone": phone})
    assert tells(said.getvalue(), name) == []


def test_imports_and_their_failures_log_nobody(somebody, said, job_login):
    _, name, number, phone = somebody
    good = f"{HEAD}\n{name},{number},990303,{EAST},新华路1号,2025-03-01,{phone}\n"
    bad = f"{HEAD}\n{name},{number},990303,{COUNTY},新华路1号,2025-13-01,{phone}\n"
    with job_login() as by:
        for content in (good, bad, good.replace("姓名", "姓")):
            batch = intake.receive_roll(source="police", path=content.encode(), as_at=AS_OF, by=by, name="roll.csv")
            try:
                intake.import_roll(batch_id=batch, path=content.encode(), by=by)
            except TongdengError as error:
                logging.getLogger("tongdeng").error("refused: %s", error.code)
    assert tells(said.getvalue(), name) == []


def test_the_search_would_find_what_is_logged(somebody, said):
    # Guards the tests above: should somebody log a row, it is seen.
    _, name, number, phone = somebody
    logging.getLogger("tongdeng.intake").debug("row %s %s %s", name, number, phone)
    assert sorted(tells(said.getvalue(), name)) == sorted([number, phone, name])


def test_the_server_does_not_log_statements_with_their_values(small_county):
    wanted: dict[str, Callable[[str], Any] | str] = {
        "log_statement": "none", "log_min_error_statement": "panic", "log_parameter_max_length_on_error": "0",
        "log_min_duration_statement": "-1",
    }  # fmt: skip
    with connection.cursor() as cursor:
        for setting, value in wanted.items():
            cursor.execute("SELECT current_setting(%s)", [setting])
            assert cursor.fetchone()[0] == value
