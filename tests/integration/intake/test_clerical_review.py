"""Clerical review: what is asked, who may answer, what an answer does, and how it is taken back."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from tests.databases import SmallCounty
from tests.doubts import EAST, WEIGHTS, person, store
from tests.posts import COUNTY, signed_in
from tongdeng.insight.exports import link_quality
from tongdeng.intake import actions as intake
from tongdeng.intake.exports import review
from tongdeng.intake.models import Doubt as Row
from tongdeng.intake.types import Doubt
from tongdeng.kernel import ids
from tongdeng.kernel.errors import UnusableInput
from tongdeng.people import selectors as registry
from tongdeng.people.exports import merges

AS_OF = date(2026, 11, 23)
pytestmark = pytest.mark.usefixtures("small_county")
TOWN = "990101001000"


@pytest.fixture
def ask(small_county: SmallCounty, as_job: Callable[..., Any]) -> Callable[..., tuple[int, int, int]]:
    """Open a doubt about two new persons and return its number and theirs."""

    def run(kind: str = "proposal", left: Any = None, right: Any = None) -> tuple[int, int, int]:
        with as_job("intake") as by:
            one, other = person(by, **(left or {})), person(by, name="吴海艳", **(right or {}))
            assert intake.open_doubts(doubts=[Doubt(one, other, None, kind, WEIGHTS)], by=by) == 1
            return Row.objects.get(person_id=one, closed_at=None).pk, one, other

    return run


def reopened(as_job: Callable[..., Any], doubt: int) -> Row:
    """Return a doubt as it stands now."""
    with as_job():
        return Row.objects.get(pk=doubt)


def test_a_doubt_lies_with_the_smallest_place_that_holds_both(ask, as_job):
    assert reopened(as_job, ask()[0]).territory == EAST
    assert reopened(as_job, ask(right={"community": "990101001002"})[0]).territory == TOWN
    assert reopened(as_job, ask(right={"community": "990101002001"})[0]).territory == COUNTY


def test_an_open_pair_is_not_asked_twice_and_a_different_one_only_on_new_evidence(ask, as_job, acting_as):
    doubt, one, other = ask()
    again = [Doubt(other, one, None, "row", WEIGHTS)]
    with as_job() as by:
        assert intake.open_doubts(doubts=again, by=by) == 0
    with acting_as("worker", EAST) as by:
        assert intake.decide(doubt_id=doubt, verdict="different", by=by).outcome == "kept_apart"
    with as_job() as by:
        assert intake.open_doubts(doubts=again, by=by) == 0
        with connection.cursor() as cursor:
            cursor.execute("UPDATE people_identity SET born_on = '1992-04-13' WHERE person_id = %s", [other])
        assert intake.open_doubts(doubts=again, by=by) == 1


def test_one_clerk_merges_two_persons_and_takes_it_back(ask, as_job, acting_as):
    doubt, one, other = ask()
    with acting_as("worker", EAST) as by:
        decided = intake.decide(doubt_id=doubt, verdict="same", by=by)
        assert decided.outcome == "merged"
        assert merges.current(other) == merges.current(one)
    with as_job() as by:
        intake.settle_change(change_id=decided.change.id, by=by)
        assert merges.current(other) == merges.current(one)
    with acting_as("worker", EAST) as by:
        intake.undo_decision(doubt_id=doubt, by=by)
        assert (merges.current(one), merges.current(other)) == (one, other)
        assert doubt in [found.pk for found in review.waiting(review.Queue(EAST), by)]


def test_what_touches_money_needs_a_second_clerk_who_is_another(ask, as_job, acting_as):
    doubt, one, other = ask(right={"is_insured": True})
    assert reopened(as_job, doubt).needs_two
    with acting_as("worker", EAST) as by:
        assert intake.decide(doubt_id=doubt, verdict="same", by=by).outcome == "waits"
        assert merges.current(other) == other
        assert doubt not in [found.pk for found in review.waiting(review.Queue(EAST), by)]
        with pytest.raises(UnusableInput) as refused:
            intake.decide(doubt_id=doubt, verdict="same", by=by)
    assert refused.value.code == "intake.doubt.same_clerk"
    with acting_as("clerk", EAST) as by:
        assert doubt in [found.pk for found in review.waiting(review.Queue(EAST, "second"), by)]
        assert intake.decide(doubt_id=doubt, verdict="same", by=by).outcome == "merged"
        assert merges.current(other) == merges.current(one)


def test_who_keeps_two_persons_apart_needs_nobody_else(ask, acting_as):
    doubt, _, other = ask(right={"is_insured": True})
    with acting_as("worker", EAST) as by:
        assert intake.decide(doubt_id=doubt, verdict="different", by=by).outcome == "kept_apart"
        assert merges.current(other) == other


def test_two_who_disagree_leave_it_to_the_level_above(ask, as_job, job_login, acting_as):
    doubt, one, other = ask(right={"is_insured": True})
    with acting_as("worker", EAST) as by:
        intake.decide(doubt_id=doubt, verdict="same", by=by)
    with acting_as("clerk", EAST) as by:
        assert intake.decide(doubt_id=doubt, verdict="different", by=by).outcome == "sent_up"
    with acting_as("office", EAST) as by, pytest.raises(UnusableInput) as refused:
        intake.decide(doubt_id=doubt, verdict="same", by=by)
    assert refused.value.code == "intake.doubt.above"
    with job_login() as by:
        intake.send_up(doubt_id=doubt, by=by)
    assert reopened(as_job, doubt).territory == TOWN
    with acting_as("clerk", EAST) as by:
        assert review.find_doubt(doubt) is None
    with acting_as("town", TOWN) as by:
        assert intake.decide(doubt_id=doubt, verdict="same", by=by).outcome == "merged"
        assert merges.current(other) == merges.current(one)


def test_who_cannot_say_puts_it_back_with_a_note_and_names_who_could(ask, as_job, acting_as):
    doubt, _, _ = ask()
    with acting_as("worker", EAST) as by:
        decided = intake.decide(doubt_id=doubt, verdict="unsure", note="等本人来", settler="police", by=by)
        assert decided.outcome == "put_back"
        assert doubt not in [found.pk for found in review.waiting(review.Queue(EAST), by)]
        assert doubt in [found.pk for found in review.waiting(review.Queue(EAST, "later"), by)]
    row = reopened(as_job, doubt)
    assert (row.note, row.settler, row.closed_at) == ("等本人来", "police", None)
    assert row.ask_on > AS_OF


def test_an_answered_doubt_is_not_answered_again(ask, acting_as):
    doubt, _, _ = ask()
    with acting_as("worker", EAST) as by:
        intake.decide(doubt_id=doubt, verdict="different", by=by)
        with pytest.raises(UnusableInput) as refused:
            intake.decide(doubt_id=doubt, verdict="same", by=by)
    assert refused.value.code == "intake.doubt.closed"


def test_a_merge_taken_back_on_the_persons_page_is_not_asked_again(ask, as_job, acting_as):
    doubt, one, other = ask()
    with acting_as("worker", EAST) as by:
        change = intake.decide(doubt_id=doubt, verdict="same", by=by).change
        intake.take_back_change(change_id=change.id, by=by)
        assert (merges.current(one), merges.current(other)) == (one, other)
    assert reopened(as_job, doubt).verdict == "different"
    with as_job() as by:
        assert intake.open_doubts(doubts=[Doubt(one, other, None, "proposal", WEIGHTS)], by=by) == 0


def test_a_wrong_link_of_a_sample_gets_a_person_of_its_own_and_counts_against_the_model(as_job, acting_as):
    with as_job() as by:
        found = []
        for _ in range(3):
            one = person(by)
            record, _ = store(by, one, "housing", name="吴海艳", born_on="1992-04-12", sex="female")
            found.append((one, record))
        drawn = [Doubt(one, one, record, "sample", WEIGHTS) for one, record in found]
        assert intake.open_doubts(doubts=drawn, by=by) == 3
        assert intake.open_doubts(doubts=drawn, by=by) == 0
        numbers = dict(Row.objects.filter(kind="sample", closed_at=None).values_list("record_id", "pk"))
    with acting_as("worker", EAST) as by:
        right, wrong = numbers[found[0][1]], numbers[found[1][1]]
        assert intake.decide(doubt_id=right, verdict="same", by=by).outcome == "confirmed"
        decided = intake.decide(doubt_id=wrong, verdict="different", by=by)
        assert decided.outcome == "parted"
        assert decided.change.other_id != found[1][0]
        assert decided.change.records == (found[1][1],)
    with as_job():
        (measured,) = link_quality.link_precision()
    assert (measured.method, measured.model, measured.right, measured.checked, measured.open) == (
        "probable-1", "linkage-1", 1, 2, 1,
    )  # fmt: skip
    assert measured.low is not None
    assert measured.low < 0.5 < (measured.high or 0)


def test_the_police_does_not_review(ask):
    doubt, _, _ = ask()
    assert signed_in("police").get("/review/").status_code == 403
    assert signed_in("police").get(f"/review/{doubt}/").status_code == 403
    assert signed_in("police").post(f"/review/{doubt}/decide", {"verdict": "same"}).status_code == 403


# ---- pages ----


def test_answering_opens_the_next_doubt_with_a_way_back(ask, as_job):
    first, _, other = ask()
    second, _, _ = ask()
    clerk = signed_in("worker", EAST)
    page = clerk.get(f"/review/{first}/").content.decode()
    assert "吴海<mark>燕</mark>" in page
    assert "吴海<mark>艳</mark>" in page
    assert "差一个字" in page
    answer = clerk.post(f"/review/{first}/decide", {"verdict": "same", "settler": "person"})
    assert answer.status_code == 302
    following = clerk.get(answer["Location"])
    assert "已合并" in following.content.decode()
    assert f"/review/{first}/undo" in following.content.decode()
    back = clerk.post(f"/review/{first}/undo")
    assert back["Location"].startswith(f"/review/{first}/")
    with as_job():
        assert merges.current(other) == other
    assert reopened(as_job, second).closed_at is None


def test_numbers_stay_masked_and_only_the_places_that_differ_are_shown(ask):
    number, wrong = "990303199204120027", "990303199204120072"
    doubt, _, _ = ask(left={"id_claimed": number}, right={"id_claimed": wrong})
    page = signed_in("worker", EAST).get(f"/review/{doubt}/").content.decode()
    assert "9903**********00<mark>27</mark>" in page
    assert "第 17、18 位" in page
    assert number not in page


def test_two_valid_numbers_are_shown_and_cannot_be_answered_same(ask):
    doubt, _, _ = ask(left={"id_number": "990303199204120027"}, right={"id_number": "990303199204120043"})
    clerk = signed_in("worker", EAST)
    page = clerk.get(f"/review/{doubt}/").content.decode()
    assert "不能合并" in page
    assert 'value="same"' not in page
    answer = clerk.post(f"/review/{doubt}/decide", {"verdict": "same"})
    assert answer.status_code == 422
    assert "更正" in answer.content.decode()


def test_records_are_parted_and_taken_back_on_pages(as_job, acting_as):
    with as_job() as by:
        one = person(by)
        record, _ = store(by, one, "housing", name="吴海艳", born_on="1992-04-12", sex="female")
    clerk, ref = signed_in("worker", EAST), ids.show(one)
    assert "分出记录" in clerk.get(f"/people/{ref}/").content.decode()
    preview = clerk.get(f"/people/{ref}/split/?record={record}").content.decode()
    assert "分开以后" in preview
    answer = clerk.post(f"/people/{ref}/split/", {"record": str(record)})
    assert answer.status_code == 302
    person_page = clerk.get(answer["Location"]).content.decode()
    assert "已分出" in person_page
    with as_job():
        (noted,) = merges.standing_changes(one)
    url = f"/review/changes/{noted.change.id}/"
    assert url in person_page
    assert "撤回拆分" in clerk.get(url).content.decode()
    assert clerk.post(url)["Location"].startswith(f"/people/{ref}/")
    with as_job():
        assert merges.current(noted.change.other_id) == one


def test_the_queue_filters_and_says_when_it_is_empty(ask):
    ask(kind="row")
    office = signed_in("office")
    page = office.get("/review/").content.decode()
    assert "新来的记录像已有的人" in page
    assert "/review/quality/" in page
    assert office.get("/review/quality/").status_code == 200
    assert "没有要核对的" in signed_in("worker", "990101003001").get("/review/").content.decode()


def test_a_post_parts_a_record_without_a_stay_and_a_job_takes_it_to_the_county(as_job, job_login, acting_as):
    with as_job() as by:
        one = person(by)
        record, _ = store(by, one, "hrss", name="吴海艳", born_on="1992-04-12", sex="female")
    with acting_as("worker", EAST) as by:
        change = intake.part_records(person_id=one, records=[record], by=by)
        assert registry.territories([change.other_id]) == {change.other_id: EAST}
    with job_login() as by:
        intake.settle_change(change_id=change.id, by=by)
    with as_job():
        assert registry.territories([one, change.other_id]) == {one: EAST, change.other_id: COUNTY}


def test_what_was_recorded_after_a_merge_is_listed_when_the_merge_is_taken_back(ask, as_job):
    doubt, one, other = ask()
    clerk = signed_in("worker", EAST)
    clerk.post(f"/review/{doubt}/decide", {"verdict": "same"})
    with as_job() as by:
        survivor = merges.current(one)
        store(by, survivor, "housing", name="吴海燕", born_on="1992-04-12", sex="female")
        (noted,) = merges.standing_changes(survivor)
    url = f"/review/changes/{noted.change.id}/"
    assert "留在原处" in clerk.get(url).content.decode()
    answer = clerk.post(url)
    assert answer["Location"] == url
    page = clerk.get(url).content.decode()
    assert "已经撤回" in page
    assert "出租房屋" in page
    assert f"/people/{ids.show(survivor)}/split/" in page
    assert clerk.post(url).status_code == 422
    with as_job():
        assert (merges.current(one), merges.current(other)) == (one, other)
