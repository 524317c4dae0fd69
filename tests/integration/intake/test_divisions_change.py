"""The map changes on a day: nobody is lost or doubled, figures keep their sums, rights and open work follow."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.databases import AS_OF, SmallCounty, owner_here
from tests.posts import COUNTY, EAST, staffed
from tongdeng.access import actions as access
from tongdeng.access.selectors import acting, personal_tables
from tongdeng.audit.types import command
from tongdeng.delivery import actions as delivery
from tongdeng.insight import actions as insight
from tongdeng.insight import selectors as figures
from tongdeng.intake import actions, tasks
from tongdeng.intake.exports import preview, totals
from tongdeng.intake.types import Doubt
from tongdeng.kernel import citizen_id
from tongdeng.kernel.errors import TongdengError
from tongdeng.org import selectors as org
from tongdeng.org.exports import ChangesFaulty
from tongdeng.org.types import Level
from tongdeng.people import actions as people
from tongdeng.work import actions as work

HEAD = "日期,变更,原代码,新代码,新名称,English name,划入地址,说明\n"
A, B, D, E = EAST, "990101001002", "990101001004", "990101001005"
MERGED, MOVED = "990101001031", "990101002031"
OLD_TOWN, NEW_TOWN = "990101100000", "990101109000"
ROLL = "姓名,公民身份号码,社区代码,现居住地址,流入日期\n"
BY = command("intake")


def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Read as a job, which sees the whole county."""
    with acting(command("measure")), connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def planned(text: str) -> tuple[int, list[Any]]:
    lines = actions.judge_changes(file=(HEAD + text).encode(), name="变更.csv", by=BY)
    with acting(BY):
        effects = preview(lines, AS_OF)
    return actions.plan_changes(lines=lines, by=BY), effects


def changed(text: str) -> dict[str, int]:
    planned(text)
    return actions.carry_out_due(on=AS_OF, by=BY)


def by_place(table: str = "people_person") -> Counter[str]:
    return Counter(dict(rows(f"SELECT territory, count(*) FROM {table} GROUP BY 1")))


def everything() -> dict[str, int]:
    """Return how many rows each personal table has: no change of the map may add or lose one.

    But for what the tests themselves add: a task, a doubt, and a snapshot with each determination.
    """
    tables = personal_tables().keys() - {"work_task", "intake_doubt", "snapshots_number"}
    return {table: sum(by_place(table).values()) for table in tables}


def stays() -> list[tuple[Any, ...]]:
    return sorted(rows("SELECT person_id, record_id, community, territory, starts_on, ends_on FROM people_stay"))


@pytest.fixture(scope="module", autouse=True)
def county(determined_county: SmallCounty, job_login: Callable[..., Any]) -> Iterator[SmallCounty]:
    """The small county on its day, worked on by the commands' login."""
    with pytest.MonkeyPatch.context() as patch, job_login():
        patch.setenv("TONGDENG_TODAY", AS_OF.isoformat())
        yield determined_county


@pytest.fixture(scope="module")
def crowded(county: SmallCounty) -> str:
    """The community with most addresses that no other test changes."""
    found = rows(
        "SELECT community FROM people_stay WHERE ends_on IS NULL AND community > '990101101000' AND rank = 1"
        " GROUP BY community ORDER BY count(DISTINCT address) DESC LIMIT 1"
    )
    return str(found[0][0])


def parts_of(code: str) -> tuple[str, str]:
    return code[:9] + "032", code[:9] + "033"


