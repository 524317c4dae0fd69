"""Sending a roll over the web: judged at once, kept sealed, imported in the background, followed on its page."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.databases import AS_OF, SmallCounty
from tests.factors import browser_of
from tests.posts import signed_in
from tongdeng.audit.types import command
from tongdeng.intake import actions, tasks
from tongdeng.org import actions as org
from tongdeng.org.types import PostKind
from tongdeng.people.exports import Batch
from tongdeng.synth.files import write_county


@pytest.fixture(scope="module")
def office(small_county: SmallCounty) -> Client:
    """The leading group's office, which may send any roll."""
    return signed_in("office")


@pytest.fixture(scope="module")
def police(small_county: SmallCounty) -> Client:
    """A post of the public security bureau."""
    staff = org.add_staff(
        login="psb", name="孙立", kind=PostKind.POLICE, division="990101000000", titles=("公安局", "Police"),
        bureau="PSB", password="a-good-password", by=command("setup"),
    )  # fmt: skip
    return browser_of(staff)


@pytest.fixture(scope="module")
def roll(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small police roll with a row that will be given back."""
    folder = tmp_path_factory.mktemp("sent")
    write_county(people=200, seed=21, out=folder, as_of=AS_OF, noise=0)
    lines = (folder / "police.csv").read_text(encoding="utf-8-sig").splitlines()
    cells = lines[1].split(",")
    cells[lines[0].split(",").index("社区代码")] = "990101999999"
    return "\n".join([*lines, ",".join(cells)]).encode()


def send(client: Client, content: bytes, source: str = "police", as_at: str = "2026-11-23") -> Any:
    """Send a file by the page's form."""
    file = SimpleUploadedFile("名册.csv", content)
    return client.post("/rolls/new/", {"source": source, "as_at": as_at, "file": file})


def kept_files() -> list[Path]:
    """Return the files that wait for their import."""
    return list((Path(settings.TONGDENG_FILES) / "uploads").glob("*"))


def test_a_sent_roll_waits_sealed_is_imported_and_is_gone(
    office: Client, roll: bytes, job_login: Callable[..., Any]
) -> None:
    answer = send(office, roll)
    assert answer.status_code == 302
    batch = int(answer.url.strip("/").split("/")[-1])
    (file,) = kept_files()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "姓名".encode() not in file.read_bytes()
    assert "正在导入" in office.get(answer.url).content.decode()
    assert 'hx-trigger="every 1s"' in office.get(f"{answer.url}progress").content.decode()
    with job_login():
        tasks.import_upload(batch_id=batch)
    assert kept_files() == []
    assert office.get(f"{answer.url}progress").headers["HX-Refresh"] == "true"
    page = office.get(answer.url).content.decode()
    assert "已导入" in page
    assert "community.unknown" in page
    rejects = office.get(f"{answer.url}rejects.csv").content.decode()
    head, row = rejects.removeprefix("\ufeff").strip().split("\r\n")
    assert head.startswith("row,column,code,message,姓名")
    assert row.split(",")[:3] == [str(len(roll.splitlines()) - 1), "社区代码", "community.unknown"]


def test_the_same_file_is_refused_at_its_field_with_a_way_to_the_earlier_batch(office: Client, roll: bytes) -> None:
    batch = Batch.objects.filter(state="done", file_name="名册.csv").latest("id").pk
    answer = send(office, roll)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="file-fault"' in page
    assert f'href="/rolls/{batch}/"' in page
    assert kept_files() == []


@pytest.mark.parametrize(
    ("content", "source", "as_at", "field"),
    [
        (b"%PDF-1.7", "police", "2026-11-23", "file-fault"),
        (b"", "police", "2026-11-23", "file-fault"),
        ("天气,温度\n晴,1\n".encode(), "police", "2026-11-23", "file-fault"),
        (b"a,b\n1,2\n", "weather", "2026-11-23", "source-fault"),
        (b"a,b\n1,2\n", "police", "2027-01-01", "as_at-fault"),
        (b"a,b\n1,2\n", "police", "yesterday", "as_at-fault"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(
    content: bytes, source: str, as_at: str, field: str, office: Client
) -> None:
    before = Batch.objects.count()
    answer = send(office, content, source, as_at)
    assert answer.status_code == 422
    assert f'id="{field}"' in answer.content.decode()
    assert Batch.objects.count() == before


def test_a_stopped_import_says_so(office: Client, roll: bytes, job_login: Callable[..., Any]) -> None:
    answer = send(office, roll + b"\n")
    batch = int(answer.url.strip("/").split("/")[-1])
    office.post(f"{answer.url}stop")
    with job_login():
        tasks.import_upload(batch_id=batch)
    assert "没有导入" in office.get(answer.url).content.decode()
    assert kept_files() == []


def test_a_roll_that_cannot_be_read_after_all_is_closed_with_its_reason(
    office: Client, roll: bytes, job_login: Callable[..., Any]
) -> None:
    answer = send(office, roll + b"\n\n")
    batch = int(answer.url.strip("/").split("/")[-1])
    kept_files()[0].unlink()
    with job_login():
        tasks.import_upload(batch_id=batch)
    assert Batch.objects.get(pk=batch).state == "failed"
    assert "什么都没有改动" in office.get(answer.url).content.decode()


def test_a_bureau_sends_and_reads_its_own_rolls_only(police: Client, roll: bytes) -> None:
    page = police.get("/rolls/new/").content.decode()
    assert re.findall(r'<option value="([^"]+)"', page) == ["deliveries", "police", "residents-return"]
    assert send(police, roll, "hrss").status_code == 422
    other = Batch.objects.filter(source="hrss").latest("id").pk
    assert [police.get(f"/rolls/{other}/{part}").status_code for part in ("", "progress", "rejects.csv")] == [404] * 3
    assert police.post(f"/rolls/{other}/stop").status_code == 404


@pytest.mark.parametrize("kind", ["worker", "clerk"])
def test_posts_that_serve_people_send_no_rolls(kind: str, small_county: SmallCounty) -> None:
    client = signed_in(kind)
    assert [client.get(url).status_code for url in ("/rolls/", "/rolls/new/", "/rolls/1/")] == [403] * 3


def test_two_batches_of_one_file_may_wait_and_the_second_is_refused_in_its_turn(
    small_county: SmallCounty, job_login: Callable[..., Any], tmp_path: Path
) -> None:
    write_county(people=100, seed=31, out=tmp_path, as_of=AS_OF, noise=0)
    path = tmp_path / "police.csv"
    with job_login() as by:
        first, second = (actions.receive_roll(source="police", path=path, as_at=AS_OF, by=by) for _ in range(2))
        actions.import_roll(batch_id=first, path=path, by=by)
        with pytest.raises(Exception, match="already_imported"):
            actions.import_roll(batch_id=second, path=path, by=by)
