"""Proposals: whoever is owed a service that needs no application is asked, and nothing is given without a yes."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.databases import SmallCounty, owner_here
from tests.factors import browser_of
from tests.posts import COUNTY, signed_in, staffed
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.catalogue import selectors as catalogue
from tongdeng.delivery import selectors as delivery
from tongdeng.kernel import clock, ids
from tongdeng.org import actions as org
from tongdeng.org.models import Staff
from tongdeng.org.types import PostKind
from tongdeng.owed import selectors as owed
from tongdeng.rules.model import Rhythm

LAW, CHILDREN = "JUS-04", "CIV-07"


@pytest.fixture(scope="module")
def clerk(determined_county: SmallCounty) -> Client:
    """The county's clerk."""
    return signed_in("clerk")


def listed(service: str, tab: str = "owed") -> list[owed.Line]:
    """Return to whom a service is owed, as the office sees it."""
    with acting(staffed("office")):
        return owed.lines(owed.Wanted(COUNTY, clock.today(), tab=tab, service=service, page=None))


def pairs(service: str, tab: str = "owed") -> set[int]:
    """Return the persons of a tab."""
    return {line.person_id for line in listed(service, tab)}


def say(client: Client, line: owed.Line, **said: str) -> Any:
    """Answer for somebody."""
    given = {"person": ids.show(line.person_id), "service": line.service, "answer": "yes", "confirmation": "signature"}
    return client.post(f"/proposals/record?service={line.service}", given | said)


def newest(person_id: int) -> Any:
    """Return the newest record about somebody."""
    with acting(staffed("office")):
        return max(delivery.deliveries_of(person_id), key=lambda one: one.record_id)


def undo(client: Client, told: Any) -> None:
    """Take the record back by the toast's button."""
    page = client.get(told.url).content.decode()
    found = re.search(r'action="(/proposals/undo/[^"]+)"', page)
    assert found
    assert client.post(found[1].replace("&amp;", "&")).url.endswith("undone=1")


def test_only_what_opens_windows_is_proposed_and_each_names_its_clause(determined_county: SmallCounty) -> None:
    found = owed.proposed_services(clock.today(), "BCDE")
    assert {service.code for service, _ in found} == {LAW, CHILDREN}
    for _, version in found:
        assert version.without_application
        assert version.without_application.text.zh
        assert version.rhythm not in (Rhythm.PER_EVENT, Rhythm.CONTINUOUS)
    every = [v for s in catalogue.law().services.values() for v in s.versions if v.without_application]
    assert all(v.fee == "free" for v in every)


def test_a_yes_needs_a_confirmation_and_then_the_service_is_given(clerk: Client) -> None:
    line, before = listed(LAW)[0], pairs(LAW)
    assert say(clerk, line, confirmation="none").status_code == 422
    assert say(clerk, line, confirmation="").status_code == 422
    assert pairs(LAW) == before
    told = say(clerk, line, confirmation="sms")
    assert pairs(LAW) == before - {line.person_id}
    found = newest(line.person_id)
    assert (found.outcome, found.confirmation, found.served_on) == ("served", "sms", clock.today())
    assert say(clerk, line).status_code == 422  # not twice
    undo(clerk, told)
    assert pairs(LAW) == before


def test_a_no_leaves_it_open_unless_it_is_confirmed_and_nothing_else_changes(clerk: Client) -> None:
    line = listed(LAW)[0]
    with acting(staffed("office")):
        others = {one.service: one for one in owed.open_services(line.person_id, clock.today())}
    told = say(clerk, line, answer="no", confirmation="none")
    (again,) = [one for one in listed(LAW) if one.person_id == line.person_id]
    assert again.is_offered
    with acting(staffed("office")):
        assert {one.service: one for one in owed.open_services(line.person_id, clock.today())} == others
    page = clerk.get(f"/proposals/?service={LAW}").content.decode()
    assert "改了主意再记" in page  # whoever said no is not asked again on every visit
    undo(clerk, told)
    told = say(clerk, line, answer="no", confirmation="signature")
    assert line.person_id in pairs(LAW, "declined")
    assert line.person_id not in pairs(LAW)
    undo(clerk, told)
    assert line.person_id in pairs(LAW)


def bureau(kind: str, code: str) -> Client:
    """Return a browser of a bureau's member of staff."""
    org.add_staff(
        login=f"{kind}-bureau", name="高文", kind=PostKind(kind), division=COUNTY, titles=("科员", "Officer"),
        bureau=code, password="a-good-password", by=command("setup"),
    )  # fmt: skip
    return browser_of(Staff.objects.get(login=f"{kind}-bureau"))


def test_a_bureau_proposes_its_own_services_only(clerk: Client) -> None:
    justice = bureau("justice", "JUS")
    page = justice.get("/proposals/").content.decode()
    assert "法治宣传" in page
    assert "流动儿童关爱保护" not in page.split("<main")[1]
    assert "流动儿童关爱保护" in clerk.get("/proposals/").content.decode()
    line = listed(LAW)[0]
    undo(justice, say(justice, line))
    assert say(justice, listed(CHILDREN)[0]).status_code == 404
    for client in (bureau("civil", "CIV"), bureau("police", "PSB"), signed_in("office")):
        # What civil affairs could propose concerns minors, whose records it does not see; the police have nothing here.
        assert client.get("/proposals/").status_code == 403
        assert 'href="/proposals/' not in client.get("/").content.decode()


def test_the_page_is_written_down_with_whom_it_showed(clerk: Client) -> None:
    clerk.get(f"/proposals/?service={CHILDREN}")
    with owner_here() as owner:
        subjects, detail = owner.execute(
            "SELECT subjects, detail FROM audit_entry WHERE code = 'owed.proposals.viewed' ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert set(subjects) <= pairs(CHILDREN)
    assert len(subjects) > 0
    assert detail["service"] == CHILDREN


def test_in_english_the_page_has_no_chinese_of_its_own(clerk: Client) -> None:
    clerk.cookies["django_language"] = "en"
    page = clerk.get(f"/proposals/?service={LAW}").content.decode()
    del clerk.cookies["django_language"]
    assert "Does not want it" in page
    assert "不需要" not in page
