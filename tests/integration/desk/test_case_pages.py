"""The window takes an application in, the department decides it, a late one is answered: by pages, as staff do it."""

import re
from datetime import date
from typing import Any

import pytest

from tests.cases import PERMIT, accepted, begin, look, nightly, state, step, submitted
from tests.databases import logged_in_as, owner_here
from tests.posts import signed_in
from tests.residents import Resident, residents
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK
from tongdeng.audit.types import job
from tongdeng.desk.models import Supervision
from tongdeng.desk.types import Act, Given, State
from tongdeng.kernel import ids

MONDAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def people(small_county) -> list[Resident]:
    return residents()


@pytest.fixture(scope="module")
def zhao(people) -> Resident:
    return people[0]


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


def field(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def taken_in(client: Any, who: Resident, **more: str) -> Any:
    ref = ids.show(who.person_id)
    form = text_of(client.get(f"/cases/new/?person={ref}&service={PERMIT}"))
    papers = dict.fromkeys(re.findall(r'name="(paper-\w+)"', form), "unneeded")
    given = {"paper-id_card": "given", "paper-photo": "given", "paper-housing_proof": "given"}
    sent = {
        "person": ref,
        "service": PERMIT,
        "token": field(form, "token"),
        "then": "submit",
        **papers,
        **given,
        **more,
    }
    return client.post("/cases/new/", sent), sent


def test_the_window_takes_in_and_the_department_decides(zhao):
    window, police = signed_in("clerk"), signed_in("police")
    answer, sent = taken_in(window, zhao)
    case = int(re.search(r"/cases/(\d+)/", answer.headers["Location"])[1])
    again = window.post("/cases/new/", sent)  # a double click
    assert again.headers["Location"] == answer.headers["Location"]
    page = text_of(window.get(answer.headers["Location"]))
    assert "已收件" in page
    assert look(case).number in page
    for client, act in (
        (window, "accept"), (police, "review"), (police, "grant"), (police, "issue"), (window, "serve"),
        (window, "complete"),
    ):  # fmt: skip
        page = text_of(client.get(f"/cases/{case}/"))
        done = client.post(f"/cases/{case}/act", {"act": act, "seen": field(page, "seen"), "token": act})
        assert done.status_code == 302, done.content.decode()[:3000]
    assert state(case) is State.COMPLETED


def test_what_a_department_holds_is_not_asked_for(zhao):
    form = text_of(signed_in("clerk").get(f"/cases/new/?person={ids.show(zhao.person_id)}&service={PERMIT}"))
    card = form.split('name="paper-id_card"')[0].rsplit("<fieldset", 1)[1]
    assert "公安" in card
    assert re.search(r'name="paper-id_card" value="known" checked', form)


def test_a_step_on_an_outdated_page_is_refused_in_words_and_nothing_is_lost(zhao):
    case = submitted(zhao)
    window = signed_in("clerk")
    seen = field(text_of(window.get(f"/cases/{case}/")), "seen")
    step(case, Act.WITHDRAW_FOR, Given(words="本人到窗口要求，核对了身份证"))
    said = text_of(window.post(f"/cases/{case}/act", {"act": "accept", "seen": seen, "token": "x"}), 422)
    assert "已经有人办了：窗口登记：申请人要求撤回" in said
    assert state(case) is State.WITHDRAWN


def test_what_an_act_lacks_is_said_and_what_was_typed_stays(zhao):
    case = submitted(zhao)
    window = signed_in("clerk")
    seen = field(text_of(window.get(f"/cases/{case}/")), "seen")
    sent = {"act": "correct", "seen": seen, "token": "y", "words": "请补交就业证明"}
    said = text_of(window.post(f"/cases/{case}/act", sent), 422)
    assert "请列出缺少的全部材料" in said
    assert "请补交就业证明" in said
    done = window.post(f"/cases/{case}/act", {**sent, "item": ["work_proof", "study_proof"]})
    assert done.status_code == 302
    assert "一次性告知" in text_of(window.get(f"/cases/{case}/"))


def test_a_red_light_is_answered(zhao, monkeypatch):
    case = accepted(zhao)
    step(case, Act.REVIEW, who="police")
    monkeypatch.setenv("TONGDENG_TODAY", "2026-12-09")
    nightly()
    police = signed_in("police")
    assert look(case).number in text_of(police.get("/cases/?signal=red"))
    assert look(case).number not in text_of(police.get("/cases/?signal=amber"))
    page = text_of(police.get("/orders/"))
    order = max(set(re.findall(r"/orders/(\d+)/reply", page)) & orders_of(case), key=int)
    assert "请写回复" in text_of(police.post(f"/orders/{order}/reply", {"words": ""}), 422)
    reply = {"words": "外地没有答复，本周办结"}
    assert "请选原因" in text_of(police.post(f"/orders/{order}/reply", reply), 422)
    told = {"reason": "other_office", "told": "外地还没有答复，向您致歉", "day": "2026-12-11"}
    assert police.post(f"/orders/{order}/reply", {**reply, **told}).status_code == 302
    page = text_of(police.get(f"/cases/{case}/"))
    assert "外地没有答复，本周办结" in page
    assert "外地还没有答复，向您致歉" in page


def looks(who: Resident, code: str) -> int:
    """Return how many entries of an act the record holds about somebody."""
    with owner_here() as owner:
        counted = "SELECT count(*) FROM audit_entry WHERE code = %s AND %s = ANY (subjects)"
        return int(owner.execute(counted, [code, who.person_id]).fetchone()[0])


@pytest.mark.parametrize(("act", "sent"), [("act", {"act": ""}), ("hand-in", {}), ("finish", {"seen": "1"})])
def test_whatever_shows_a_case_the_person_learns_of_it(zhao, act, sent):
    case = begin(zhao).id
    before, window = looks(zhao, "desk.case.viewed"), signed_in("clerk")
    assert look(case).number in text_of(window.post(f"/cases/{case}/{act}", sent), 422)
    assert looks(zhao, "desk.case.viewed") == before + 1


def test_a_name_shown_before_a_service_is_chosen_is_a_look(zhao):
    before = looks(zhao, "desk.case.prepared")
    assert zhao.name in text_of(signed_in("clerk").get(f"/cases/new/?person={ids.show(zhao.person_id)}"))
    assert looks(zhao, "desk.case.prepared") == before + 1


def orders_of(case: int) -> set[str]:
    with logged_in_as("job"), acting(job(DESK)):
        return {str(one) for one in Supervision.objects.filter(case_id=case).values_list("pk", flat=True)}


def test_the_person_page_leads_to_applying_and_to_what_is_being_worked_on(people):
    window, ref = signed_in("clerk"), ids.show(people[5].person_id)
    begin(people[5])
    page = text_of(window.get(f"/people/{ref}/?service={PERMIT}"))
    assert "正在办：居住证首次申领" in page
    assert "看这个办件" in page
    other = text_of(window.get(f"/people/{ref}/?service=HUD-02"))
    assert f"/cases/new/?person={ref}&amp;service=HUD-02" in other


def test_the_pages_speak_english(zhao):
    window = signed_in("clerk")
    window.cookies["django_language"] = "en"
    case = submitted(zhao)
    for url in (
        "/cases/",
        f"/cases/{case}/",
        "/orders/",
        f"/cases/new/?person={ids.show(zhao.person_id)}&service={PERMIT}",
    ):
        page = text_of(window.get(url))
        main = page[page.index("<main") : page.index("</main>")]
        assert not re.search(r">[^<]*[\u4e00-\u9fff]{4,}", re.sub(re.escape(zhao.name), "", main)), url
