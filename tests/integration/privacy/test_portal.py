"""What a resident meets at /my/: sign-in by code, own data, who looked, requests with their answers."""

import json
import re

import pytest
from django.db import connection
from django.test import Client

from tests.databases import logged_in_as, owner_here
from tests.posts import signed_in, staffed
from tests.residents import Resident, messages, newest_code, residents, signed_in_at_my, work_off
from tongdeng.access.selectors import acting
from tongdeng.access.types import PRIVACY, RESIDENT
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor, job
from tongdeng.kernel import ids
from tongdeng.privacy import selectors as privacy

PAGES = (
    "", "data/", "data/copy/", "looks/", "requests/", "choices/", "ask/correct/?subject=phone&source=police",
    "ask/delete/", "ask/restrict/", "ask/explain/", "ask/complain/", "uses/", "notices/register/", "notices/under_14/",
)  # fmt: skip
SENT = "如果这个号码登记过"


@pytest.fixture(scope="module")
def people(determined_county) -> list[Resident]:
    return residents()


@pytest.fixture(scope="module")
def parent(people) -> Resident:
    assert people[0].child
    return people[0]


@pytest.fixture(scope="module")
def browser(parent) -> Client:
    return signed_in_at_my(parent)


def said(answer) -> str:
    return answer.content.decode()


# ---- coming in ----


def ask(phone: str) -> Client:
    client = Client()
    assert client.post("/my/sign-in/", {"phone": phone}).headers["Location"] == "/my/code/"
    return client


def try_code(client: Client, code: str, number_end: str = "", born_on: str = ""):
    return client.post("/my/code/", {"code": code, "number_end": number_end, "born_on": born_on})


def without_token(answer) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", said(answer))


def test_without_a_sign_in_every_page_leads_to_it(determined_county):
    client = Client()
    for page in PAGES:
        if page != "uses/":
            assert client.get(f"/my/{page}").headers["Location"] == "/my/sign-in/", page


def test_known_and_unknown_phones_are_answered_alike(people):
    before = len(messages())
    known, unknown = ask(people[1].phone).get("/my/code/"), ask("10099999999").get("/my/code/")
    assert without_token(known) == without_token(unknown)
    assert SENT in said(known)
    work_off()
    assert [one["to"] for one in messages()[before:]] == [people[1].phone]  # guards: only one of them was known


def test_the_code_alone_opens_nobody_and_a_wrong_fact_tells_nothing(people):
    who = people[2]
    client = ask(who.phone)
    work_off()
    code = newest_code(who.phone)
    assert try_code(client, code).status_code == 422
    wrong_fact = try_code(client, code, "0000")
    wrong_code = try_code(client, "000000" if code != "000000" else "111111", who.number[-4:])
    assert wrong_fact.status_code == wrong_code.status_code == 422
    assert "没有对上" in said(wrong_fact)
    assert "没有对上" in said(wrong_code)
    assert try_code(client, code, who.number[-4:]).headers["Location"] == "/my/"  # guards the lines above
    assert try_code(client, code, who.number[-4:]).status_code == 302  # already in: nothing is tried again


def test_a_code_is_used_once_and_dies_after_five_tries(people):
    who = people[3]
    client = ask(who.phone)
    work_off()
    code = newest_code(who.phone)
    for _ in range(5):
        try_code(client, "000000" if code != "000000" else "111111", who.number[-4:])
    assert try_code(client, code, who.number[-4:]).status_code == 422


def test_a_code_is_for_the_browser_that_asked(people):
    who = people[4]
    ask(who.phone)
    work_off()
    other = ask("10088888888")
    assert try_code(other, newest_code(who.phone), who.number[-4:]).status_code == 422


def test_a_fourth_code_within_a_quarter_of_an_hour_is_refused_whoever_asks():
    for _ in range(3):
        ask("10077777777")
    refused = Client().post("/my/sign-in/", {"phone": "10077777777"})
    assert refused.status_code == 429
    assert "次数太多" in said(refused)


