"""A department's roll is one folder: this one was added by copying a folder, and by nothing else."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import environment
from tests.integration.intake.told import csv_of, found, number, police, send
from tests.posts import signed_in
from tongdeng.intake.formats import load_format
from tongdeng.intake.selectors import sources_for
from tongdeng.kernel import ids
from tongdeng.people.exports import profiles, sources

HERE = Path(__file__).parent / "a_new_roll"
LINGS, WHEN = number("19850505"), "2026-04-01"


@pytest.fixture(scope="module")
def rolls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The county's own rolls: the folder that a bureau's staff wrote, and nothing besides."""
    folder = tmp_path_factory.mktemp("rolls")
    shutil.copytree(HERE / "legal-aid", folder / "legal-aid")
    os.environ["TONGDENG_ROLLS"] = str(folder)
    sources.known.cache_clear()
    yield folder
    del os.environ["TONGDENG_ROLLS"]
    sources.known.cache_clear()


@pytest.fixture(scope="module")
def taken(database: str, rolls: Path, job_login: Callable[..., Any], tmp_path_factory: Any) -> dict[str, Any]:
    """The new roll, imported by the command into a register that knows one of its people."""
    send(job_login, "police", [police("凌一", 公民身份号码=LINGS)])
    file = tmp_path_factory.mktemp("sent") / "法律援助.csv"
    file.write_bytes(csv_of([
        {"受援人姓名": "凌一", "受援人证件号": LINGS, "援助事项": "讨薪", "申请日期": "2026-03-01"},
        {"受援人姓名": "凌二", "出生日期": "19900909", "联系地址": "城南3号", "援助事项": "工伤", "申请日期": WHEN},
        {"受援人姓名": "凌三", "出生日期": "1991-01-02", "援助事项": "离婚", "申请日期": "2026-04-01"},
    ]))  # fmt: skip
    command = [
        sys.executable,
        "-m",
        "tongdeng.cli.main",
        "roll",
        "import",
        "--source",
        "legal-aid",
        str(file),
        "--json",
    ]
    said = subprocess.run(
        [*command, "--as-at", "2026-11-23"], env=environment(), capture_output=True, text=True, check=False, timeout=300
    )
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


def test_the_people_of_a_new_roll_are_linked(taken):
    assert {key: taken[key] for key in ("rows", "accepted", "rejected", "matched", "new_people")} == {
        "rows": 3, "accepted": 2, "rejected": 1, "matched": 1, "new_people": 1,
    }  # fmt: skip


def test_it_gives_values_where_nobody_who_is_believed_more_does(taken, job_login, as_job):
    (known,), (new,) = found(job_login, "凌一"), found(job_login, "凌二")
    assert known.identity.address == "新华路1号"  # of the police, whom the law believes
    assert new.identity.address == "城南3号"
    with as_job("intake"):
        profile = profiles.find_profile(known.person)
    assert profile.newest.keys() == {"police", "legal-aid"}
    assert len(profile.stays) == 1


def test_its_page_shows_what_it_says_in_the_words_of_its_columns(taken, job_login):
    (known,) = found(job_login, "凌一")
    page = signed_in("clerk").get(f"/people/{ids.show(known.person)}/").content.decode()
    assert "援助事项：讨薪" in page
    assert "法律援助" in page


def test_a_post_without_its_domain_sees_nothing_of_it(taken, job_login):
    (known,) = found(job_login, "凌一")
    page = signed_in("police").get(f"/people/{ids.show(known.person)}/").content.decode()
    assert "凌一" in page
    assert "讨薪" not in page
    assert "援助" not in page.replace("法律援助咨询", "")


def test_its_rows_given_back_and_its_template_work_like_any_other(taken, job_login, tmp_path):
    from tongdeng.intake.exports import rejects_csv, write_template

    with job_login() as by:
        text = "".join(rejects_csv(taken["batch"], by=by))
    assert "choice.unknown" in text
    write_template("legal-aid", tmp_path / "empty.xlsx")
    assert (tmp_path / "empty.xlsx").stat().st_size > 0


def test_its_bureau_may_send_it_and_others_may_not(rolls):
    assert "legal-aid" in {one.source for one in sources_for("justice", "JUS")}
    assert "legal-aid" not in {one.source for one in sources_for("police", "PSB")}


def test_it_is_one_folder_of_data_and_no_line_of_code(rolls):
    files = sorted(path.name for path in (rolls / "legal-aid").iterdir())
    assert files == ["choices.toml", "format.toml"]
    tree = [path for path in Path("tongdeng").rglob("*.py") if "legal-aid" in path.read_text(encoding="utf-8")]
    law = [path for path in Path("law").rglob("*.toml") if "legal-aid" in path.read_text(encoding="utf-8")]
    assert tree == law == []


def shipped() -> set[str]:
    return {path.parent.name for path in Path("tongdeng/intake/formats").glob("*/format.toml")}


def test_no_code_of_register_or_intake_asks_for_a_roll_by_name():
    # What the register makes of a roll stands in its folder; where code compared a name, a new roll would be left out.
    asked = {
        (path.name, name)
        for package in ("intake", "people")
        for path in Path("tongdeng", package).rglob("*.py")
        for name in re.findall(r'source\s*[!=]=\s*"([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    # Who is a migrant where no hukou is known is a question of law, and the law says: whom the police registered.
    assert {one for one in asked if one[1] in shipped()} <= {("identity.py", "police"), ("lines.py", "police")}


def test_a_folder_that_calls_itself_otherwise_is_refused(rolls):
    shutil.copytree(rolls / "legal-aid", rolls / "misnamed")
    try:
        with pytest.raises(ValueError, match="calls itself"):
            load_format("misnamed")
    finally:
        shutil.rmtree(rolls / "misnamed")
