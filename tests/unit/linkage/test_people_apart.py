"""Who must be joined, and who must never be."""

import pytest

from tests.unit.linkage.cast import CHILD, CROWD, FATHER, MOTHER, TWIN, link, linked, number
from tongdeng.linkage.rows import Gathering

PHONE = "10055501234"
BOY = {
    "name": "林梓晨", "born_on": "2018-03-06", "sex": "male", "phone": PHONE, "guardian_name": "王思莹",
    "guardian_id_number": MOTHER,
}  # fmt: skip
MAN = {"name": "林志强", "id_number": FATHER, "born_on": "1988-03-05", "sex": "male", "phone": PHONE}


def claimed(text: str) -> dict[str, str]:
    return {"name": "林志强", "id_claimed": text, "born_on": "1988-03-05", "sex": "male"}


@pytest.mark.parametrize(
    "text",
    [
        FATHER[:8] + "9" + FATHER[9:],  # one digit wrong
        FATHER[:9] + FATHER[10:],  # one lost
        FATHER[:14] + FATHER[15] + FATHER[14] + FATHER[16:],  # two swapped
        FATHER[:15] + "99" + FATHER[17],  # two wrong
    ],
)
def test_a_number_with_a_slip_is_his_own(text):
    first, second = link(MAN, claimed(text))
    assert first == second


def test_an_old_number_with_a_slip_is_compared_at_its_place():
    wrong = FATHER[:6] + FATHER[8:16] + ("0" if FATHER[16] != "0" else "2")
    first, second = link(MAN, claimed(wrong))
    assert first == second


@pytest.mark.parametrize("name", ["林志墙", "林至强", "林 志强", "林志強"])
def test_a_name_with_a_slip_is_his_own(name):
    first, second = link(MAN, {**MAN, "id_number": "", "name": name})
    assert first == second


def test_day_and_month_swapped_are_his_own():
    first, second = link(MAN, {**MAN, "id_number": "", "born_on": "1988-05-03"})
    assert first == second


def test_two_valid_numbers_stay_two_people_whatever_agrees():
    other = {**MAN, "id_number": number("99022119880305459")}
    assert len(set(link(MAN, other, {**MAN, "id_number": ""}))) == 3


def test_twins_stay_two_people():
    girl = {**BOY, "name": "林梓涵"}
    with_numbers = [{**BOY, "id_number": CHILD}, {**girl, "id_number": TWIN}]
    a, b, a_again, b_again = link(*with_numbers, BOY, girl)
    assert (a, b) == (a_again, b_again)
    assert a != b


def test_twins_of_whom_neither_has_a_number_stay_two_people():
    a, b = link(BOY, {**BOY, "name": "林梓涵"})
    assert a != b


def test_a_twin_sister_whose_name_sounds_like_her_brothers_stays_herself():
    boy, girl = {**BOY, "id_number": CHILD}, {**BOY, "name": "林紫晨", "sex": "female"}
    a, b = link(boy, girl)
    assert a != b
    a, again = link(boy, {**girl, "sex": "male"})
    assert a == again


def test_a_younger_brother_of_a_name_that_sounds_alike_stays_himself():
    a, b = link({**BOY, "id_number": CHILD}, {**BOY, "name": "林紫晨", "born_on": "2026-03-06"})
    assert a != b


def test_a_parents_number_typed_for_a_child_makes_no_parent_of_it():
    man, boy, wrong = link(MAN, {**BOY, "id_number": CHILD}, {**BOY, "id_number": FATHER})
    assert wrong == boy != man


def test_a_birth_date_that_contradicts_the_number_yields_to_the_same_name():
    first, second = link(MAN, {**MAN, "born_on": "1989-03-05"})
    assert first == second


def test_namesakes_of_one_day_are_told_apart_by_the_phone_or_not_at_all():
    other = {**MAN, "id_number": number("99061119880305457"), "phone": "10077704321"}
    bare = {"name": MAN["name"], "born_on": MAN["born_on"], "sex": "male"}
    one, two, with_phone, without, again = link(MAN, other, {**bare, "phone": PHONE}, bare, bare)
    assert one != two
    assert with_phone == one
    assert len({one, two, without, again}) == 4


def test_a_dormitorys_phone_joins_nobody():
    people = [{"name": name, "phone": PHONE} for name in ("林志强", "白国海", "罗文磊", "谢婷", "方宇鹏")]
    assert len(set(link(*people))) == 5


def test_a_phone_of_very_many_names_says_nothing():
    crowd = [{"name": row["name"], "phone": PHONE} for row in CROWD[::2][:60]]
    assert len({one["name"] for one in crowd}) == 60
    few, many = ({"name": "白国海", "phone": PHONE},) * 2, crowd
    assert len(set(link(*few))) == 1
    assert len(set(link(*few, *many)[:2])) == 2


def test_a_bare_name_is_nobodys_in_particular():
    assert len(set(link(MAN, {"name": "林志强"}, {"name": "林志强"}))) == 3


def test_a_vacant_dwelling_has_no_person():
    assert link(None, MAN)[0] is None


def test_a_column_missing_everywhere_lowers_what_is_claimed():
    found = linked(MAN)
    assert found.missing == ("hukou_code", "guardian")
    assert found.table["probability"][0].as_py() == pytest.approx(found.most_claimed) == pytest.approx(0.95**2)


def test_a_single_row_is_one_person():
    from tongdeng.linkage import runner, settings

    rows = Gathering()
    rows.add("a.csv", 1, MAN)
    assert runner.link(rows.table(), settings.load()).people == 1