def test_those_who_share_a_phone_each_open_their_own_record_alone(people):
    one, other = people[5], people[6]
    with logged_in_as("job"), acting(job(PRIVACY)):
        from tongdeng.people.models import Identity

        mine = Identity.objects.get(person_id=one.person_id)
        Identity.objects.filter(person_id=other.person_id).update(
            phone_index=mine.phone_index, phone_sealed=mine.phone_sealed
        )
    for who in (one, other):
        client = ask(one.phone)
        work_off()
        assert try_code(client, newest_code(one.phone), who.number[-4:]).headers["Location"] == "/my/"
        page = said(client.get("/my/", follow=True)) + said(client.get("/my/data/"))
        assert who.name in page
        assert (other if who is one else one).name not in page


def test_codes_and_phones_are_kept_as_blind_indexes_only(people):
    with owner_here() as owner:
        rows = owner.execute("SELECT row_to_json(c)::text FROM privacy_challenge c").fetchall()
        sent = owner.execute("SELECT row_to_json(m)::text FROM notify_message m WHERE state = 'sent'").fetchall()
    told = " ".join(row[0] for row in rows + sent)
    assert rows
    assert sent
    assert not any(one["to"] in told for one in messages())
    assert "验证码" not in told
    assert '"text_sealed":null' in sent[0][0]


def test_staff_and_residents_have_sessions_that_open_nothing_of_the_other(browser, parent):
    staff = signed_in("office")
    assert staff.get("/my/data/").headers["Location"] == "/my/sign-in/"
    assert browser.get("/people/").headers["Location"].startswith("/sign-in/")
    swapped = Client()
    swapped.cookies["sessionid"] = browser.cookies["tongdeng_my"].value
    swapped.cookies["tongdeng_my"] = staff.cookies["sessionid"].value
    assert swapped.get("/people/").headers["Location"].startswith("/sign-in/")
    assert swapped.get("/my/").headers["Location"] == "/my/sign-in/"


def test_signing_out_ends_the_session_on_the_server(people):
    client = signed_in_at_my(people[7])
    kept = client.cookies["tongdeng_my"].value
    assert client.post("/my/sign-out/").headers["Location"] == "/my/sign-in/"
    thief = Client()
    thief.cookies["tongdeng_my"] = kept
    assert thief.get("/my/").headers["Location"] == "/my/sign-in/"


def test_no_password_opens_anything_where_there_is_no_demo(determined_county):
    answer = Client().post("/my/sign-in/", {"username": "resident", "password": "demo-resident"})
    assert answer.status_code == 422


# ---- what is held ----


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_every_page_opens_and_the_first_is_small(browser, lang):
    browser.cookies["django_language"] = lang
    opened = {page: browser.get(f"/my/{page}") for page in PAGES}
    browser.cookies["django_language"] = "zh-hans"
    for page, found in opened.items():
        assert found.status_code == 200, page
        assert len(found.content) < 100_000, page
        assert "style=" not in said(found)


def test_numbers_are_masked_on_pages_and_whole_in_the_copy(browser, parent):
    page = said(browser.get("/my/data/")) + said(browser.get("/my/data/copy/"))
    assert parent.number not in page
    assert parent.phone not in page
    copy = json.loads(browser.get("/my/data/copy.json").content)
    assert copy["person"] == ids.show(parent.person_id)
    whole = json.dumps(copy, ensure_ascii=False)
    assert parent.number in whole
    assert {one["source"] for one in copy["records"]} >= {"police"}


def test_a_copy_masks_what_a_row_says_of_others(browser):
    records = json.loads(browser.get("/my/data/copy.json").content)["records"]
    said_of_others = [
        value for one in records for key, value in one["values"].items() if key.startswith(("landlord_", "mother_"))
    ]
    assert all("*" in str(value) for value in said_of_others)


