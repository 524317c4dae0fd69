"""Papers handed in at /my/: taken, looked at, given back, taken back, and opened through their case alone."""

import re
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.applying import apply, do, field, hand_in, held, said
from tests.cases import accepted, begin, look, step
from tests.databases import logged_in_as
from tests.files import pdf, photo
from tests.posts import signed_in
from tests.residents import Resident, residents, signed_in_at_my
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK, RESIDENT
from tongdeng.audit.types import Actor, job
from tongdeng.desk import selectors
from tongdeng.desk.models import Case
from tongdeng.desk.types import Act, Given, Held
from tongdeng.documents.models import Document


@pytest.fixture(scope="module")
def zhao(small_county) -> Resident:
    return residents()[0]


@pytest.fixture(scope="module")
def other(small_county) -> Resident:
    return residents()[1]


@pytest.fixture(scope="module")
def browser(zhao) -> Any:
    return signed_in_at_my(zhao)


def test_a_photo_is_taken_noted_and_given_back_through_its_case_alone(browser):
    case, second = apply(browser), apply(browser)
    assert hand_in(browser, case, "photo", photo()).status_code == 302
    assert held(case)["photo"] == "given"
    page = browser.get(f"/my/cases/{case}/").content.decode()
    link = re.search(rf"/my/cases/{case}/documents/(\d+)/", page)
    assert link
    answer = browser.get(link[0])
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    assert browser.get(f"/my/cases/{second}/documents/{link[1]}/").status_code == 404


def test_a_pdf_comes_back_whole(browser):
    case = apply(browser)
    assert hand_in(browser, case, "photo", pdf(), "file").status_code == 302
    link = re.search(rf"/my/cases/{case}/documents/\d+/", browser.get(f"/my/cases/{case}/").content.decode())
    assert link
    whole = b"".join(browser.get(link[0]).streaming_content)
    assert whole.startswith(b"%PDF")
    assert whole.rstrip().endswith(b"%%EOF")


def test_what_cannot_be_used_is_refused_in_words_and_nothing_is_kept(browser):
    case = apply(browser)
    for data, words in ((b"MZ\x90\x00 a program", "只收照片"), (b"", "文件是空的")):
        answer = hand_in(browser, case, "photo", data)
        assert answer.status_code == 422
        assert words in said(answer)
    browser.cookies["django_language"] = "en"
    english = said(hand_in(browser, case, "photo", b"MZ\x90\x00 a program"))
    del browser.cookies["django_language"]
    assert "Photos (JPEG, PNG) and PDF are taken; this is neither. Take a photo of it, or save it as PDF." in english
    nothing = browser.post(f"/my/cases/{case}/hand-in", {"material": "photo"})
    assert nothing.status_code == 422
    assert "请选一张照片" in said(nothing)
    assert held(case)["photo"] == "missing"
    assert hand_in(browser, case, "marriage_certificate", photo()).status_code == 404


def test_what_was_handed_in_before_for_the_same_service_is_used_again(browser):
    first, again = apply(browser), apply(browser)
    hand_in(browser, first, "photo", photo())
    page = browser.get(f"/my/cases/{again}/").content.decode()
    assert "交过的那一份" in page
    sent = {"material": "photo", "again": field(page, "again")}
    assert browser.post(f"/my/cases/{again}/hand-in", sent).status_code == 302
    assert held(again)["photo"] == "given"


def test_what_was_handed_in_for_another_service_is_not_offered_nor_taken(browser):
    first = apply(browser)
    hand_in(browser, first, "photo", photo())
    link = re.search(rf"/my/cases/{first}/documents/(\d+)/", browser.get(f"/my/cases/{first}/").content.decode())
    assert link
    other_service = apply(browser, "PSB-08")
    assert "photo" in held(other_service)
    page = browser.get(f"/my/cases/{other_service}/").content.decode()
    assert "交过的那一份" not in page
    sent = {"material": "photo", "again": link[1]}
    assert browser.post(f"/my/cases/{other_service}/hand-in", sent).status_code == 422
    assert held(other_service)["photo"] == "missing"


def test_a_paper_about_health_is_looked_at_and_given_back_and_nowhere_kept(browser, zhao):
    browser.post("/my/about/", {"person": f"{zhao.child:09d}"})
    assert "当场还给您" in said(browser.get("/my/apply/EDU-03/"))
    case = apply(browser, "EDU-03")
    page = browser.get(f"/my/cases/{case}/").content.decode()
    assert "带到窗口看一下" in page
    assert 'id="file-residence_proof"' in page or held(case)["residence_proof"] == Held.KNOWN  # guards the next line
    assert 'id="file-health_check"' not in page
    refused = hand_in(browser, case, "health_check", photo())
    assert refused.status_code == 422
    assert "不收也不存" in said(refused)
    clerk = signed_in("clerk")
    page = clerk.get(f"/cases/{case}/")
    assert "看过就还给本人" in said(page)
    assert 'value="health_check"' not in page.content.decode().partition('id="material"')[2].partition("</select>")[0]
    assert hand_in(clerk, case, "health_check", photo(), "file", "/cases").status_code == 422
    with logged_in_as("job"), acting(job(DESK)):
        assert selectors.documents_of(Case.objects.get(pk=case)) == []
    step(case, Act.NOTE_MATERIALS, Given(materials={"health_check": Held.GIVEN}))
    assert "看过，已经还给本人" in said(clerk.get(f"/cases/{case}/"))
    assert "看过，已经还给本人" in said(browser.get(f"/my/cases/{case}/"))
    browser.post("/my/about/", {"person": f"{zhao.person_id:09d}"})


