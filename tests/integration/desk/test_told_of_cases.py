"""Each step that the law wants a paper of has one, and the person is told: once, in the step's transaction."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.cases import ALL_GIVEN, REST, accepted, acting_in, begin, look, nightly, step, submitted
from tests.databases import logged_in_as
from tests.posts import signed_in
from tests.residents import Resident, residents, signed_in_at_my
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK
from tongdeng.audit.types import job
from tongdeng.desk import actions, rules, selectors, story
from tongdeng.desk.errors import StepRefused
from tongdeng.desk.models import Case
from tongdeng.desk.selectors import SUBJECT
from tongdeng.desk.types import Act, Given, Held
from tongdeng.notify import selectors as notify
from tongdeng.notify.exports import languages
from tongdeng.papers import selectors as papers
from tongdeng.papers.exports import kinds
from tongdeng.papers.types import Issued

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setenv("TONGDENG_TODAY", MONDAY.isoformat())


@pytest.fixture(scope="module")
def zhao(small_county) -> Resident:
    return residents()[0]


@pytest.fixture
def on(monkeypatch) -> Callable[[date], None]:
    """Let it be another day."""
    return lambda day: monkeypatch.setenv("TONGDENG_TODAY", day.isoformat())


def issued(case: int) -> list[Issued]:
    with logged_in_as("job"), acting(job(DESK)):
        return papers.papers_of_matter(SUBJECT, case)


def told(case: int) -> list[tuple[str, str]]:
    """Return the kinds and words of the letters about a case, oldest first."""
    with logged_in_as("job"), acting(job(DESK)):
        person = Case.objects.get(pk=case).person_id
        found = [one for one in notify.letters_of([person]) if one.about.id == case]
        return [(one.kind, languages.worded(one.kind, one.fields, "zh")[1]) for one in reversed(found)]


def code_of(case: int) -> str:
    with logged_in_as("job"), acting(job(DESK)):
        return selectors.code_of(Case.objects.get(pk=case))


def words(paper: Issued) -> str:
    return "\n".join(part.text.zh + "".join(f"\n- {item.zh}" for item in part.items) for part in paper.wording.parts)


def test_every_act_with_a_paper_or_a_letter_fits_its_template():
    assert {kind for kind, _ in story.PAPERS.values()} == set(kinds())
    cases = {kind for kind in languages.known()["zh"].messages if kind.startswith("case.")}
    letters = (*story.LETTERS.values(), *story.ON_REFUSAL.values())
    assert {kind for kind, _ in letters} | {"case.followed_up"} == cases
    assert story.PAPERS.keys() <= story.LETTERS.keys()  # whoever gets a paper is told of it


def test_a_granted_case_has_its_receipt_acceptance_and_decision_and_the_person_is_told_of_each(zhao):
    case = accepted(zhao)
    step(case, Act.REVIEW, who="police")
    step(case, Act.GRANT, who="police")
    receipt, acceptance, decision = issued(case)
    assert [one.kind for one in (receipt, acceptance, decision)] == ["receipt", "acceptance", "decision"]
    assert receipt.wording.applicant == zhao.name
    assert "公安" in receipt.wording.organ.zh
    assert "- 居民身份证" in words(receipt)
    assert look(case).number in words(receipt)
    assert "最晚在2026年11月30日告诉您" in words(receipt)  # five working days
    assert "我们承诺在2026年12月7日前" in words(acceptance)
    assert "还要补的材料" not in words(acceptance)
    assert "最晚2026年12月7日送达" in words(decision)  # ten working days
    assert [kind for kind, _ in told(case)] == ["case.received", "case.accepted", "case.granted"]
    assert "最晚2026年12月7日作出决定" in told(case)[1][1]


def test_the_same_step_sent_again_issues_and_tells_nothing_twice(zhao):
    case = begin(zhao).id
    with acting_in("clerk") as by:
        for _ in range(2):
            actions.take_step(case_id=case, act=Act.SUBMIT, seen=1, token="once", by=by)
    assert len(issued(case)) == len(told(case)) == 1


def test_a_correction_lists_everything_and_what_is_supplied_has_a_receipt_of_its_own(zhao, on):
    case = submitted(zhao)
    step(case, Act.CORRECT, Given(items=("photo", "work_proof"), words="照片要近期的。"))
    _, notice = issued(case)
    assert notice.kind == "correction"
    assert f"- {rules.paper_name('work_proof').zh}" in words(notice)
    assert "- 照片要近期的。" in words(notice)
    assert "请在2026年12月14日前补齐" in words(notice)  # fifteen working days
    on(date(2026, 11, 26))
    step(case, Act.SUPPLY, Given(materials={**ALL_GIVEN.materials, "work_proof": ALL_GIVEN.materials["photo"]}))
    assert [one.kind for one in issued(case)] == ["receipt", "correction", "receipt"]
    assert "我们已于2026年11月26日收到" in words(issued(case)[-1])
    assert [kind for kind, _ in told(case)] == ["case.received", "case.correction", "case.received"]


def test_a_refusal_states_reasons_clauses_and_remedies_and_without_reasons_there_is_none(zhao):
    case = accepted(zhao)
    step(case, Act.REVIEW, who="police")
    with pytest.raises(StepRefused):
        step(case, Act.REFUSE, Given(reason="not_entitled"), who="police")
    assert [one.kind for one in issued(case)] == ["receipt", "acceptance"]
    step(case, Act.REFUSE, Given(reason="not_entitled", words="在本县居住不满半年。"), who="police")
    said = words(issued(case)[-1])
    assert issued(case)[-1].kind == "refusal"
    assert "- 在本县居住不满半年。" in said
    assert "- 居住证暂行条例" in said
    assert "向县人民政府申请行政复议" in said
    assert "向县人民法院提起行政诉讼" in said


def test_a_step_whose_paper_cannot_be_written_is_not_taken(zhao, monkeypatch):
    case = accepted(zhao)
    step(case, Act.REVIEW, who="police")
    before = look(case).version
    monkeypatch.setattr("tongdeng.desk.rules.remedy_organs", lambda: ("", ""))
    with pytest.raises(StepRefused) as refused:
        step(case, Act.REFUSE, Given(reason="not_entitled", words="不满半年。"), who="police")
    assert refused.value.code == "desk.step.paper"
    assert look(case).version == before
    assert len(told(case)) == 2


def test_what_fails_after_the_paper_takes_the_paper_with_it(zhao, monkeypatch):
    case = begin(zhao).id

    def fail(**_: Any) -> None:
        raise RuntimeError("the lights went out")

    with monkeypatch.context() as broken:
        broken.setattr("tongdeng.notify.actions.tell", fail)
        with pytest.raises(RuntimeError):
            step(case, Act.SUBMIT)
    assert (issued(case), told(case)) == ([], [])
    step(case, Act.SUBMIT)
    assert len(issued(case)) == len(told(case)) == 1


def test_not_accepted_and_sent_elsewhere_have_a_notice_that_names_reason_and_remedies(zhao):
    case = submitted(zhao)
    step(case, Act.NOT_ACCEPT, Given(reason="not_needed", words="您已经有居住证。"))
    said = words(issued(case)[-1])
    assert "- 依法不需要申请\n- 您已经有居住证。" in said
    assert "行政复议" in said
    other = submitted(zhao)
    step(other, Act.REDIRECT, Given(organ="邻县公安局", words="您住在邻县。"))
    assert "请向邻县公安局申请" in words(issued(other)[-1])
    assert told(other)[-1][0] == "case.redirected"
    assert "要向邻县公安局申请" in told(other)[-1][1]


def test_what_ends_without_a_decision_is_told_as_what_it_was(zhao):
    ended, dropped = submitted(zhao), submitted(zhao)
    step(ended, Act.ASK, Given(asked=Act.TERMINATE, words="已经搬走"))
    step(ended, Act.TERMINATE, Given(reason="lapsed", words="您已经搬走。"), who="office")
    said = words(issued(ended)[-1])
    assert issued(ended)[-1].kind == "termination"
    assert "- 申请事项已经消失\n- 您已经搬走。" in said
    assert "向县人民政府申请行政复议" in said
    assert told(ended)[-1][0] == "case.terminated"
    step(dropped, Act.WITHDRAW_FOR, Given(words="本人到窗口要求"))
    assert "窗口登记，是您要求撤回的。不是您要求的，请马上告诉我们" in told(dropped)[-1][1]
    assert "您自己要求" not in told(dropped)[-1][1]


def test_who_is_handled_again_is_told_so_has_a_receipt_and_their_word_still_stands(zhao):
    case, word = begin(zhao).id, "本人在本县就业，如不属实愿意撤销"
    step(case, Act.COMMIT, Given(materials={"work_proof": Held.COMMITTED}, words=word))
    step(case, Act.NOTE_MATERIALS, Given(materials={**ALL_GIVEN.materials, "study_proof": Held.UNNEEDED}))
    step(case, Act.SUBMIT)
    step(case, Act.NOT_ACCEPT, Given(reason="not_open", words="看错了。"))
    seen = look(case).version
    with acting_in("police") as by:  # the department puts its own mistake right
        again = actions.reopen_case(case_id=case, seen=seen, given=Given(reason="mistake"), token="ours", by=by).id
    assert told(case)[-1][0] == "case.reopened"
    assert "由我们重新办理：办理有误，更正。您不用重新申请" in told(case)[-1][1]
    assert [one.kind for one in issued(again)] == ["receipt"]
    for act in (Act.ACCEPT, Act.REVIEW, Act.GRANT):
        step(again, act, who="police")
    assert word in words(issued(again)[-1])


def test_what_is_revoked_has_its_decision_and_the_grant_is_no_longer_genuine(zhao):
    case = begin(zhao).id
    step(case, Act.COMMIT, Given(materials={"work_proof": Held.COMMITTED}, words="本人在本县就业"))
    step(case, Act.NOTE_MATERIALS, Given(materials={**ALL_GIVEN.materials, "study_proof": Held.UNNEEDED}))
    for act in (Act.SUBMIT, Act.ACCEPT, Act.REVIEW, Act.GRANT, Act.ISSUE, Act.SERVE, Act.COMPLETE):
        step(case, act, who="police")
    receipt, _, decision = issued(case)

    def verified(paper: Issued) -> str:
        typed = {"number": paper.wording.number, "code": paper.wording.code}
        return Client().post("/verify/", typed).content.decode()

    assert "真实：这里出具过这份文书" in verified(decision)
    step(case, Act.ASK, Given(asked=Act.REVOKE, words="核查不属实"), who="police")
    step(case, Act.REVOKE, Given(reason="false_commitment", words="单位查无此人。"), who="office")
    assert "不再有效" in verified(decision)
    assert "真实：这里出具过这份文书" not in verified(decision)
    assert "真实：这里出具过这份文书" in verified(receipt)  # what it says is still so
    revocation = issued(case)[-1]
    assert revocation.kind == "revocation"
    assert "- 承诺的内容不真实\n- 单位查无此人。" in words(revocation)
    assert "该决定依据的书面承诺：本人在本县就业" in words(revocation)
    assert "向县人民法院提起行政诉讼" in words(revocation)
    assert "不再有效" in signed_in("office").get(f"/papers/{decision.id}/").content.decode()


def test_what_deadlines_do_is_told_like_what_people_do(zhao, on):
    silent, late = submitted(zhao), submitted(zhao)
    step(late, Act.CORRECT, Given(items=("photo",), words="请补照片。"))
    on(date(2026, 12, 15))
    nightly()
    nightly()
    acceptance = issued(silent)[-1]
    assert acceptance.kind == "acceptance"
    assert "自2026年11月23日起受理" in words(acceptance)
    assert "依法自收到材料之日起即为受理" in words(acceptance)
    assert [kind for kind, _ in told(silent)] == ["case.received", "case.accepted"]
    assert [kind for kind, _ in told(late)] == ["case.received", "case.correction", "case.withdrawn"]


def test_what_is_in_time_needs_no_explanation(zhao):
    case = accepted(zhao)
    with pytest.raises(StepRefused, match=r"desk\.step\.is_late"):
        step(case, Act.EXPLAIN, Given(reason="workload", words="人手不够", on=MONDAY), who="police")


def test_one_question_at_a_time_and_its_answer(zhao):
    case = submitted(zhao)
    step(case, Act.INQUIRE, Given(words="您现在住几号楼？"))
    with pytest.raises(StepRefused, match=r"desk\.step\.no_question"):
        step(case, Act.INQUIRE, Given(words="还有呢？"))
    step(case, Act.ANSWER, Given(words="三号楼"))
    with pytest.raises(StepRefused, match=r"desk\.step\.has_question"):
        step(case, Act.ANSWER, Given(words="三号楼"))


def test_a_broken_promise_and_a_question_are_told_once_each(zhao, on):
    case = accepted(zhao)
    step(case, Act.REVIEW, who="police")
    step(case, Act.INQUIRE, Given(words="您现在住几号楼？"), who="police")
    on(date(2026, 12, 8))
    with acting_in("police") as by:
        for _ in range(2):
            actions.take_step(
                case_id=case, act=Act.EXPLAIN, seen=7, token="once", by=by,
                given=Given(reason="workload", words="向您致歉。", on=date(2026, 12, 10)),
            )  # fmt: skip
    _, _, question, overdue = told(case)
    assert question == ("case.asked", "“居住证首次申领”的申请有一个问题：您现在住几号楼？")
    assert overdue[0] == "case.overdue"
    assert "申请集中，人手不够。向您致歉。" in overdue[1]
    assert "2026年12月10日办完" in overdue[1]


def test_accepted_with_gaps_the_notice_lists_them(zhao):
    case = submitted(zhao, Given(materials={"id_card": ALL_GIVEN.materials["id_card"], **REST.materials}))
    missing = set(look(case).progress["materials"]) - {"id_card", *REST.materials}
    step(case, Act.NOTE_MATERIALS, Given(materials=dict.fromkeys(missing - {"photo"}, ALL_GIVEN.materials["photo"])))
    step(case, Act.ACCEPT_WITH_GAPS, Given(words="五天内补照片。"))
    assert f"容缺受理，还要补的材料\n- {rules.paper_name('photo').zh}\n" in words(issued(case)[-1])
    assert told(case)[-1][0] == "case.accepted_with_gaps"


def test_the_staff_s_page_of_a_case_leads_to_its_papers(zhao):
    case = accepted(zhao)
    clerk = signed_in("clerk")
    page = clerk.get(f"/cases/{case}/").content.decode()
    links = re.findall(r'href="(/papers/\d+/)"', page)
    assert links == [f"/papers/{one.id}/" for one in issued(case)]
    assert all(clerk.get(link).status_code == 200 for link in links)


def test_what_lets_anybody_follow_a_case_stands_on_the_person_s_receipt_and_not_on_the_staff_s_view(zhao):
    case = submitted(zhao)
    (receipt,), code = issued(case), code_of(case)
    assert code in words(receipt)
    assert code in signed_in_at_my(zhao).get(f"/my/papers/{receipt.id}/").content.decode()
    page = signed_in("police").get(f"/papers/{receipt.id}/").content.decode()
    assert receipt.wording.number in page
    assert code not in page