def test_a_parent_turns_to_the_child_and_nobody_else(browser, parent, people):
    assert browser.post("/my/about/", {"person": f"{people[-1].person_id:09d}"}).status_code == 404
    assert browser.post("/my/about/", {"person": f"{parent.child:09d}"}).status_code == 302
    try:
        first = browser.get("/my/")
        assert first.headers["Location"] == "/my/notices/under_14/"  # what is special to children comes first
        browser.get("/my/notices/under_14/")
        assert parent.child_name in said(browser.get("/my/data/"))
        assert "敏感" in said(browser.get("/my/choices/"))
    finally:
        browser.post("/my/about/", {"person": f"{parent.person_id:09d}"})


def test_a_look_by_staff_is_read_at_once_with_who_and_why(browser, parent):
    clerk = signed_in("clerk")
    assert clerk.get(f"/people/{ids.show(parent.person_id)}/").status_code == 200
    page = said(browser.get("/my/looks/"))
    assert "查看个人页面" in page
    assert "岗位" in page


def test_looks_at_a_child_and_under_a_former_id_are_told_and_at_others_not(parent, people):
    former, stranger = next(iter(ids.draw(1))), people[-1].person_id
    with owner_here() as owner:
        owner.execute("ALTER TABLE people_person NO FORCE ROW LEVEL SECURITY")
        owner.execute(
            "INSERT INTO people_person (id, territory, created_at, survivor_id)"
            " SELECT %s, territory, created_at, id FROM people_person WHERE id = %s",
            [former, parent.person_id],
        )
        owner.execute("ALTER TABLE people_person FORCE ROW LEVEL SECURITY")
    for person in (former, parent.child, stranger):
        audit.record("people.person.viewed", by=staffed("clerk"), subjects=[person])
    with acting(Actor(purpose=RESIDENT, origin="portal"), person=parent.person_id):
        before = len(privacy.looks_at(parent.person_id))
        assert privacy.looks_at(parent.child)[0].act.code == "people.person.viewed"
        assert privacy.looks_at(stranger) == []
    with acting(Actor(purpose=RESIDENT, origin="portal"), person=stranger):
        assert privacy.looks_at(stranger)  # guards the line above
        assert privacy.looks_at(parent.child) == []
    with acting(Actor(purpose=RESIDENT, origin="portal"), person=parent.person_id), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_looks_at(%s, '{}', NULL, 50)", [parent.person_id])
        assert cursor.fetchone()[0] < before  # guards the former id: by the present one alone there are fewer


# ---- asking and answering ----


def make(browser: Client, kind: str, query: str = "", words: str = "电话是错的，应该是另一个。") -> int:
    answer = browser.post(f"/my/ask/{kind}/{query}", {"words": words})
    assert answer.status_code == 302, said(answer)
    return int(answer.headers["Location"].rstrip("/").rpartition("/")[2])


def test_a_correction_goes_to_the_source_and_its_answer_returns(browser):
    number = make(browser, "correct", "?subject=phone&source=police")
    assert "公安局" in said(browser.get(f"/my/requests/{number}/"))
    assert "更正处理中" in said(browser.get("/my/data/"))
    assert signed_in("hrss").get(f"/requests/{number}/").status_code == 404
    police = signed_in("police")
    assert "要求更正：电话" in said(police.get("/requests/"))
    answer = {"outcome": "done", "words": "已在登记里改好，明天的名册会带过来。", "remedy": ""}
    assert police.post(f"/requests/{number}/answer", answer).status_code == 302
    page = said(browser.get(f"/my/requests/{number}/"))
    assert answer["words"] in page
    assert "更正处理中" not in said(browser.get("/my/data/"))
    assert police.post(f"/requests/{number}/answer", answer).status_code == 403  # answered once and for all


