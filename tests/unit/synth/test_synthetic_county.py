import csv
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import pytest

from tongdeng.kernel.citizen_id import born_on, is_valid, sex
from tongdeng.kernel.errors import UnusableInput
from tongdeng.synth import divisions, files, mistakes, places
from tongdeng.synth.likeness import CROWDED

AS_OF = date(2026, 11, 23)
NUMBER_COLUMNS = ("公民身份号码", "身份证件号", "监护人身份证号", "儿童身份证号", "母亲身份证号", "承租人证件号")
ROLLS = ("police", "hrss", "education", "housing", "deliveries", "immunisation")


def written(out: Path, *, people: int = 600, seed: int = 7, noise: int = 1) -> dict[str, bytes]:
    made = files.write_county(people=people, seed=seed, out=out, as_of=AS_OF, noise=noise)
    return {path.name: path.read_bytes() for path in made}


def rows(content: bytes) -> list[dict[str, str]]:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> dict[str, bytes]:
    return written(tmp_path_factory.mktemp("clean"), noise=0)


@pytest.fixture(scope="module")
def noisy(tmp_path_factory) -> dict[str, bytes]:
    return written(tmp_path_factory.mktemp("noisy"), noise=3)


def test_the_same_seed_gives_the_same_bytes(tmp_path, noisy):
    assert written(tmp_path, noise=3) == noisy


def test_another_seed_gives_other_people(tmp_path, noisy):
    assert written(tmp_path, noise=3, seed=8)["police.csv"] != noisy["police.csv"]


def test_noise_changes_the_rolls_but_not_the_county(clean, noisy):
    def people(made: dict[str, bytes]) -> set[str]:
        return {r["person"] for r in rows(made["truth.csv"])}

    assert people(noisy) <= people(clean)
    assert clean["residents-return.csv"] == noisy["residents-return.csv"]


@pytest.mark.parametrize("people", [1, 7, 600])
def test_exactly_as_many_migrants_as_asked_for_live_there(people):
    county, _ = files.make_county(people, 7, AS_OF)
    assert sum(person.is_here and not person.is_local for person in county.people) == people


def test_each_open_migrant_has_one_open_police_row_without_noise(clean):
    open_rows = [r for r in rows(clean["police.csv"]) if not r["离开日期"] and r["户籍区划"] != "990101"]
    assert len(open_rows) == 600


def test_without_noise_every_number_is_valid_and_agrees_with_its_row(clean):
    for roll in ROLLS:
        for row in rows(clean[f"{roll}.csv"]):
            for column in NUMBER_COLUMNS:
                if number := row.get(column):
                    assert is_valid(number, AS_OF)
            own = row.get("公民身份号码") or row.get("身份证件号")
            if own and "出生日期" in row:
                assert born_on(own) == date.fromisoformat(row["出生日期"])
                assert sex(own) == {"男": "male", "女": "female"}[row["性别"]]


def test_without_noise_a_person_always_carries_the_same_name_and_number(clean):
    truth = {(r["file"], int(r["row"])): r["person"] for r in rows(clean["truth.csv"])}
    seen: dict[str, set[tuple[str, str]]] = {}
    for roll in ROLLS:
        for number, row in enumerate(rows(clean[f"{roll}.csv"]), 1):
            name = next(row[c] for c in ("姓名", "学生姓名", "承租人姓名", "儿童姓名") if c in row)
            own = next(row[c] for c in ("公民身份号码", "身份证件号", "承租人证件号", "儿童身份证号") if c in row)
            if person := truth[f"{roll}.csv", number]:
                seen.setdefault(person, set()).add((name, own))
    assert all(len(identities) == 1 for identities in seen.values())
    numbers = Counter(own for identities in seen.values() for _, own in identities if own)
    assert max(numbers.values()) == 1


def test_without_noise_no_row_comes_twice(clean):
    for roll in ROLLS:
        lines = clean[f"{roll}.csv"].splitlines()
        assert len(lines) == len(set(lines))


def test_only_babies_lack_a_number_without_noise(clean):
    without = [r for r in rows(clean["police.csv"]) if not r["公民身份号码"]]
    assert all((AS_OF - date.fromisoformat(r["出生日期"])).days <= 300 for r in without)
    assert len({(r["姓名"], r["出生日期"], r["性别"]) for r in without}) == len(without)


def test_no_number_has_a_real_prefix_and_no_phone_is_real(noisy):
    wide = str.maketrans("０１２３４５６７８９", "0123456789")
    for roll in ROLLS:
        for row in rows(noisy[f"{roll}.csv"]):
            for column in NUMBER_COLUMNS:
                number = row.get(column, "").translate(wide)
                assert number == "无" or number.startswith(("99", "9.9", "000000")) or not number
            for column in ("联系电话", "监护人电话", "承租人电话", "房主电话"):
                assert row.get(column, "").startswith(("100", "0000-")) or not row.get(column)


