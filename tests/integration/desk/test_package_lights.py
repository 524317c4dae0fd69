"""The light of a package: the worst one of its open parts, for whoever sees one of them, on all pages that name it."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.cases import look, step
from tests.databases import logged_in_as
from tests.packages import DONE, INSURANCE, REGISTRATION, all_given, begin, cases_of_package
from tests.posts import signed_in, staffed
from tests.residents import Resident, residents, signed_in_at_my
from tongdeng.access.selectors import acting
from tongdeng.access.types import DESK, RESIDENT
from tongdeng.audit.types import Actor, job
from tongdeng.desk import joints, selectors
from tongdeng.desk.models import Joint
from tongdeng.desk.types import SIGNALS, Act, Signal
from tongdeng.sites.portal.case_words import LIGHTS, light_words

MONDAY, LATE = date(2026, 11, 23), date(2026, 11, 25)  # what was accepted that day was promised for the 24th


@pytest.fixture(scope="module")
def zhao(small_county) -> Resident:
    return residents()[0]


@pytest.fixture
def on(monkeypatch) -> Callable[[date], None]:
    """Let it be another day; it is a Monday at first."""
    monkeypatch.setenv("TONGDENG_TODAY", MONDAY.isoformat())
    return lambda day: monkeypatch.setenv("TONGDENG_TODAY", day.isoformat())


def begun(who: Resident, token: str) -> tuple[int, dict[str, int]]:
    """Return a package of which one part has been accepted, and the other one waits to be."""
    joint = begin(who, REGISTRATION, INSURANCE, token=token).id
    made = cases_of_package(joint)
    all_given(made[INSURANCE])
    step(made[INSURANCE], Act.ACCEPT)
    return joint, made


def light_for(actor: Any, joint: int, day: date) -> Signal:
    with actor:
        return joints.standing_of(Joint.objects.get(pk=joint)).light_on(day)


def part_lights(made: dict[str, int], day: date) -> list[Signal]:
    return [selectors.light_of(look(case), day) for case in made.values()]


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_everybody_who_sees_a_part_reads_the_worst_light_of_all_and_nothing_else_of_the_others(zhao, on):
    joint, made = begun(zhao, "lit")
    assert part_lights(made, LATE) == [Signal.GREEN, Signal.YELLOW]
    readers = {
        "police": acting(staffed("police")), "hrss": acting(staffed("hrss")), "clerk": acting(staffed("clerk")),
        "self": acting(Actor(RESIDENT, origin="portal"), person=zhao.person_id),
    }  # fmt: skip
    seen = {name: light_for(actor, joint, LATE) for name, actor in readers.items()}
    assert seen == dict.fromkeys(readers, Signal.YELLOW)
    with acting(staffed("police")):  # reads the light, and not the part that shows it
        assert [one.service for one in joints.cases_in(Joint.objects.get(pk=joint))] == [REGISTRATION]


def test_it_is_the_worst_of_the_open_parts_on_every_day_and_goes_with_the_part_that_is_over(zhao, on):
    joint, made = begun(zhao, "days")
    with logged_in_as("job"), acting(job(DESK)):
        now = joints.standing_of(Joint.objects.get(pk=joint))
    for day in (MONDAY, date(2026, 11, 24), LATE, date(2026, 12, 1), date(2027, 1, 15)):
        assert now.light_on(day) is max(part_lights(made, day), key=list(Signal).index), day
    on(LATE)
    for act, who in DONE[1:]:
        step(made[INSURANCE], act, who=who or "hrss")
    assert light_for(acting(staffed("clerk")), joint, LATE) is part_lights(made, LATE)[0] is Signal.GREEN


def test_lists_and_pages_say_it_with_the_words_of_the_cases_lights(zhao, on):
    joint, made = begun(zhao, "pages")
    words, browser = LIGHTS[Signal.YELLOW].zh, signed_in_at_my(zhao)
    assert words not in text(browser.get(f"/my/packages/{joint}/"))
    on(LATE)
    assert words in text(browser.get(f"/my/packages/{joint}/"))
    assert "晚了，我要投诉" in text(browser.get(f"/my/packages/{joint}/"))
    assert words in line_of(browser.get("/my/cases/"), f"/my/packages/{joint}/", "</a>")
    police, hrss = signed_in("police"), signed_in("hrss")
    for post, service in ((police, REGISTRATION), (hrss, INSURANCE)):
        box = text(post.get(f"/cases/{made[service]}/")).partition("新来居民“一件事”")[2]
        assert box.strip().startswith(SIGNALS[Signal.YELLOW].zh)
    row = line_of(police.get("/cases/"), f"/cases/{made[REGISTRATION]}/", "</tr>")  # a case that is in time
    assert "新来居民“一件事”" in row
    assert "黄牌" in row
    assert look(made[REGISTRATION]).yellow_on > LATE


def test_a_resident_reads_a_time_where_the_office_reads_a_light_or_a_card():
    office = re.compile("预警|[黄红]牌|amber|yellow|red|card", re.IGNORECASE)
    for light in set(Signal) - {Signal.GREEN}:
        mark, said = light_words(light)
        assert mark == light.value
        assert "时限" in said.zh
        assert not office.search(f"{said.zh} {said.en}")
        assert said != SIGNALS[light]
    assert all(office.search(SIGNALS[light].zh) for light in LIGHTS)  # the office's own words would be found


def line_of(page: Any, link: str, end: str) -> str:
    assert page.status_code == 200
    return re.sub(r"<[^>]+>", " ", str(page.content.decode()).partition(f'"{link}"')[2].partition(end)[0])
