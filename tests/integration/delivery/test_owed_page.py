"""The owed list's page: what a record does to it, what an undo does, and what it refuses."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.databases import SmallCounty, owner_here
from tests.posts import COUNTY, EAST, WEST, signed_in, staffed
from tongdeng.access.selectors import acting
from tongdeng.audit.types import Actor
from tongdeng.insight import actions as insight
from tongdeng.kernel import clock, ids
from tongdeng.owed import selectors as owed

HTMX = {"HX-Request": "true", "HX-Target": "panel"}


@pytest.fixture(scope="module")
def worker(determined_county: SmallCounty) -> Client:
    """The worker of the eastern community."""
    return signed_in("worker", EAST)


def listed(place: str = EAST, **wanted: Any) -> list[owed.Line]:
    """Return the list as the office sees it."""
    with acting(staffed("office")):
        return owed.lines(owed.Wanted(place, clock.today(), page=None, **wanted))


def pairs(lines: list[owed.Line]) -> set[tuple[int, str]]:
    """Return the persons and services of some lines."""
    return {(line.person_id, line.service) for line in lines}


def entry(line: owed.Line, **changes: str) -> dict[str, str]:
    """Return a filled record panel."""
    given = {"person": ids.show(line.person_id), "service": line.service, "result": "served", "confirmation": "none",
             "day": clock.today().isoformat(), "channel": "上门", "note": "", "back": ""}  # fmt: skip
    return given | changes


def undo_url(answer: str) -> str:
    """Return the address behind the toast's undo."""
    found = re.search(r'action="(/owed/undo/[^"]+)"', answer)
    assert found
    return found.group(1).replace("&amp;", "&")


def newest_entry(code: str) -> tuple[list[int], dict[str, Any]]:
    """Return subjects and detail of the newest audit entry of a kind."""
    with owner_here() as owner:
        return owner.execute(
            "SELECT subjects, detail FROM audit_entry WHERE code = %s ORDER BY id DESC LIMIT 1", [code]
        ).fetchone()


def test_a_record_settles_the_window_and_its_undo_opens_it_again(worker: Client) -> None:
    before = listed()
    line = before[0]
    answer = worker.post("/owed/record", entry(line), headers=HTMX)
    assert answer.status_code == 200
    assert "已记录" in answer.content.decode()
    assert pairs(before) - pairs(listed()) == {(line.person_id, line.service)}
    assert (line.person_id, line.service) in pairs(listed(tab="done"))
    worker.post(undo_url(answer.content.decode()))
    assert listed() == before


def test_the_determination_agrees_with_what_the_page_showed_at_once(
    worker: Client, determined_county: SmallCounty, job_login: Callable[..., Any]
) -> None:
    line = listed()[-1]
    undo = undo_url(worker.post("/owed/record", entry(line), headers=HTMX).content.decode())
    shown = {tab: pairs(listed(tab=tab)) for tab in ("owed", "done", "declined", "unknown")}
    with job_login("determine") as by:
        insight.refresh_place(community=EAST, as_of=determined_county.as_of, by=by)
    assert {tab: pairs(listed(tab=tab)) for tab in shown} == shown
    worker.post(undo)
    assert (line.person_id, line.service) in pairs(listed())
    with job_login("determine") as by:
        insight.refresh_place(community=EAST, as_of=determined_county.as_of, by=by)
    assert (line.person_id, line.service) in pairs(listed())


def test_a_decline_without_a_signature_stays_owed_and_is_marked_as_told(worker: Client) -> None:
    line = listed()[0]
    answer = worker.post("/owed/record", entry(line, result="declined"), headers=HTMX).content.decode()
    again = next(one for one in listed() if (one.person_id, one.service) == (line.person_id, line.service))
    assert again.is_offered
    assert again.contact_on == clock.today()
    worker.post(undo_url(answer))


def test_a_decline_with_a_signature_settles_and_lowers_nobody(worker: Client) -> None:
    line = listed()[0]
    answer = worker.post("/owed/record", entry(line, result="declined", confirmation="signature"), headers=HTMX)
    assert (line.person_id, line.service) not in pairs(listed())
    assert (line.person_id, line.service) in pairs(listed(tab="declined"))
    worker.post(undo_url(answer.content.decode()))