@pytest.fixture(autouse=True)
def nobody_is_lost_or_doubled(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold for every change in this file: tables keep their rows, and resolving everybody anew changes nothing."""
    before = everything()
    yield
    if "roll" not in request.node.name:  # a roll brings people of its own
        assert everything() == before
    told = stays()
    with acting(BY):
        people.rebuild(persons=[row[0] for row in rows("SELECT id FROM people_person")], on=AS_OF, by=BY)
    assert stays() == told
    ended = org.ended_codes(AS_OF).keys()
    for table in personal_tables():
        assert not by_place(table).keys() & ended, table


def test_a_merge_moves_the_people_their_windows_their_tasks_and_the_worker() -> None:
    worker = staffed("worker", EAST)
    before, windows = by_place(), by_place("owed_window")
    open_stay = "SELECT person_id, record_id FROM people_stay WHERE community = %s AND ends_on IS NULL"
    here = rows(f"{open_stay} ORDER BY starts_on, record_id LIMIT 1", A)
    other = rows("SELECT id FROM people_person WHERE territory = %s ORDER BY id LIMIT 1", B)[0][0]
    with acting(BY):
        work.open_tasks(kind="people.review", items=[(*here[0], A)], due_in_days=30, by=BY)
        actions.open_doubts(doubts=[Doubt(here[0][0], other, None, "proposal", {})], by=BY)
    assert by_place("intake_doubt") == {"990101001000": 1}  # the town: what two of its communities share
    sums = {code: figures.figure(AS_OF, code, COUNTY) for code in (*figures.MEASURES, "unknown")}
    _, effects = planned(f"2026-11-02,合并,{A}、{B},{MERGED},新城社区,Xincheng,,县政发〔2026〕9号\n")
    told = totals(effects)
    assert (told["people"], told["windows"], told["tasks"]) == (before[A] + before[B], _open(A) + _open(B), 1)
    assert (told["posts"], told["staff"]) == (1, 1)

    done = actions.carry_out_due(on=AS_OF, by=BY)

    assert (done["changes"], done["people"]) == (2, before[A] + before[B])
    assert by_place() == before - Counter({A: before[A], B: before[B]}) + Counter({MERGED: before[A] + before[B]})
    assert by_place("owed_window")[MERGED] == windows[A] + windows[B] > 0
    assert rows("SELECT territory FROM work_task WHERE person_id = %s", here[0][0]) == [(MERGED,)]
    assert by_place("intake_doubt") == {MERGED: 1}
    with acting(worker), connection.cursor() as cursor:
        cursor.execute("SELECT count(*), min(territory), max(territory) FROM people_person")
        assert cursor.fetchone() == (before[A] + before[B], MERGED, MERGED)
    unit = org.Post.objects.get(pk=worker.post_id).unit
    assert unit.division_id == MERGED
    insight.refresh_everyone(as_of=AS_OF, by=command("determine"))
    for code, was in sums.items():
        now = figures.figure(AS_OF, code, COUNTY)
        assert (now.numerator, now.denominator) == (was.numerator, was.denominator), code


def _open(code: str) -> int:
    return rows("SELECT count(*) FROM owed_window WHERE territory = %s AND status = 'owed'", code)[0][0]


def test_a_merge_reads_open_stays_under_the_new_code_and_leaves_ended_ones() -> None:
    open_ones = rows("SELECT count(*) FROM people_stay WHERE community IN (%s, %s) AND ends_on IS NULL", A, B)
    ended = rows("SELECT count(*) FROM people_stay WHERE community = %s AND ends_on <= '2026-11-02'", MERGED)
    assert (open_ones, ended) == ([(0,)], [(0,)])


def test_a_split_sends_people_by_their_address_and_the_rest_to_the_rest(crowded: str) -> None:
    part, rest = parts_of(crowded)
    homes = rows("SELECT person_id, address FROM people_stay WHERE community = %s AND ends_on IS NULL", crowded)
    word = sorted(str(address) for _, address in homes)[0]
    there = {person for person, address in homes if word in str(address)}
    assert 0 < len(there) < len(homes)

    text = f"2026-11-03,拆分,{crowded},{part},幸福社区,Xingfu,{word},\n2026-11-03,拆分,{crowded},{rest},和平,,,\n"
    _, (effect,) = planned(text)
    assert {one.code: one.stays for one in effect.parts}[part] == len(there)
    actions.carry_out_due(on=AS_OF, by=BY)

    assert {row[0] for row in rows("SELECT id FROM people_person WHERE territory = %s", part)} >= there
    assert by_place()[rest] > 0
    assert by_place()[crowded] == by_place("owed_window")[crowded] == 0
    mixed = rows(
        "SELECT count(*) FROM people_record r JOIN people_link l ON l.record_id = r.id AND l.superseded_at IS NULL"
        " JOIN people_person p ON p.id = l.person_id WHERE p.territory <> r.territory"
    )
    assert mixed == [(0,)]


def test_a_new_name_is_the_name_from_its_day_on() -> None:
    former = org.places(AS_OF)[D].name_zh
    changed(f"2026-11-10,更名,{D},,朝阳社区,Chaoyang,,\n")
    assert org.places(AS_OF)[D].name_zh == "朝阳社区"
    assert org.places(AS_OF.replace(day=9))[D].name_zh == former


def test_a_community_goes_to_another_town() -> None:
    before = by_place()
    changed(f"2026-11-11,改隶,{D},{MOVED},,,,\n")
    assert by_place()[MOVED] == before[D] > 0
    assert org.places(AS_OF)[MOVED].parent == "990101002000"
    assert org.places(AS_OF)[MOVED].name_zh == "朝阳社区"


def test_a_whole_town_moves_with_its_office() -> None:
    office = staffed("town", OLD_TOWN)
    inside = [code for code in by_place() if code.startswith(OLD_TOWN[:9])]
    moved = sum(by_place()[code] for code in inside)
    done = changed(f"2026-11-12,改码,{OLD_TOWN},{NEW_TOWN},,,,\n")
    assert done["changes"] == 16
    assert moved == sum(count for code, count in by_place().items() if code.startswith(NEW_TOWN[:9])) > 0
    post = org.Post.objects.get(pk=office.post_id)
    assert (post.lo, post.hi) == (NEW_TOWN, "990101110000")


def test_what_is_planned_waits_for_its_day_and_can_be_taken_back() -> None:
    plan, _ = planned(f"2027-01-01,改码,{E},990101001041,,,,\n")
    assert actions.carry_out_due(on=AS_OF, by=BY) == {"changes": 0, "people": 0, "rows": 0}
    assert E in org.places(AS_OF)
    assert actions.withdraw_plan(plan=plan, by=BY) == 1
    with pytest.raises(TongdengError) as refused:
        actions.withdraw_plan(plan=plan, by=BY)
    assert refused.value.code == "org.plan.not_waiting"


def test_a_change_that_fails_half_way_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    planned(f"2026-11-13,改码,{E},990101001041,,,,\n")
    before = by_place()

    def fail(**_: Any) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as broken:
        broken.setattr(access, "follow_divisions", fail)
        with pytest.raises(RuntimeError):
            actions.carry_out_due(on=AS_OF, by=BY)
    assert (by_place(), E in org.places(AS_OF)) == (before, True)
    tasks.change_divisions(0)  # what the worker does each hour
    assert E not in org.places(AS_OF)


def test_whoever_places_people_holds_the_map_meanwhile() -> None:
    # An import that read the former map must not end after the map has changed.
    heard: dict[str, bool] = {}

    def may_change(step: str = "", *_: Any) -> bool:
        with owner_here() as another:
            found = another.execute("SELECT pg_try_advisory_xact_lock(hashtext('org.map'))").fetchone()
        heard[step] = bool(found and found[0])
        return heard[step]

    content = f"{ROLL}孙进步,{_number('19910505', '331')},{MERGED},城关街道人民路6号,2026-01-05".encode()
    batch = actions.receive_roll(source="police", path=content, as_at=AS_OF, by=BY, name="名册.csv")
    actions.import_roll(batch_id=batch, path=content, by=BY, dry_run=True, progress=may_change)
    assert "read" in heard
    assert not any(heard.values())
    assert may_change()


def test_the_command_previews_plans_lists_and_takes_back(tongdeng: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "变更.csv"
    file.write_text(HEAD + "2027-03-01,更名,990101002001,,滨河社区,Binhe,,\n", "utf-8")
    dry = json.loads(tongdeng("county", "divisions", file, "--dry-run", "--json").stdout)
    assert (dry["done"], dry["plan"], dry["carried_out"]) == (False, None, 0)
    assert dry["changes"][0]["parts"][0]["name_zh"] == "滨河社区"
    plan = json.loads(tongdeng("county", "divisions", file, "--json").stdout)["plan"]
    listed = json.loads(tongdeng("county", "divisions", "--json").stdout)
    assert [one["state"] for one in listed if one["plan"] == plan] == ["planned"]
    assert json.loads(tongdeng("county", "divisions", "--withdraw", str(plan), "--json").stdout)["withdrawn"] == 1
    file.write_text(HEAD + "2027-03-01,更名,990101002777,,滨河社区,,,\n", "utf-8")
    refused = tongdeng("county", "divisions", file, "--json")
    answer = json.loads(refused.stdout)
    assert (refused.returncode, answer["code"]) == (2, "org.changes.faulty")
    assert [(one["row"], one["code"]) for one in answer["errors"]] == [(1, "org.change.code.not_there")]


def test_faults_leave_nothing_behind() -> None:
    count = len(org.changes())
    with pytest.raises(ChangesFaulty) as refused:
        actions.judge_changes(file=(HEAD + f"2026-13-01,合并,{A},12,,,,\n").encode(), name="变更.csv", by=BY)
    assert [one.code for one in refused.value.faults] == [
        "org.change.date.unreadable", "org.change.code.unreadable",
    ]  # fmt: skip
    assert len(org.changes()) == count


def test_figures_of_the_day_add_up_on_every_map() -> None:
    insight.refresh_everyone(as_of=AS_OF, by=command("determine"))
    october = AS_OF.replace(month=10, day=31)
    for day in (AS_OF, october):
        whole = figures.figure(day, "S1a", COUNTY).denominator
        for on_map in (None, day, AS_OF):
            for level in (Level.TOWN, Level.COMMUNITY):
                found = figures.figures(day, level, measures=("S1a",), on_map=on_map)
                assert sum(one.denominator for one in found) == whole > 0


def test_a_past_day_shows_a_merged_place_and_says_where_a_split_makes_it_inexact(crowded: str) -> None:
    october = AS_OF.replace(month=10, day=31)
    _cell(october, A, 3, 4)
    _cell(october, B, 1, 2)
    _cell(october, crowded, 5, 6)
    found = {one.division: one for one in figures.figures(october, Level.COMMUNITY, measures=("SX",), on_map=AS_OF)}
    assert (found[MERGED].numerator, found[MERGED].denominator, found[MERGED].is_exact) == (4, 6, True)
    assert (found[crowded].denominator, found[crowded].is_exact) == (6, False)
    assert not any(found[part].is_exact for part in parts_of(crowded))
    then = {one.division: one for one in figures.figures(october, Level.COMMUNITY, measures=("SX",))}
    assert (then[A].denominator, then[B].denominator) == (4, 2)
    towns = {one.division: one for one in figures.figures(october, Level.TOWN, measures=("SX",), on_map=AS_OF)}
    assert towns[crowded[:9] + "000"].is_exact


def test_a_return_of_the_new_place_takes_the_place_of_those_of_the_old_ones() -> None:
    def told(place: str, due: int) -> None:
        row = {"year": 2025, "place_code": place, "service": "HRS-01", "due": due, "served": 1}
        with acting(BY):
            delivery.store_returns(batch_id=1, rows=[row], by=BY)

    told(A, 30)
    told(B, 20)
    assert figures.resident_counts(2025)["HRS-01"][1] == 50
    told(MERGED, 55)
    assert figures.resident_counts(2025)["HRS-01"][1] == 55


def _cell(day: Any, code: str, numerator: int, denominator: int) -> None:
    with acting(command("measure")), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO insight_cell (day, measure, community, service, numerator, denominator)"
            " VALUES (%s, 'SX', %s, '', %s, %s)",
            [day, code, numerator, denominator],
        )


def _roll(*lines: str) -> dict[str, Any]:
    content = (ROLL + "\n".join(lines)).encode()
    batch = actions.receive_roll(source="police", path=content, as_at=AS_OF, by=BY, name="名册.csv")
    return {"batch": batch, **actions.import_roll(batch_id=batch, path=content, by=BY)}


def _number(eight: str, three: str) -> str:
    body = "990203" + eight + three
    return body + citizen_id.check_character(body)


def test_a_roll_with_an_old_code_is_read_on_todays_map() -> None:
    line = f"钱进步,{_number('19900505', '331')},{A},城关街道人民路5号,2026-01-05"
    counts = _roll(line)
    assert (counts["accepted"], counts["warnings"], counts["rejected"]) == (1, 1, 0)
    stay = rows("SELECT community, territory FROM people_stay WHERE address = '城关街道人民路5号'")
    assert stay == [(MERGED, MERGED)]
    assert _roll(line, "")["unchanged"] == 1


def test_a_roll_with_the_code_of_a_split_place_is_given_back_with_the_codes_of_today(crowded: str) -> None:
    part, rest = parts_of(crowded)
    counts = _roll(f"钱进步,{_number('19900505', '333')},{crowded},城关街道人民路5号,2026-01-05")
    assert counts["rejected"] == 1
    (finding,) = json.loads(rows("SELECT findings FROM intake_reject WHERE batch_id = %s", counts["batch"])[0][0])
    assert finding["code"] == "community.unknown"
    assert part in finding["zh"]
    assert rest in finding["zh"]
