"""Somebody applies at /my/, for themselves or a child, hands papers in, follows, answers, withdraws, rates."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.applying import apply, do, field, hand_in, held, said
from tests.cases import PERMIT, REST, begin, look, nightly, state, step, submitted
from tests.databases import logged_in_as
from tests.files import photo
from tests.posts import signed_in
from tests.residents import Resident, residents, signed_in_at_my
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK
from tongdeng.audit.types import job
from tongdeng.desk import selectors
from tongdeng.desk.models import Case
from tongdeng.desk.types import Act, Given, Held
from tongdeng.kernel import clock
from tongdeng.notify import selectors as notify
from tongdeng.papers import selectors as papers


@pytest.fixture(scope="module")
def zhao(small_county) -> Resident:
    return residents()[0]


@pytest.fixture(scope="module")
def other(small_county) -> Resident:
    return residents()[1]


@pytest.fixture(scope="module")
def browser(zhao) -> Any:
    return signed_in_at_my(zhao)


# ---- applying ----


def test_the_form_shows_what_is_held_and_one_form_sent_twice_makes_one_case(browser, zhao):
    page = browser.get(f"/my/apply/{PERMIT}/")
    assert zhao.name in said(page)
    assert "住" in said(page)
    assert "居民身份证" in said(page)
    token = field(page.content.decode(), "token")
    made = {browser.post(f"/my/apply/{PERMIT}/", {"token": token}).headers["Location"] for _ in range(2)}
    assert len(made) == 1
    style = Path("tongdeng/sites/shell/assets/portal.css").stat().st_size  # and no script
    for address in ("/my/", f"/my/apply/{PERMIT}/", "/my/cases/", made.pop()):
        answer = browser.get(address)
        assert b"<script" not in answer.content
        assert len(answer.content) + style < 100_000, address


def unknown_services(browser: Client) -> dict[str, str]:
    """Return the services of which it is not known whether somebody can have them, and where each line leads."""
    part = browser.get("/my/").content.decode().partition("还不知道能不能办")[2].partition("</details>")[0]
    assert "不等于不能办" in part
    return {name: link for link, name in re.findall(r'<li><a href="(.+?)"><span><b>(.+?)</b>', part)}


def test_what_nobody_knows_yet_can_be_applied_for_and_then_leads_to_the_case(browser):
    before = unknown_services(browser)
    assert before
    assert all(link.startswith("/my/apply/") and browser.get(link).status_code == 200 for link in before.values())
    name, link = next(iter(before.items()))
    case = browser.post(link, {"token": "unknown"}).headers["Location"]
    assert unknown_services(browser) == {**before, name: case}


def test_what_is_sent_has_its_receipt_and_each_step_its_day(browser):
    case = apply(browser)
    assert state(case) == "draft"
    assert do(browser, case, "submit").status_code == 302
    assert look(case).channel == "online"
    page = browser.get(f"/my/cases/{case}/")
    assert "已经收到，正在看材料齐不齐" in said(page)
    assert "告诉您受不受理" in said(page)
    assert "收件凭证" in said(page)
    receipt = re.search(r'href="(/my/papers/\d+/)"', page.content.decode())
    assert receipt
    assert browser.get(receipt[1]).status_code == 200
    assert "居住证首次申领" in said(browser.get("/my/cases/"))
    letters = browser.get("/my/messages/")
    assert "居住证首次申领" in said(letters)
    assert f'<a href="/my/cases/{case}/">' in letters.content.decode()  # from what is asked for to where it is given


def test_nobody_else_sees_it_or_acts_on_it(browser, other):
    case = apply(browser)
    hand_in(browser, case, "photo", photo())
    stranger = signed_in_at_my(other)
    assert stranger.get(f"/my/cases/{case}/").status_code == 404
    assert do(stranger, case, "submit").status_code == 404
    assert hand_in(stranger, case, "photo", photo()).status_code == 404
    with logged_in_as("job"), acting(job(DESK)):
        document = selectors.documents_of(Case.objects.get(pk=case))[0].id
    assert stranger.get(f"/my/cases/{case}/documents/{document}/").status_code == 404
    assert browser.get(f"/my/cases/{case}/documents/{document}/").status_code == 200  # guards the line above
    assert state(case) == "draft"


def test_an_applicant_does_nothing_that_is_for_staff(browser):
    case = apply(browser)
    do(browser, case, "submit")
    for act in ("accept", "grant", "not_accept", "note_materials"):
        assert do(browser, case, act).status_code == 404
    assert state(case) == "submitted"


def test_a_parent_applies_for_a_child_and_the_case_is_the_childs(browser, zhao):
    browser.post("/my/about/", {"person": f"{zhao.child:09d}"})
    browser.get("/my/", follow=True)
    case = apply(browser, "PSB-01")
    assert look(case).person_id == zhao.child
    assert look(case).asker_id == zhao.person_id
    do(browser, case, "submit")
    page = said(browser.get(f"/my/cases/{case}/"))
    assert str(zhao.child_name) in page
    assert "已经收到" in page
    with logged_in_as("job"), acting(job(DESK)):
        assert papers.papers_of_matter(selectors.SUBJECT, case)[0].wording.applicant == zhao.child_name
    browser.post("/my/about/", {"person": f"{zhao.person_id:09d}"})


def test_a_health_service_and_one_that_is_not_there_are_not_applied_for_here(browser):
    assert browser.get("/my/apply/HEA-01/").status_code == 404
    assert browser.get("/my/apply/XXX-01/").status_code == 404


# ---- answering, withdrawing, rating ----


def test_a_correction_is_answered_with_a_photo(browser):
    case = apply(browser)
    do(browser, case, "submit")
    step(case, Act.CORRECT, Given(items=("photo",), words="请补近期照片。"))
    page = browser.get(f"/my/cases/{case}/")
    assert "缺材料，等您补" in said(page)
    assert "请补近期照片。" in said(page)
    assert do(browser, case, "supply").status_code == 422
    assert state(case) == "correction_required"
    hand_in(browser, case, "photo", photo())  # all of it is here: no second button
    assert state(case) == "submitted"
    assert "supply" not in browser.get(f"/my/cases/{case}/").content.decode()


def test_what_silence_accepted_takes_a_photo_and_says_so_where_it_is_followed(browser, zhao, monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setenv("TONGDENG_TODAY", (clock.today() - timedelta(days=20)).isoformat())
        case = submitted(zhao, REST)
    nightly()
    assert state(case) == "accepted"
    step(case, Act.ASK_PAPERS, Given(items=("photo",), words="请补照片。"))
    assert "我们没有做到，对不起" in said(browser.get("/my/messages/"))
    page = browser.get(f"/my/cases/{case}/").content.decode()
    followed = {"number": look(case).number, "code": re.search(r"查询码.*?num\">([^<]+)<", page)[1]}
    assert "还缺的材料" in said(Client().post("/follow/", followed))
    assert hand_in(browser, case, "photo", photo()).status_code == 302
    assert held(case)["photo"] == "given"


def test_a_gap_is_closed_when_all_that_was_promised_is_here(browser):
    case = apply(browser)
    do(browser, case, "submit")
    rest = {code for code, how in held(case).items() if how == "missing"} - {"photo", *REST.materials}
    step(case, Act.NOTE_MATERIALS, Given(materials={**REST.materials, **dict.fromkeys(rest, Held.GIVEN)}))
    step(case, Act.ACCEPT_WITH_GAPS, Given(words="五天内补照片。"))
    assert "还要您补材料" in said(browser.get(f"/my/cases/{case}/"))
    assert hand_in(browser, case, "photo", photo()).status_code == 302
    assert held(case)["photo"] == "given"
    assert look(case).person_due_on is None


def test_an_application_is_withdrawn_and_another_can_be_begun(browser):
    case = apply(browser)
    do(browser, case, "submit")
    assert do(browser, case, "withdraw").status_code == 302
    assert "已经撤回" in said(browser.get(f"/my/cases/{case}/"))
    assert hand_in(browser, case, "photo", photo()).status_code == 422
    assert apply(browser) != case


def test_what_is_done_is_rated_once_and_only_from_one_to_five(browser, zhao):
    case = begin(zhao).id
    step(case, Act.NOTE_MATERIALS, Given(materials=dict.fromkeys(held(case), Held.GIVEN)))
    for act, who in ((Act.SUBMIT, "clerk"), (Act.ACCEPT, "clerk"), (Act.REVIEW, "police"), (Act.GRANT, "police"),
                     (Act.ISSUE, "police"), (Act.SERVE, "clerk"), (Act.COMPLETE, "clerk")):  # fmt: skip
        step(case, act, who=who)
    assert "办得怎么样？" in said(browser.get(f"/my/cases/{case}/"))
    assert do(browser, case, "rate", stars="9").status_code == 422
    assert do(browser, case, "rate", stars="2", words="等得久。").status_code == 302
    page = said(browser.get(f"/my/cases/{case}/"))
    assert "您的评价：不满意" in page
    assert "办得怎么样？" not in page
    assert do(browser, case, "rate", stars="5").status_code == 302  # the same form again: one act
    assert look(case).progress["stars"] == 2


def test_the_end_of_a_refusal_is_not_told_as_done(browser, zhao):
    opened = begin(zhao)
    step(opened.id, Act.NOTE_MATERIALS, Given(materials=dict.fromkeys(held(opened.id), Held.GIVEN)))
    for act in (Act.SUBMIT, Act.ACCEPT, Act.REVIEW):
        step(opened.id, act, who="police")
    step(opened.id, Act.REFUSE, Given(reason="not_entitled", words="在本县居住不满半年。"), who="police")
    step(opened.id, Act.ISSUE, who="police")
    key = {"number": opened.number, "code": opened.code}
    for page in (browser.get(f"/my/cases/{opened.id}/"), Client().post("/follow/", key)):
        assert "没有批准，决定书正在送给您" in said(page)
        assert "做好了" not in said(page)
    step(opened.id, Act.SERVE)
    step(opened.id, Act.COMPLETE)
    last = clock.today() + timedelta(days=60)
    for page in (browser.get(f"/my/cases/{opened.id}/"), Client().post("/follow/", key)):
        assert "没有批准，决定书已经给您" in said(page)
        assert f"{last.month}月{last.day}日" in said(page)
        assert "办完了" not in said(page)
    assert "没有批准，决定书已经给您" in said(browser.get("/my/cases/"))
    with logged_in_as("job"), acting(job(DESK)):
        newest = next(one for one in notify.letters_of([zhao.person_id]) if one.about.id == opened.id)
    assert newest.kind == "case.refusal_served"
    assert "不予" in signed_in("police").get(f"/cases/{opened.id}/").content.decode().split("<ol")[1]


def test_somebody_else_was_quicker_and_nothing_is_lost(browser):
    case = apply(browser)
    do(browser, case, "submit")
    seen = str(look(case).version)
    step(case, Act.CORRECT, Given(items=("photo",), words="请补照片。"))
    answer = browser.post(f"/my/cases/{case}/act", {"act": "withdraw", "seen": seen, "token": "late"})
    assert answer.status_code == 422
    assert "已经有人办了" in said(answer)
    assert state(case) == "correction_required"


# ---- without an account ----


def test_with_number_and_code_anybody_follows_and_no_name_is_shown(zhao, browser):
    opened = begin(zhao)
    step(opened.id, Act.SUBMIT)
    anybody = Client()
    assert anybody.get("/follow/").status_code == 200
    page = anybody.post("/follow/", {"number": opened.number, "code": opened.code.lower()})
    assert page.status_code == 200
    assert "已经收到，正在看材料齐不齐" in said(page)
    assert "还缺的材料" in said(page)
    assert zhao.name not in said(page)
    assert "有查询码的人" in said(browser.get("/my/looks/"))  # and the person learns of it
    wrong = anybody.post("/follow/", {"number": opened.number, "code": "0000-0000-0000-0000"})
    unknown = anybody.post("/follow/", {"number": "261123-000000000", "code": opened.code})
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert "没有对上" in said(wrong)
    assert "没有对上" in said(unknown)


def test_guesses_are_counted_and_locked(zhao):
    anybody = Client(REMOTE_ADDR="192.0.2.77")
    answers = [
        anybody.post("/follow/", {"number": "261123-000000001", "code": "AAAA-BBBB-CCCC-DDDD"}).status_code
        for _ in range(12)
    ]
    assert answers[0] == 422
    assert answers[-1] == 429
