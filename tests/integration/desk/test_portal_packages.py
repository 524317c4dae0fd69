"""A package at /my/, by number and code, and at the window: one form, one thing to follow."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.applying import said
from tests.cases import look, state, step
from tests.files import photo
from tests.packages import ARRIVAL, cases_of_package, parent_of_the_owed
from tests.posts import signed_in
from tests.residents import Resident, residents, signed_in_at_my
from tongdeng.desk.types import Act, Given
from tongdeng.kernel import ids

FORM = f"/my/apply/package/{ARRIVAL}/"


@pytest.fixture(scope="module")
def family(determined_county) -> tuple[Resident, list[str]]:
    return parent_of_the_owed()


@pytest.fixture(scope="module")
def browser(family) -> Any:
    """Give a parent's browser that looks at the child."""
    who, _ = family
    client = signed_in_at_my(who)
    client.post("/my/about/", {"person": f"{who.child:09d}"})
    client.get("/my/", follow=True)
    return client


def token(page: Any) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def withdrawn(browser: Any, joint: int) -> None:
    browser.post(f"/my/packages/{joint}/act", {"act": "withdraw"})


@pytest.fixture
def begun(browser, family) -> Iterator[int]:
    """Apply for everything that is proposed, and withdraw it in the end."""
    joint = apply(browser, family[1])
    yield joint
    withdrawn(browser, joint)


def apply(browser: Any, services: list[str], then: str = "papers") -> int:
    sent = {"token": token(browser.get(FORM)), "service": services, "then": then}
    return int(browser.post(FORM, sent).headers["Location"].split("/")[-2])


def test_the_form_proposes_what_is_owed_each_with_its_reason_and_names_the_rest(browser, family):
    page, (_, codes) = browser.get(FORM), family
    offered = dict(re.findall(r'name="service" value="([^"]+)"( checked)?', page.content.decode()))
    assert list(offered) == codes
    assert " checked" in offered.values()
    assert "还不知道：" in said(page)  # what is not known may be asked for, and is not ticked
    assert "" in offered.values()
    assert "建立居民健康档案" in said(page)
    assert "社区卫生服务中心的护士会主动找您办" in said(page)
    assert "已经有了" in said(page)
    style = Path("tongdeng/sites/shell/assets/portal.css").stat().st_size
    assert b"<script" not in page.content
    assert len(page.content) + style < 100_000
    assert FORM in browser.get("/my/").content.decode()


def test_one_form_sent_twice_makes_one_package_and_the_list_shows_one_thing(browser, family):
    sent = {"token": token(browser.get(FORM)), "service": family[1], "then": "papers"}
    (place,) = {browser.post(FORM, sent).headers["Location"] for _ in range(2)}
    page = browser.get(place)
    assert len(page.content) < 60_000
    assert b"<script" not in page.content
    listed = browser.get("/my/cases/").content.decode()
    assert listed.count(place) == 1
    assert not any(f"/my/cases/{case}/" in listed for case in cases_of_package(int(place.split("/")[-2])).values())
    withdrawn(browser, int(place.split("/")[-2]))


def test_nothing_chosen_is_said_in_words(browser):
    answer = browser.post(FORM, {"token": token(browser.get(FORM))})
    assert answer.status_code == 422
    assert "请至少选一项" in said(answer)


def test_a_paper_handed_in_once_is_there_for_each_part_and_all_is_sent_with_one_receipt(browser, begun):
    cases, page = cases_of_package(begun), browser.get(f"/my/packages/{begun}/").content.decode()
    wanted = re.findall(r'id="photo-(\w+)"', page)
    assert len(wanted) == len(set(wanted))  # each once
    material = wanted[0]
    assert hand_in(browser, begun, material, b"MZ a program").status_code == 422
    assert hand_in(browser, begun, material, photo()).status_code == 302
    held = {look(case).progress["materials"].get(material) for case in cases.values()} - {None}
    assert held == {"given"}
    assert browser.post(f"/my/packages/{begun}/act", {"act": "send"}).status_code == 302
    assert {state(case) for case in cases.values()} == {"submitted"}
    after = browser.get(f"/my/packages/{begun}/")
    assert after.content.decode().count('href="/my/papers/') == 1
    assert "各部门正在办" in said(after)


