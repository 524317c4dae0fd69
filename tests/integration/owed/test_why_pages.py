"""Why this answer: the panel on the person's page, the sheet for the person, and the command, as posts see them."""

import json
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import Any

import pytest
from django.db import connection

from tests.databases import SmallCounty
from tests.posts import COUNTY, EAST, WEST, signed_in
from tongdeng.catalogue import selectors as catalogue
from tongdeng.kernel import ids


@pytest.fixture(scope="module")
def neighbour(determined_county: SmallCounty, as_job: Callable[..., Any]) -> str:
    """A newcomer of the eastern community with a job, whose half year here is not complete."""
    with as_job("serve"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.person_id FROM people_identity i JOIN people_stay s USING (person_id) WHERE i.territory = %s"
            " GROUP BY 1 ORDER BY min(s.starts_on) DESC LIMIT 1",
            [EAST],
        )
        return ids.show(cursor.fetchone()[0])


def text(client: Any, url: str) -> str:
    """Return a page's text."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    return str(answer.content.decode())


def test_the_panel_names_the_law_and_who_holds_what_is_missing(neighbour: str) -> None:
    worker = signed_in("worker", EAST)
    found = text(worker, f"/people/{neighbour}/?service=PSB-02")
    assert catalogue.open_law().digest[:12] in found
    assert "2016年1月1日起施行" in found
    assert f"/people/{neighbour}/why/PSB-02/" in found
    assert "怎样会改变" in found
    # What no roll brings is asked of the bureau that holds it, not of the person.
    with_holder = text(worker, f"/people/{neighbour}/?service=GSC-03")
    for page in (found, with_holder):
        assert "要向本人要证明" not in page.replace("不要向本人要证明", "")


def test_the_sheet_says_the_answer_and_whom_to_turn_to(neighbour: str) -> None:
    worker = signed_in("worker", EAST)
    sheet = text(worker, f"/people/{neighbour}/why/PSB-02/")
    for said in ("结论", "逐项条件", "依据", "12345", "行政复议", "data-print"):
        assert said in sheet
    worker.cookies["django_language"] = "en"
    assert "Condition by condition" in text(worker, f"/people/{neighbour}/why/PSB-02/")


@pytest.mark.parametrize("service", ["HEA-01", "PSB-99"])
def test_a_service_behind_the_seal_and_none_at_all_have_no_sheet(neighbour: str, service: str) -> None:
    assert signed_in("worker", EAST).get(f"/people/{neighbour}/why/{service}/").status_code == 404


def test_a_post_has_a_sheet_only_where_it_may_see_the_service_and_the_person(neighbour: str) -> None:
    url = f"/people/{neighbour}/why/HRS-02/"
    assert signed_in("worker", WEST).get(url).status_code == 404
    assert signed_in("police", COUNTY).get(url).status_code == 404
    # Guards the two above: where both may be seen, there is a sheet.
    assert signed_in("worker", EAST).get(url).status_code == 200


def test_the_command_tells_in_sentences_by_the_law_and_records_of_then(
    neighbour: str, determined_county: SmallCounty, tongdeng: Callable[..., CompletedProcess[str]]
) -> None:
    day = str(determined_county.as_of)
    words = ("explain", "--person", neighbour, "--service", "PSB-02", "--as-of", day)
    now = json.loads(tongdeng(*words, "--json").stdout)
    then = json.loads(tongdeng(*words, "--known-on", day, "--json").stdout)
    assert then.pop("known_on") == day
    assert now.pop("known_on") is None
    assert now == then
    assert now["law"] == catalogue.open_law().digest
    assert {"yes_from", "said", "evidence", "unmet", "unknown"} <= now["would_change"].keys()
    for condition in now["conditions"]:
        assert condition["said"]["zh"]
        for fact in condition["facts"]:
            assert (fact["told_by"] is None) == (fact["as_at"] is None)
    readable = tongdeng(*words, "--lang", "en")
    assert readable.returncode == 0
    assert "rules and records of" in readable.stdout.replace("\n", " ")
