"""Papers are issued once, never change, and are checked by anybody without a word about whose they are."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.test import Client

from tests.databases import logged_in_as, owner_here
from tests.posts import COUNTY, EAST, SERVING, WEST, signed_in, staffed
from tests.residents import residents, signed_in_at_my
from tongdeng.access.selectors import acting
from tongdeng.access.types import RESIDENT
from tongdeng.audit.types import Actor, command
from tongdeng.kernel import ids
from tongdeng.kernel.errors import Text
from tongdeng.papers import actions
from tongdeng.papers.models import Paper
from tongdeng.papers.types import Addressee, Issued, Matter

pytestmark = pytest.mark.usefixtures("small_county")
CONTENT = {
    "service": Text("居住证办理", "Residence permit"), "accepted_on": date(2026, 11, 20),
    "statutory_by": date(2026, 12, 18), "promised_by": date(2026, 12, 1),
}  # fmt: skip
ORGAN = Text("示例县公安局", "Public Security Bureau")


@pytest.fixture(scope="module")
def who(small_county) -> Any:
    """Somebody who can sign in at /my/."""
    return residents()[0]


def issue(who: Any, number: int, step: str = "") -> Issued:
    with acting(staffed("office")) as by:
        return actions.issue_paper(
            kind="acceptance", matter=Matter("test.case", number, step), organ=ORGAN, content=CONTENT, by=by,
            to=Addressee(who.person_id, who.name, who.territory, "B", SERVING),
        )  # fmt: skip


def said(response: Any) -> str:
    return re.sub(r"<[^>]+>", "", response.content.decode())


def test_a_second_click_finds_the_paper_of_the_first(who):
    first = issue(who, 1)
    assert issue(who, 1) == first
    assert issue(who, 1, "second").id != first.id


def test_what_was_issued_never_changes_and_is_not_taken_away(who):
    made = issue(who, 2)
    for change in ("UPDATE papers_paper SET kind = 'refusal'", "UPDATE papers_paper SET made_at = now()",
                   "DELETE FROM papers_paper"):  # fmt: skip
        with pytest.raises(DatabaseError, match="issued"), acting(staffed("office")), connection.cursor() as cursor:
            cursor.execute(f"{change} WHERE id = %s", [made.id])
    with acting(staffed("office")), connection.cursor() as cursor:
        # Guards the lines above: the row is there to be changed, and its place may follow the person.
        cursor.execute("UPDATE papers_paper SET territory = territory WHERE id = %s", [made.id])
        assert cursor.rowcount == 1
    for table in ("papers_check", "papers_ended", "papers_print"):
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")


COPY = """
INSERT INTO papers_paper (kind, subject_kind, subject_id, step, person_id, territory, domain, desks, number, digest,
  content_sealed, made_at)