def test_not_having_met_somebody_is_a_contact_and_no_outcome(worker: Client) -> None:
    line = listed()[0]
    answer = worker.post("/owed/record", entry(line, result="not_met"), headers=HTMX)
    again = next(one for one in listed() if (one.person_id, one.service) == (line.person_id, line.service))
    assert (again.contact_outcome, again.is_offered) == ("absent", line.is_offered)
    worker.post(undo_url(answer.content.decode()))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": "2026-12-31"}, "day-fault"),
        ({"day": "31.12.2026"}, "day-fault"),
        ({"result": ""}, "result-fault"),
        ({"service": "GSC-01"}, "service-fault"),
        ({"channel": "飞鸽"}, "faults"),
        ({"note": "x" * 201}, "faults"),
        ({"note": "a\nb"}, "faults"),
    ],
)
def test_a_fault_is_said_at_its_field_and_nothing_is_recorded(
    changes: dict[str, str], field: str, worker: Client
) -> None:
    before = listed()
    for headers in (HTMX, {}):
        answer = worker.post("/owed/record", entry(before[0], **changes), headers=headers)
        assert answer.status_code == 422
        assert field in answer.content.decode()
    assert listed() == before


def test_recording_twice_is_refused_the_second_time(worker: Client) -> None:
    line = listed()[0]
    first = worker.post("/owed/record", entry(line), headers=HTMX).content.decode()
    second = worker.post("/owed/record", entry(line), headers=HTMX)
    assert second.status_code == 422
    worker.post(undo_url(first))


def test_a_worker_records_nothing_for_somebody_elsewhere(worker: Client) -> None:
    elsewhere = listed(WEST)
    assert elsewhere  # the control: the office sees them
    answer = worker.post("/owed/record", entry(elsewhere[0]), headers=HTMX)
    assert answer.status_code == 422
    assert elsewhere[0].name not in answer.content.decode()
    assert listed(WEST) == elsewhere


def test_nobody_takes_back_what_somebody_else_recorded(worker: Client) -> None:
    line = listed()[0]
    undo = undo_url(worker.post("/owed/record", entry(line), headers=HTMX).content.decode())
    after = listed()
    signed_in("clerk").post(undo)
    assert listed() == after
    worker.post(undo)


def test_without_script_a_record_leads_to_the_next_person(worker: Client) -> None:
    first, *rest = listed()
    following = next(line for line in rest if line.person_id != first.person_id)
    answer = worker.post("/owed/record", entry(first))
    assert answer.status_code == 302
    assert f"person={ids.show(following.person_id)}" in answer.url
    page = worker.get(answer.url).content.decode()
    worker.post(undo_url(page))


def test_a_view_of_the_list_is_one_entry_with_everybody_on_the_page(worker: Client) -> None:
    worker.get("/owed/")
    subjects, detail = newest_entry("owed.list.viewed")
    with acting(staffed("worker", EAST)):
        on_page = owed.lines(owed.Wanted(EAST, clock.today()))
    assert subjects == sorted({line.person_id for line in on_page})
    assert detail["place"] == EAST


def test_the_pages_together_hold_each_line_once_and_part_nobody(determined_county: SmallCounty) -> None:
    everything, seen = listed(COUNTY), []
    with acting(staffed("office")):
        for page in range(100):
            lines = owed.lines(owed.Wanted(COUNTY, clock.today(), page=page))
            assert not {line.person_id for line in lines} & {line.person_id for line in seen}
            seen += lines
            if not lines:
                break
    assert seen == everything


def test_the_filters_count_what_they_leave(determined_county: SmallCounty) -> None:
    with acting(staffed("office")):
        counts = owed.counts(COUNTY, clock.today())
    for due in ("overdue", "week", "never"):
        assert counts.due(due) == len(listed(COUNTY, due=due))
    for tab in ("owed", "done", "declined", "unknown"):
        assert counts.of(tab) == len(listed(COUNTY, tab=tab))
    assert counts.people == len({line.person_id for line in listed(COUNTY)})


def test_an_export_needs_a_purpose(worker: Client) -> None:
    answer = worker.post("/owed/export", {"purpose": "because"})
    assert answer.status_code == 422
    assert "purpose-fault" in answer.content.decode()


def test_an_export_says_who_when_and_why_and_masks_numbers(worker: Client) -> None:
    answer = worker.post("/owed/export", {"purpose": "visit", "reason": "=1+1 走访"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    lines = listed()
    assert "王敏" in rows[0][0]
    assert "上门走访" in rows[0][0]
    assert "删除" in rows[1][0]
    assert len(rows) == 3 + len(lines)
    assert not re.search(r"(?<!\d)99\d{15}[\dX]", str(rows))
    subjects, detail = newest_entry("owed.list.exported")
    assert subjects == sorted({line.person_id for line in lines})
    assert detail["for"] == "visit"


def test_a_post_without_domain_c_sees_no_service_of_work(determined_county: SmallCounty) -> None:
    with acting(staffed("office")) as office:
        assert any(line.service.startswith("HRS") for line in _everything(office))
    with acting(staffed("police")) as police:
        seen = _everything(police)
    assert seen
    assert not any(line.service.startswith("HRS") for line in seen)


def _everything(by: Actor) -> list[owed.Line]:
    return owed.lines(owed.Wanted(COUNTY, clock.today(), page=None))