def test_a_photo_sent_by_mistake_is_taken_back_and_its_key_is_gone(browser, other):
    case = apply(browser)
    for _ in range(2):
        hand_in(browser, case, "photo", photo())
    page = browser.get(f"/my/cases/{case}/").content.decode()
    first, second = re.findall(r'action="(/my/cases/\d+/documents/\d+/take-back)"', page)
    assert signed_in_at_my(other).post(first).status_code == 404
    assert browser.post(first).status_code == 302
    assert held(case)["photo"] == "given"  # the other one is still here
    assert browser.post(first).status_code == 404
    assert browser.post(second).status_code == 302
    assert held(case)["photo"] == "missing"
    with logged_in_as("job"), acting(job(DESK)):
        gone = Document.objects.filter(subject_kind=selectors.SUBJECT, subject_id=case)
        assert [(one.key_sealed, one.erased_at is not None) for one in gone] == [(None, True)] * 2
    assert browser.get(first.removesuffix("take-back")).status_code == 404
    hand_in(browser, case, "photo", photo())
    do(browser, case, "submit")
    page = browser.get(f"/my/cases/{case}/").content.decode()
    assert "take-back" not in page
    late = re.search(rf"/my/cases/{case}/documents/\d+/", page)
    assert late
    refused = browser.post(f"{late[0]}take-back")
    assert refused.status_code == 422
    assert "现在不能取回" in said(refused)


def test_by_sql_a_resident_takes_a_document_back_and_changes_nothing_else_in_it(browser, zhao):
    case = apply(browser)
    hand_in(browser, case, "photo", photo())
    change = "UPDATE documents_document SET {} WHERE subject_kind = 'desk.case' AND subject_id = %s"
    for what in ("material = 'id_card'", "desks = ARRAY[]::text[]", "erased_at = now()", "valid_until = '2099-01-01'"):
        with (
            acting(Actor(RESIDENT, origin="portal"), person=zhao.person_id),
            connection.cursor() as cursor,
            pytest.raises(DatabaseError),
            transaction.atomic(),
        ):
            cursor.execute(change.format(what), [case])


def test_the_copy_holds_the_cases_with_each_step_and_the_own_words(browser, zhao):
    case = accepted(zhao)
    step(case, Act.REVIEW, who="police")
    step(case, Act.REFUSE, Given(reason="not_entitled", words="在本县居住不满半年。"), who="police")
    copied = browser.get("/my/data/copy.json").json()
    mine = next(one for one in copied["cases"] if one["number"] == look(case).number)
    assert mine["state"] == "decided_refused"
    assert [one["act"] for one in mine["steps"]][-2:] == ["review", "refuse"]
    assert mine["steps"][-1]["words"] == "在本县居住不满半年。"
    assert "行政复议" in mine["steps"][-1]["remedies"]


def test_staff_take_papers_in_and_open_them_through_the_case_alone(zhao):
    case, second = begin(zhao).id, begin(zhao).id
    clerk = signed_in("clerk")
    page = clerk.get(f"/cases/{case}/").content.decode()
    assert "收一份材料" in page
    assert hand_in(clerk, case, "photo", photo(), "file", "/cases").status_code == 302
    assert held(case)["photo"] == "given"
    link = re.search(rf"/cases/{case}/documents/(\d+)/", clerk.get(f"/cases/{case}/").content.decode())
    assert link
    assert b"".join(clerk.get(link[0]).streaming_content).startswith(b"\xff\xd8")
    assert clerk.get(f"/cases/{second}/documents/{link[1]}/").status_code == 404
    assert signed_in("hrss").get(link[0]).status_code == 404  # another department: the case is not before it
    assert signed_in("police").get(link[0]).status_code == 200
    refused = hand_in(clerk, case, "photo", b"MZ a program", "file", "/cases")
    assert refused.status_code == 422
    assert "只收照片" in said(refused)


def test_nothing_is_taken_in_for_a_case_that_is_decided(zhao):
    case = accepted(zhao)
    step(case, Act.REVIEW, who="police")
    step(case, Act.GRANT, who="police")
    clerk = signed_in("clerk")
    assert "收一份材料" not in clerk.get(f"/cases/{case}/").content.decode()
    assert hand_in(clerk, case, "photo", photo(), "file", "/cases").status_code == 422
