"""What breaks while a roll is taken in: afterwards there is all of it or nothing, and the page says what to do."""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections

from tests.databases import AS_OF, environment, owner_here
from tests.integration.intake.watching import Watcher, everything, importing, kill, wait_until
from tests.posts import signed_in
from tongdeng.access.selectors import acting
from tongdeng.intake import actions, locks, tasks
from tongdeng.kernel.errors import TongdengError
from tongdeng.people.exports import Batch
from tongdeng.synth.files import write_county

pytestmark = pytest.mark.usefixtures("database")
Login = Callable[..., Any]
_seeds = count(101)


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """The rolls of a county of its own for each test, with the usual mistakes."""
    write_county(people=800, seed=next(_seeds), out=tmp_path, as_of=AS_OF, noise=1)
    return tmp_path


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    """A look at the import from outside."""
    found = Watcher()
    yield found
    found.close()


MOMENTS: dict[str, Callable[[Watcher], bool]] = {
    "when it was received": lambda w: Batch.objects.exclude(state__in=("done", "failed", "cancelled")).exists(),
    "while it is read": lambda w: Batch.objects.filter(state="running", rows_done__gt=0).exists(),
    "in a COPY": Watcher.copies,
    "while records are written": lambda w: w.writes("people_record"),
    "while links are written": lambda w: w.writes("people_link"),
    "while profiles are written": lambda w: w.writes("people_identity"),
    "just before it is committed": Watcher.closes,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_import_leaves_all_or_nothing_and_the_next_completes_it(
    moment: str, county: Path, watcher: Watcher, job_login: Login
) -> None:
    file = county / "police.csv"
    with job_login() as by:
        Batch.objects.filter(state__in=("waiting", "running")).update(state="failed")
        before = everything(by)
        child = importing("police", file)
        wait_until(lambda: MOMENTS[moment](watcher), child)
        kill(child)
        wait_until(watcher.is_quiet)
        killed = Batch.objects.latest("id")
        if killed.state != "done":
            assert everything(by) == before
        again = importing("police", file)
        said, _ = again.communicate(timeout=120)
        if killed.state == "done":
            assert json.loads(said)["code"] == "intake.file.already_imported"
            return
        assert again.returncode == 0
        assert json.loads(said)["accepted"] > 800
        complete = everything(by)
        third = importing("police", file)
        assert json.loads(third.communicate(timeout=120)[0])["code"] == "intake.file.already_imported"
        assert everything(by) == complete


def test_the_page_of_a_killed_import_says_so_and_what_to_do(county: Path, watcher: Watcher, job_login: Login) -> None:
    with job_login():
        child = importing("police", county / "police.csv")
        assert wait_until(lambda: watcher.writes("people_record"), child)
        os.killpg(child.pid, signal.SIGSTOP)  # it holds still while we look at the page
        batch = Batch.objects.latest("id").pk
    office = signed_in("office")
    assert "途中断了" not in office.get(f"/rolls/{batch}/progress").content.decode()
    kill(child)
    wait_until(watcher.is_quiet)
    page = office.get(f"/rolls/{batch}/").content.decode()
    assert "导入途中断了" in page
    assert "什么都没有改动" in page
    assert "再送一次" in page
    office.post(f"/rolls/{batch}/stop")
    assert "导入途中停止了" in office.get(f"/rolls/{batch}/").content.decode()


def test_a_lost_connection_is_told_and_nothing_was_changed(county: Path, watcher: Watcher, job_login: Login) -> None:
    with job_login() as by:
        before = everything(by)
        connections.close_all()
        child = importing("police", county / "police.csv")
        assert wait_until(lambda: watcher.writes("people_record"), child)
        watcher.end_sessions()
        said, shouted = child.communicate(timeout=120)
        assert everything(by) == before
        batch = Batch.objects.latest("id")
    assert child.returncode == 2
    assert json.loads(said)["code"] == "intake.roll.connection_lost"
    assert "Traceback" not in shouted
    assert batch.state == "failed"
    page = signed_in("office").get(f"/rolls/{batch.pk}/").content.decode()
    assert "与数据库的连接断了" in page
    assert "请再送一次" in page


def test_a_file_for_which_there_is_no_room_is_refused_at_its_field_and_leaves_nothing(county: Path) -> None:
    content = (county / "police.csv").read_bytes()
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    office = signed_in("office")
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, usual[1]))  # no file may grow beyond it, as on a full disk
        file = SimpleUploadedFile("b.csv", content)
        answer = office.post("/rolls/new/", {"source": "police", "as_at": "2026-11-23", "file": file})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert answer.status_code == 422
    assert "磁盘或内存满了，什么都没有改动" in answer.content.decode()
    assert kept_files() == []
    assert Batch.objects.latest("id").state == "failed"


