"""A newer model proposes, and changes nothing."""

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.intake.test_probable import number, phone, police
from tongdeng.intake import actions
from tongdeng.linkage import settings

REGISTER = "SELECT record_id, person_id, method, superseded_at FROM people_link ORDER BY id"
ASKED = "SELECT person_id, other_id, kind, weights ->> 'model' FROM intake_doubt WHERE closed_at IS NULL"


@pytest.fixture
def judge(job_login: Callable[..., Any]) -> Callable[..., dict[str, int]]:
    def run(**options: Any) -> dict[str, int]:
        with job_login("identify") as by:
            return actions.rejudge(by=by, **options)

    return run


def test_the_same_model_stands_by_its_links(asked_after, read, judge):
    mobile = phone()
    asked_after("police", police("林志强", 公民身份号码=number("19880305"), 联系电话=mobile))
    asked_after("police", police("林至强", 出生日期="1988-03-05", 性别="女", 联系电话=mobile))
    before = read(REGISTER), read(ASKED)
    found = judge()
    assert found["links"] >= 1
    assert (found["differing"], found["opened"]) == (0, 0)
    assert (read(REGISTER), read(ASKED)) == before


def test_a_more_cautious_model_asks_about_a_link_it_would_not_make(asked_after, read, judge, people, tmp_path):
    mobile = phone()
    asked_after("police", police("褚志强", 公民身份号码=number("19880305"), 联系电话=mobile))
    asked_after("police", police("褚至强", 出生日期="1988-03-05", 性别="女", 联系电话=mobile))
    (person,) = people("褚志强", "褚至强")
    before = read(REGISTER)
    dataclasses.replace(settings.load(), threshold=60.0).save(tmp_path / "model.json")
    assert judge(model=tmp_path / "model.json")["opened"] >= 1
    assert (person, person, "sample", "linkage-1, judged again") in read(ASKED)
    assert read(REGISTER) == before
    assert judge(model=tmp_path / "model.json")["opened"] == 0


def test_two_whom_a_bolder_model_takes_for_one_are_proposed(asked_after, read, judge, people, tmp_path):
    asked_after("police", police("卞梦思", 公民身份号码=number("19990202"), 户籍区划="990404", 联系电话=phone()))
    assert asked_after("police", police("卞梦思", 出生日期="1999-02-02", 户籍区划="990505", 联系电话=phone())) == []
    both = people("卞梦思")
    assert len(both) == 2
    dataclasses.replace(settings.load(), threshold=-2.0).save(tmp_path / "model.json")
    judge(model=tmp_path / "model.json")
    assert any({a, b} == set(both) and kind == "proposal" for a, b, kind, _ in read(ASKED))
    assert people("卞梦思") == both


def test_the_command_says_how_many_links_it_looked_at(asked_after, tongdeng):
    mobile = phone()
    asked_after("police", police("尤志强", 公民身份号码=number("19880305"), 联系电话=mobile))
    asked_after("police", police("尤至强", 出生日期="1988-03-05", 性别="女", 联系电话=mobile))
    done = tongdeng("rejudge", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["links"] >= 1