def test_a_refusal_needs_its_reason_and_where_to_turn_to(browser):
    number, office = make(browser, "complain"), signed_in("office")
    bare = {"outcome": "refused", "words": "", "remedy": "网信办"}
    assert office.post(f"/requests/{number}/answer", bare).status_code == 422
    without = {"outcome": "refused", "words": "查过了，没有这回事。", "remedy": ""}
    assert office.post(f"/requests/{number}/answer", without).status_code == 422
    whole = {**without, "remedy": "可以向上级网信部门投诉。"}
    assert office.post(f"/requests/{number}/answer", whole).status_code == 302
    page = said(browser.get(f"/my/requests/{number}/"))
    assert "没有照办" in page
    assert whole["remedy"] in page


def test_the_database_itself_takes_no_refusal_without_its_reason(browser):
    from django.db import IntegrityError

    from tongdeng.privacy.models import Request

    number = make(browser, "explain")
    with pytest.raises(IntegrityError, match="refusal_has_reason"), acting(staffed("office")):
        Request.objects.filter(pk=number).update(outcome="refused")


def test_more_time_is_taken_once_with_a_reason_that_is_read(browser):
    number, office = make(browser, "restrict"), signed_in("office")
    assert office.post(f"/requests/{number}/extend", {"reason": ""}).status_code == 422
    assert office.post(f"/requests/{number}/extend", {"reason": "要等档案调来。"}).status_code == 302
    assert office.post(f"/requests/{number}/extend", {"reason": "还要等。"}).status_code == 422
    assert "要等档案调来" in said(browser.get(f"/my/requests/{number}/"))
    assert office.post(
        f"/requests/{number}/answer", {"outcome": "done", "words": "已限制。", "remedy": ""}
    ).status_code == 302  # fmt: skip
    assert said(browser.get("/my/choices/")).count("现在：不可以") == 2  # what is optional has stopped


def test_a_request_is_handed_to_the_desk_that_can_answer(browser):
    number, office, education = make(browser, "explain"), signed_in("office"), signed_in("education")
    assert education.get(f"/requests/{number}/").status_code == 404
    handed = {"desk": "education", "reason": "是学籍的事。"}
    assert office.post(f"/requests/{number}/hand-over", handed).status_code == 302
    assert education.get(f"/requests/{number}/").status_code == 200
    late = {"outcome": "done", "words": "好", "remedy": ""}
    assert office.post(f"/requests/{number}/answer", late).status_code == 403  # it left this desk
    assert "转交教育局：是学籍的事。" in said(browser.get(f"/my/requests/{number}/"))


def test_nobody_is_told_that_everything_is_gone_while_it_is_not(browser):
    number = make(browser, "delete")
    claim = {"outcome": "done", "words": "全部删除了。", "remedy": ""}
    refused = signed_in("office").post(f"/requests/{number}/answer", claim)
    assert refused.status_code == 422
    assert "还没有删除" in said(refused)


def test_others_requests_are_not_found(browser, people):
    number = make(browser, "explain")
    other = signed_in_at_my(people[8])
    assert other.get(f"/my/requests/{number}/").status_code == 404


def test_a_message_is_sent_only_to_whoever_agreed(people):
    who = people[9]
    client, office, before = signed_in_at_my(who), signed_in("office"), len(messages())
    answer = {"outcome": "done", "words": "解释如下。", "remedy": ""}
    office.post(f"/requests/{make(client, 'explain')}/answer", answer)
    work_off()
    assert len(messages()) == before
    client.post("/my/choices/messages/", {"answer": "yes"})
    office.post(f"/requests/{make(client, 'explain')}/answer", answer)
    work_off()
    assert [one["to"] for one in messages()[before:]] == [who.phone]
    assert "解释" not in messages()[-1]["text"]


def test_a_consent_is_taken_back_as_easily_as_it_was_given(people):
    client = signed_in_at_my(people[10])
    for answer, now in (("yes", "现在：可以"), ("no", "现在：不可以")):
        assert client.post("/my/choices/messages/", {"answer": answer}).status_code == 302
        assert now in said(client.get("/my/choices/")).partition("短信告诉您")[2]
    assert client.post("/my/choices/serve/", {"answer": "no"}).status_code == 404  # no duty is optional
