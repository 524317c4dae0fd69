"""`county init` where people were taken in already: another county is refused, this one's names may change."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.databases import SmallCounty, owner_here
from tests.workbooks import workbook

Tongdeng = Callable[..., subprocess.CompletedProcess[str]]


def test_another_county_cannot_take_the_place_of_people(
    small_county: SmallCounty, tongdeng: Tongdeng, tmp_path: Path
) -> None:
    file = tmp_path / "county.xlsx"
    file.write_bytes(workbook())
    done = tongdeng("county", "init", file, "--json")
    assert done.returncode == 2
    said = json.loads(done.stdout)
    assert [one["code"] for one in said["errors"]] == ["org.county_file.people_there"]
    assert "TONGDENG_HOME" in said["errors"][0]["remedy"]


def test_a_name_of_the_same_county_may_still_be_corrected(
    small_county: SmallCounty, tongdeng: Tongdeng, tmp_path: Path
) -> None:
    with owner_here() as owner:
        rows = owner.execute("SELECT code, name_zh, name_en FROM org_division ORDER BY code").fetchall()
    divisions = [("区划代码", "名称", "英文名"), ("990101000000", "新名县", "Xinming County"), *rows[1:]]
    staff = [
        ("登录名", "姓名", "岗位类别", "区划代码", "岗位名称"),
        ("zhou", "周敏", "office", "990101000000", "办公室"),
    ]
    file = tmp_path / "county.xlsx"
    file.write_bytes(workbook(divisions, staff=staff))
    done = tongdeng("county", "init", file, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["divisions"] == {"added": 0, "renamed": 1, "missing": []}


def test_a_demo_stays_a_demo(small_county: SmallCounty, tongdeng: Tongdeng, tmp_path: Path) -> None:
    with owner_here() as owner:
        owner.execute("UPDATE access_installation SET is_demo = true")
    file = tmp_path / "county.xlsx"
    file.write_bytes(workbook())
    said = json.loads(tongdeng("county", "init", file, "--json").stdout)
    assert [one["code"] for one in said["errors"]] == ["org.county_file.is_demo"]