def test_the_truth_has_a_line_for_each_row_of_each_roll(noisy):
    truth = Counter(r["file"] for r in rows(noisy["truth.csv"]))
    assert truth == {f"{roll}.csv": len(rows(noisy[f"{roll}.csv"])) for roll in ROLLS}


def test_the_truth_of_a_vacant_dwelling_is_nobody(noisy):
    truth = [r["person"] for r in rows(noisy["truth.csv"]) if r["file"] == "housing.csv"]
    vacant = [not r["起租日期"] for r in rows(noisy["housing.csv"])]
    assert [not person for person in truth] == vacant
    assert any(vacant)


def test_noise_makes_people_who_left_look_as_if_they_lived_here(clean, noisy):
    def open_rows(made: dict[str, bytes]) -> int:
        return sum(not r["离开日期"] for r in rows(made["police.csv"]))

    assert open_rows(noisy) > open_rows(clean)


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(UnusableInput) as refused:
        files.write_county(people=1, seed=1, out=tmp_path / "taken", as_of=AS_OF)
    assert refused.value.code == "synth.out.unusable"


@pytest.mark.parametrize(("people", "noise"), [(0, 1), (5, 4), (5, -1)])
def test_impossible_wishes_are_refused(tmp_path, people, noise):
    with pytest.raises(UnusableInput):
        files.write_county(people=people, seed=1, out=tmp_path, as_of=AS_OF, noise=noise)


@pytest.mark.parametrize("as_of", [date(2024, 2, 29), date(2026, 1, 1), date(2012, 7, 15)])
def test_any_day_can_be_the_day(tmp_path, as_of):
    files.write_county(people=200, seed=3, out=tmp_path, as_of=as_of, noise=0)
    for roll in ROLLS:
        for row in rows((tmp_path / f"{roll}.csv").read_bytes()):
            past = [row[c] for c in row if c.endswith("日期") and c not in ("离开日期", "退租日期", "入学日期")]
            assert max(past, default="") <= as_of.isoformat()


def test_the_demo_county_has_its_fourteen_towns_and_two_hundred_and_ten_communities():
    levels = Counter(row.level for row in divisions.DEMO_COUNTY)
    assert levels == {"county": 1, "town": 14, "community": 210}
    names = Counter((row.parent, row.name_zh) for row in divisions.DEMO_COUNTY)
    assert max(names.values()) == 1
    assert len({row.code for row in divisions.DEMO_COUNTY}) == 225


def test_credit_codes_follow_their_standard():
    assert places.credit_code("91350100M000100Y4") == "91350100M000100Y43"


def test_nobody_comes_from_the_county_itself():
    assert all(home.code.startswith("99") and home.code != "990101" for home in places.HOME_COUNTIES)
    assert len({home.code for home in places.HOME_COUNTIES}) == len(places.HOME_COUNTIES)


def test_a_wrong_digit_never_leaves_a_valid_number(clean):
    chance = Random("digits")
    for row in rows(clean["hrss.csv"])[:200]:
        number = row["公民身份号码"]
        for slip in (mistakes.wrong_digit, mistakes.swapped_digits):
            assert not is_valid(slip(number, chance), AS_OF)


def test_residents_are_mostly_served_a_little_better(clean):
    _, reach = files.make_county(50, 7, AS_OF)
    better = [
        int(r["已服务人数"]) / int(r["应服务人数"]) > reach.rate(r["社区代码或乡镇代码"], r["事项编码"])
        for r in rows(clean["residents-return.csv"])
        if r["社区代码或乡镇代码"].endswith("000") and int(r["应服务人数"]) > 50
    ]
    assert sum(better) / len(better) > 0.6


def test_a_county_full_of_doubles_has_them_and_the_usual_one_does_not(tmp_path):
    def namesakes(county) -> int:
        return sum(n - 1 for n in Counter((p.name, p.sex, p.born_on) for p in county.people).values())

    usual, _ = files.make_county(1000, 7, AS_OF)
    crowded, _ = files.make_county(1000, 7, AS_OF, CROWDED)
    assert namesakes(crowded) > 50 > 5 > namesakes(usual)
    children = Counter((p.guardian.key, p.name) for p in crowded.people if p.guardian)
    assert max(children.values()) == 1
    made = [
        files.write_county(people=300, seed=7, out=tmp_path / again, as_of=AS_OF, likeness=CROWDED) for again in "ab"
    ]
    assert [path.read_bytes() for path in made[0]] == [path.read_bytes() for path in made[1]]