SELECT kind, subject_kind, subject_id, step, person_id, territory, domain, desks, '1', digest, content_sealed, made_at
FROM papers_paper WHERE id = %s"""


def test_two_who_issue_at_once_make_one_paper(who, monkeypatch):
    from tests.databases import at_once, by_both
    from tongdeng.papers import selectors

    staffed("office")
    # The number is drawn when somebody has looked and not yet written.
    monkeypatch.setattr(selectors, "next_serial", by_both(selectors.next_serial))
    made, second = at_once([lambda: issue(who, 3)] * 2)
    assert made == second
    # Guards the lines above: it is the database that lets nobody write the second.
    with pytest.raises(IntegrityError, match="once"), acting(staffed("office")), connection.cursor() as cursor:
        cursor.execute(COPY, [made.id])


def check(number: str, code: str, file: bytes | None = None) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    sent: dict[str, Any] = {"number": number, "code": code}
    if file is not None:
        sent["file"] = SimpleUploadedFile("paper.pdf", file, "application/pdf")
    return Client(enforce_csrf_checks=True).post("/verify/", sent)


def test_anybody_who_holds_a_paper_checks_it_and_learns_nothing_of_whose_it_is(who):
    made = issue(who, 4)
    with acting(staffed("office")) as by:
        _, pdf = actions.print_paper(paper_id=made.id, by=by)
    number, code = made.wording.number, made.wording.code
    genuine = check(number, code.lower().replace("-", " "))
    assert genuine.status_code == 200
    assert "真实" in said(genuine)
    assert "示例县公安局" in said(genuine)
    assert "没有改动" not in said(genuine)
    assert "没有改动" in said(check(number, code, pdf))
    assert "不是这里出具的那一份" in said(check(number, code, pdf.replace(b"%PDF-1.7", b"%PDF-1.6")))
    for answer in (genuine, check(number, code, pdf)):
        assert who.name not in said(answer)
        assert ids.show(who.person_id) not in said(answer)
        assert "居住证办理" not in said(answer)  # what it was about is nobody's business either


def test_a_wrong_number_and_a_wrong_code_are_answered_alike(who):
    made, other = issue(who, 5), issue(who, 6)
    wrong = [check(made.wording.number, other.wording.code), check("受〔2026〕9999999-0", made.wording.code),
             check("没有", made.wording.code)]  # fmt: skip
    assert {one.status_code for one in wrong} == {422}
    assert len({re.sub(r'value="[^"]*"', "", one.content.decode()) for one in wrong}) == 1
    assert check(made.wording.number, made.wording.code).status_code == 200  # guards the line above


def test_guessing_is_stopped_by_address_and_keeps_nobody_from_signing_in(who):
    from tongdeng.org import actions as org

    made = issue(who, 7)
    answers = [check(made.wording.number, "AAAA-BBBB-CCCC").status_code for _ in range(7)]
    assert answers[:4] == [422] * 4
    assert answers[-1] == 429
    by = command("test")
    for n in range(62):
        org.count_try(name=f"verify {n}", address="verify 127.0.0.1", how="verify", by=by)
    assert check(made.wording.number, made.wording.code).status_code == 429
    assert org.count_try(name="somebody", address="127.0.0.1", how="password", by=by).locked_until is None
    with owner_here() as owner:
        owner.execute("DELETE FROM org_attempt")


def test_a_post_elsewhere_does_not_find_it_and_the_own_one_reads_and_prints_it(who):
    made = issue(who, 8)
    place = who.territory
    elsewhere = WEST if place != WEST else EAST
    for address in (f"/papers/{made.id}/", f"/papers/{made.id}/paper.pdf"):
        assert signed_in("clerk", elsewhere).get(address).status_code == 404
        assert signed_in("clerk", place).get(address).status_code == 200
    page = signed_in("clerk", place).get(f"/papers/{made.id}/")
    assert who.name in said(page)
    assert "行政许可法" in said(page)
    pdf = signed_in("clerk", place).get(f"/papers/{made.id}/paper.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert who.name not in pdf.headers["Content-Disposition"]
    listed = signed_in("office", COUNTY).get(f"/people/{ids.show(who.person_id)}/papers/")
    assert made.wording.number in said(listed)


def test_the_person_reads_it_at_my_and_somebody_else_does_not(who):
    made = issue(who, 9)
    mine = signed_in_at_my(who)
    assert made.wording.number in said(mine.get(f"/my/papers/{made.id}/"))
    assert mine.get(f"/my/papers/{made.id}/paper.pdf").content.startswith(b"%PDF-")
    assert "受理通知书" in said(mine.get("/my/messages/"))
    other = signed_in_at_my(residents()[-1])
    assert other.get(f"/my/papers/{made.id}/").status_code == 404


def test_somebody_who_applies_at_my_has_the_receipt_at_once_and_none_for_others(who):
    other, mine = residents()[-1], Actor(purpose=RESIDENT, origin="portal")
    content = {"service": "居住证办理", "received_on": date(2026, 11, 23), "answer_by": date(2026, 11, 24)}

    def receipt(whose: Any, number: int) -> Issued:
        return actions.issue_paper(
            kind="receipt", matter=Matter("test.case", number), organ=ORGAN, content=content, by=mine,
            to=Addressee(whose.person_id, whose.name, whose.territory, "B", SERVING),
        )  # fmt: skip

    with acting(mine, person=who.person_id):
        made = receipt(who, 20)
    assert check(made.wording.number, made.wording.code).status_code == 200
    with pytest.raises(DatabaseError, match="row-level security"), acting(mine, person=who.person_id):
        receipt(other, 21)


def test_its_words_lie_sealed(who):
    made = issue(who, 10)
    with logged_in_as("job"), acting(command("measure")):
        row = Paper.objects.get(pk=made.id)
    assert who.name.encode() not in bytes(row.content_sealed)
    assert len(bytes(row.digest)) == 32