def kept_files() -> list[Path]:
    """Return the files that wait for their import."""
    return list((Path(settings.TONGDENG_FILES) / "uploads").glob("*"))


# ---- at once ----


def at_once(county: Path, sources: tuple[str, ...], login: Login) -> list[str]:
    """Import rolls so that all of them have read their file before one decides who is who; return the states."""
    meeting = threading.Barrier(len(sources))

    def take(batch: int, file: Path, by: Any) -> None:
        report = actions.aside(batch)

        def progress(step: str, done: int, total: int | None) -> None:
            report(step, done, total)
            if step == "match":
                with suppress(threading.BrokenBarrierError):
                    meeting.wait(timeout=2)

        with suppress(TongdengError):
            actions.import_roll(batch_id=batch, path=file, by=by, progress=progress)
        connections.close_all()

    with login() as by:
        files = [county / f"{source}.csv" for source in sources]
        batches = [
            actions.receive_roll(source=source, path=file, as_at=AS_OF, by=by)
            for source, file in zip(sources, files, strict=True)
        ]
        threads = [threading.Thread(target=take, args=(b, f, by)) for b, f in zip(batches, files, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return list(Batch.objects.filter(pk__in=batches).values_list("state", flat=True))


def doubled(login: Login) -> int:
    """Return how many valid numbers are borne by more than one person."""
    with login() as by, acting(by), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT id_index FROM people_identity WHERE id_index IS NOT NULL"
            " GROUP BY id_index HAVING count(*) > 1) AS twice"
        )
        return int(cursor.fetchone()[0])


def test_two_rolls_about_the_same_people_at_once_double_nobody(county: Path, job_login: Login) -> None:
    before = doubled(job_login)
    assert at_once(county, ("police", "hrss", "education"), job_login) == ["done"] * 3
    assert doubled(job_login) == before


def test_without_their_lock_they_would_be_doubled(
    county: Path, job_login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Guards the test above: should this one stop doubling people, that one proves nothing.
    monkeypatch.setattr(locks, "hold_register", lambda: None)
    before = doubled(job_login)
    at_once(county, ("police", "hrss"), job_login)
    assert doubled(job_login) > before


# ---- the worker ----


def working() -> subprocess.Popen[str]:
    """Start a worker."""
    return subprocess.Popen(
        [sys.executable, "-m", "tongdeng.config.worker"], env=environment(), text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def in_a_thread(run: Callable[[], object]) -> None:
    """Run what may not run beside an event loop: a browser's tests in this process leave theirs running."""

    def then_close() -> None:
        try:
            run()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(then_close).result()


def test_a_killed_worker_is_followed_by_another_that_completes_its_import(
    county: Path, watcher: Watcher, job_login: Login
) -> None:
    office, content = signed_in("office"), (county / "police.csv").read_bytes()
    answer = office.post(
        "/rolls/new/", {"source": "police", "as_at": "2026-11-23", "file": SimpleUploadedFile("a.csv", content)}
    )
    batch = int(answer.url.strip("/").split("/")[-1])
    first = working()
    try:
        wait_until(lambda: watcher.writes("people_record"), first)
    finally:
        kill(first)
    wait_until(watcher.is_quiet)
    assert Batch.objects.get(pk=batch).state == "running"
    assert "导入途中断了" in office.get(answer.url).content.decode()
    with owner_here() as owner:  # half a minute without a sign of life passes
        owner.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'")
    with job_login():
        in_a_thread(lambda: async_to_sync(tasks.resume_interrupted.func)(timestamp=0))
    second = working()
    try:
        wait_until(lambda: Batch.objects.get(pk=batch).state == "done" and not kept_files(), second)
    finally:
        kill(second)
    page = office.get(answer.url).content.decode()
    assert "已导入" in page