def hand_in(browser: Any, joint: int, material: str, data: bytes) -> Any:
    sent = {"material": material, "photo": SimpleUploadedFile("x.jpg", data)}
    return browser.post(f"/my/packages/{joint}/hand-in", sent)


def test_what_one_department_asks_for_is_supplied_on_the_page_of_the_package(browser, family):
    joint = apply(browser, family[1], "send")
    case, material = next(
        (case, code)
        for case in cases_of_package(joint).values()
        for code, how in look(case).progress["materials"].items() if how == "missing"
    )  # fmt: skip
    step(case, Act.CORRECT, Given(items=(material,), words="请补这一份。"))
    page = browser.get(f"/my/packages/{joint}/")
    assert "缺材料，等您补" in said(page)
    assert "请补这一份。" in said(page)
    hand_in(browser, joint, material, photo())
    assert state(case) == "submitted"  # with the last paper all is sent
    withdrawn(browser, joint)


def test_nobody_else_sees_it_or_acts_on_it(browser, begun, family):
    stranger = signed_in_at_my(next(one for one in residents() if one.person_id != family[0].person_id))
    for answer in (
        stranger.get(f"/my/packages/{begun}/"),
        stranger.post(f"/my/packages/{begun}/act", {"act": "withdraw"}),
        hand_in(stranger, begun, "lease", photo()),
    ):  # fmt: skip
        assert answer.status_code == 404
    assert browser.get(f"/my/packages/{begun}/").status_code == 200  # guards the lines above
    assert set(map(state, cases_of_package(begun).values())) == {"draft"}


def test_with_number_and_code_anybody_follows_one_thing_and_no_name_is_shown(browser, begun, family):
    browser.post(f"/my/packages/{begun}/act", {"act": "send"})
    page = browser.get(f"/my/packages/{begun}/").content.decode()
    number, code = re.findall(r'<dd class="num">([^<]+)</dd>', page)
    followed = Client().post("/follow/", {"number": number, "code": code})
    assert followed.status_code == 200
    assert "新来居民“一件事”" in said(followed)
    assert said(followed).count("已经收到，正在看材料齐不齐") == len(family[1])
    assert str(family[0].child_name) not in said(followed)
    assert Client().post("/follow/", {"number": number, "code": "0000-0000-0000-0000"}).status_code == 422


def test_the_window_takes_a_package_in_once_and_each_department_sees_its_part(family):
    who, codes = family
    ref, clerk = ids.show(who.child or 0), signed_in("clerk")
    assert f"/cases/new/?person={ref}" in clerk.get(f"/window/?person={ref}").content.decode()
    choice = clerk.get(f"/cases/new/?person={ref}").content.decode()
    assert f"/cases/new/?person={ref}&amp;package={ARRIVAL}" in choice
    form = clerk.get(f"/cases/new/?person={ref}&package={ARRIVAL}")
    sent = {"person": ref, "package": ARRIVAL, "token": token(form), "service": codes, "channel": "window"}
    (place,) = {clerk.post("/cases/new/", sent).headers["Location"] for _ in range(2)}
    page = clerk.get(place)
    assert "已收件" in said(page)
    assert "另有" not in said(page)
    links = set(re.findall(r'href="(/cases/\d+/)"', page.content.decode()))
    assert len(links) == len(codes) - 1  # the others
    police = signed_in("police").get(place.partition("?")[0])
    assert f"另有 {len(codes) - 1} 项由别的部门办" in said(police)
    number = re.findall(r'<dd class="num">([^<]+)</dd>', page.content.decode())
    assert 'href="/papers/' in page.content.decode()
    assert 'href="/papers/' not in police.content.decode()  # the receipt names what the other departments do
    assert not set(number) & set(re.findall(r'<dd class="num">([^<]+)</dd>', police.content.decode()))
    assert clerk.post("/cases/new/", {**sent, "token": "none", "service": []}).status_code == 422
    for link in {*links, place.partition("?")[0]}:
        step(int(link.split("/")[-2]), Act.WITHDRAW_FOR, Given(words="本人到窗口要求"))
