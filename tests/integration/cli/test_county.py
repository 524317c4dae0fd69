"""`county init` and `county template` as an operator runs them: checked first, all or nothing, repeatable."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.databases import open_empty, owner_here
from tests.factors import browser_of
from tests.workbooks import BUREAUS, DIVISIONS, STAFF, workbook
from tongdeng.intake.exports import read_sheets
from tongdeng.org.models import Staff

Tongdeng = Callable[..., subprocess.CompletedProcess[str]]
STATE = {
    "divisions": "SELECT code, name_zh, name_en, level, parent_id FROM org_division",
    "posts": "SELECT p.id, kind, title_zh, lo, hi, bureau_id FROM org_post p JOIN org_unit u ON u.id = p.unit_id",
    "staff": "SELECT login, name, post_id, password FROM org_staff",
    "own names": "SELECT bureau_id, name_zh, name_en FROM org_bureau_name WHERE is_own",
}


@pytest.fixture(autouse=True)
def fresh(database: str) -> None:
    """Give each test an installation in which nobody can sign in."""
    open_empty()


def state() -> dict[str, set[tuple[Any, ...]]]:
    """Return what the installation holds."""
    with owner_here() as owner:
        return {name: set(owner.execute(query).fetchall()) for name, query in STATE.items()}


def init(tongdeng: Tongdeng, folder: Path, content: bytes, *words: str, exit_code: int = 0) -> dict[str, Any]:
    """Run the command on a workbook and return its answer."""
    file = folder / "county.xlsx"
    file.write_bytes(content)
    done = tongdeng("county", "init", str(file), "--json", *words)
    assert done.returncode == exit_code, done.stderr + done.stdout
    return dict(json.loads(done.stdout))


def test_a_county_is_started_in_the_place_of_the_sample_map(tongdeng: Tongdeng, tmp_path: Path) -> None:
    said = init(tongdeng, tmp_path, workbook())
    assert said["replaced"] == "990101000000"
    assert said["divisions"] == {"added": 5, "renamed": 0, "missing": []}
    assert said["staff"] == {"added": 3, "changed": 0, "missing": []}
    now = state()
    assert {row[0] for row in now["divisions"]} == {row[0] for row in DIVISIONS[1:]}
    assert ("PSB", "临山县公安局", "Public Security Bureau") in now["own names"]
    assert {row[3] for row in now["posts"]} == {"990202000000", "990202001001"}
    words = {one["login"]: one["password"] for one in said["passwords"]}
    client = Client()
    assert client.post("/sign-in/", {"username": "li.hong", "password": words["li.hong"]}).status_code == 302
    own = {"old": words["li.hong"], "new": "kites over the harbour", "again": "kites over the harbour"}
    assert client.post("/account/password/", own).url == "/account/password/?changed"
    assert client.get("/people/").url == "/account/second-factor/"
    assert "临山县" in browser_of(Staff.objects.get(login="li.hong")).get("/people/").content.decode()
    installed = json.loads(tongdeng("roll", "template", "police", "--out", tmp_path / "x.xlsx", "--json").stdout)
    assert installed == {"file": "x.xlsx"}


def test_the_same_workbook_again_changes_nothing(tongdeng: Tongdeng, tmp_path: Path) -> None:
    init(tongdeng, tmp_path, workbook())
    before = state()
    said = init(tongdeng, tmp_path, workbook())
    assert state() == before
    assert said["passwords"] == []
    assert said["replaced"] is None
    assert [said[part] for part in ("divisions", "staff")] == [
        {"added": 0, "renamed": 0, "missing": []}, {"added": 0, "changed": 0, "missing": []},
    ]  # fmt: skip


def test_changed_names_and_posts_are_written_and_what_is_left_out_is_reported(
    tongdeng: Tongdeng, tmp_path: Path
) -> None:
    init(tongdeng, tmp_path, workbook())
    before = {row[0]: row for row in state()["staff"]}
    divisions = [*DIVISIONS[:3], ("990202001001", "桥头新社区"), DIVISIONS[4]]
    staff = [STAFF[0], ("zhou.min", "周敏", "office", "990202000000", "GOV", "专班"), (*STAFF[3][:2], "乡镇街道", "990202100000", "", "石桥镇")]  # fmt: skip # noqa: E501
    said = init(tongdeng, tmp_path, workbook(divisions, staff=staff))
    assert said["divisions"] == {"added": 0, "renamed": 1, "missing": ["990202100201"]}
    assert said["staff"] == {"added": 0, "changed": 2, "missing": ["sun.li"]}
    now = state()
    after = {row[0]: row for row in now["staff"]}
    assert after["sun.li"] == before["sun.li"]
    assert after["zhou.min"][2] == before["zhou.min"][2]  # a new title is no new post
    assert after["li.hong"][2] != before["li.hong"][2]
    assert after["li.hong"][3] == before["li.hong"][3]  # the password stays
    assert {row[1] for row in now["divisions"]} >= {"桥头新社区", "上湾村"}


def test_a_faulty_workbook_changes_nothing_and_says_everything(tongdeng: Tongdeng, tmp_path: Path) -> None:
    before = state()
    broken = workbook([*DIVISIONS, ("12", "坏行")], staff=[*STAFF, ("1x", "", "县长", "990202", "", "")])
    said = init(tongdeng, tmp_path, broken, exit_code=2)
    assert said["code"] == "org.county_file.faulty"
    places = {(one["sheet"], one["row"], one["column"]) for one in said["errors"]}
    assert {("区划", 7, "区划代码"), ("岗位与人员", 5, "登录名"), ("岗位与人员", 5, "姓名")} <= places
    assert state() == before


def test_a_trial_says_what_would_be_and_leaves_everything(tongdeng: Tongdeng, tmp_path: Path) -> None:
    before = state()
    said = init(tongdeng, tmp_path, workbook(), "--dry-run")
    assert (said["done"], said["divisions"]["added"], said["passwords"]) == (False, 5, [])
    assert state() == before


def test_passwords_go_into_a_file_of_ones_own_and_never_over_another(tongdeng: Tongdeng, tmp_path: Path) -> None:
    out = tmp_path / "passwords.txt"
    said = init(tongdeng, tmp_path, workbook(), "--passwords", str(out))
    assert said["passwords"] == []
    assert out.stat().st_mode & 0o777 == 0o600
    assert [line.split("\t")[0] for line in out.read_text().splitlines()] == ["zhou.min", "sun.li", "li.hong"]
    staff = [*STAFF, ("ma", "马建", "民政", "990202000000", "CIV", "民政局")]
    refused = init(tongdeng, tmp_path, workbook(staff=staff), "--passwords", str(out), exit_code=2)
    assert refused["code"] == "cli.county.file_exists"
    assert len(out.read_text().splitlines()) == 3
    assert "ma" not in {row[0] for row in state()["staff"]}


def test_staff_of_the_sample_map_must_be_listed_before_it_goes(tongdeng: Tongdeng, tmp_path: Path) -> None:
    assert tongdeng("user", "add", "hu", "--name", "胡晓", "--kind", "admin").returncode == 0
    refused = init(tongdeng, tmp_path, workbook(), exit_code=2)
    assert [one["code"] for one in refused["errors"]] == ["org.county_file.staff_elsewhere"]
    staff = [*STAFF, ("hu", "胡晓", "系统管理", "990202000000", "", "系统管理")]
    said = init(tongdeng, tmp_path, workbook(staff=staff))
    assert (said["staff"]["added"], said["staff"]["changed"], said["replaced"]) == (3, 1, "990101000000")


def test_an_upgrade_keeps_what_the_county_calls_its_bureaus(tongdeng: Tongdeng, tmp_path: Path) -> None:
    from tongdeng.cli import installation

    init(tongdeng, tmp_path, workbook())
    before = state()
    installation.install(installation.wanted_digest())
    assert state() == before


def test_the_template_is_understood_once_it_is_filled_in(tongdeng: Tongdeng, tmp_path: Path) -> None:
    out = tmp_path / "empty.xlsx"
    assert json.loads(tongdeng("county", "template", "--out", out, "--json").stdout) == {"file": "empty.xlsx"}
    sheets = read_sheets(out)
    assert list(sheets) == ["区划", "部门", "岗位与人员", "填写说明"]
    assert sheets["区划"][0] == list(DIVISIONS[0])
    assert sheets["岗位与人员"][0] == list(STAFF[0])
    assert len(sheets["部门"]) > 10
    assert sheets["部门"][0] == list(BUREAUS[0])


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 torn", "区划代码,名称\n".encode()])
def test_what_is_no_workbook_is_refused_in_one_sentence(content: bytes, tongdeng: Tongdeng, tmp_path: Path) -> None:
    said = init(tongdeng, tmp_path, content, exit_code=2)
    assert said["code"] in ("intake.sheets.no_workbook", "roll.damaged")
