"""A database for each test module, copied from a template that the whole run makes once.

Tests see committed data, as the working logins do: no test runs inside a transaction that is rolled back.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Barrier, Event

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from tongdeng import postgres
from tongdeng.audit.types import Actor, command
from tongdeng.synth.files import write_county

EMPTY, COUNTY, DETERMINED = (f"tongdeng_template_{name}" for name in ("empty", "county", "determined"))
AS_OF = date(2026, 11, 23)
PEOPLE, SEED = 300, 1
ROLLS = ("police", "hrss", "education", "housing", "deliveries", "residents-return")


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    stop_server()


def stop_server() -> None:
    """Stop the run's server and remove its folder, if this is the process that made them."""
    if os.environ.get("TONGDENG_TEST_OWNER") == str(os.getpid()):
        home = postgres.home()
        postgres.stop(home)
        shutil.rmtree(home.path, ignore_errors=True)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the lock that the workers of one run share."""
    with (postgres.home().path / "templates.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def point_at(name: str) -> None:
    """Let all of Django's connections open another database from now on."""
    from tongdeng.catalogue import selectors as catalogue
    from tongdeng.keys import selectors as keys

    catalogue.look_again()
    keys.look_again()
    for alias in connections:
        connections[alias].close()
        connections.settings[alias]["NAME"] = name  # shared with every thread's connections


@contextmanager
def logged_in_as(role: str) -> Iterator[None]:
    """Let the connections `default` and `aside` use the login of `app`, `job` or `care`, and then the former."""
    former = {alias: dict(connections.settings[alias]) for alias in ("default", "aside")}
    known = postgres.django_settings(settings.LOGINS.of(role))
    try:
        for alias in former:
            connections[alias].close()
            connections.settings[alias].update(USER=known["USER"], PASSWORD=known["PASSWORD"])
        yield
    finally:
        for alias, before in former.items():
            connections[alias].close()
            connections.settings[alias].update(before)


@contextmanager
def shell() -> Iterator[psycopg.Connection]:
    """Open the owner's own connection, on a database that nobody copies."""
    with psycopg.connect(postgres.logins().owner, autocommit=True) as connection:
        yield connection


@contextmanager
def owner_here() -> Iterator[psycopg.Connection]:
    """Open the owner's connection on this worker's database: to look behind row security, or to switch it off."""
    with psycopg.connect(settings.LOGINS.owner, autocommit=True) as connection:
        yield connection


BLOCKED = """SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
 WHERE NOT granted AND locktype = 'transactionid' AND datname = current_database())"""


def is_done_first(done: Event) -> bool:
    """Wait until something is done, or somebody in this database waits for another's transaction; tell which it was."""
    with owner_here() as owner:
        for _ in range(3000):
            if done.wait(0.01):
                return True
            if owner.execute(BLOCKED).fetchone()[0]:
                return False
    pytest.fail("neither done nor blocked within 30 seconds")


def at_once(jobs: list[Callable[[], object]]) -> list[object]:
    """Do these at the same time, each on its own connection."""
    together = Barrier(len(jobs), timeout=60)

    def one(work: Callable[[], object]) -> object:
        try:
            together.wait()
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(one, jobs))


def by_both(work: Callable[..., object]) -> Callable[..., object]:
    """Return this work, which begins once two are about to do it."""
    both = Barrier(2, timeout=60)

    def together(*given: object) -> object:
        both.wait()
        return work(*given)

    return together


def _end_sessions(name: str) -> None:
    """End what anybody still does in a database: no login is a superuser, and each may end only its own sessions."""
    logins = postgres.logins()
    for login in (logins.of("app"), logins.of("job"), logins.of("care"), logins.owner):
        with psycopg.connect(login, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()",
                [name],
            )


def copy(template: str, name: str) -> None:
    """Make a database anew as the copy of another."""
    _end_sessions(name)
    with shell() as owner:
        # Not by force, which refuses beside a background process of the server's; waiting sees it out.
        owner.execute(f"DROP DATABASE IF EXISTS {name}")
        owner.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


def _once(name: str, parent: str, fill: Callable[[], None]) -> None:
    """Make a template database unless another worker has; an interrupted one is made again."""
    with one_at_a_time():
        with shell() as owner:
            if owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return
        draft = f"{name}_draft"
        copy(parent, draft)
        point_at(draft)
        try:
            fill()
        finally:
            point_at(settings.TEST_DATABASE)
        with shell() as owner:
            owner.execute(f"ALTER DATABASE {draft} RENAME TO {name}")


def _install() -> None:
    from tongdeng.cli import installation

    installation.ensure_installed()


def rolls_folder() -> Path:
    """Return the folder of the small county's rolls and of `truth.csv`."""
    return postgres.home().path / "small-county"


def _take_in_rolls() -> None:
    from tongdeng.intake import actions as intake

    folder = rolls_folder()
    write_county(people=PEOPLE, seed=SEED, out=folder, as_of=AS_OF, noise=0)
    by = command("intake")
    with logged_in_as("job"):
        for source in ROLLS:
            path = folder / f"{source}.csv"
            batch = intake.receive_roll(source=source, path=path, as_at=AS_OF, by=by)
            intake.import_roll(batch_id=batch, path=path, by=by)


def open_empty() -> None:
    """Give this worker a database with schema, policies and the map, and nobody in it."""
    _once(EMPTY, "template0", _install)
    point_at(settings.TEST_DATABASE)
    copy(EMPTY, settings.TEST_DATABASE)


def open_small_county() -> None:
    """Give this worker a database into which the rolls of a small county were taken."""
    _once(EMPTY, "template0", _install)
    _once(COUNTY, EMPTY, _take_in_rolls)
    point_at(settings.TEST_DATABASE)
    copy(COUNTY, settings.TEST_DATABASE)


def _determine() -> None:
    from django.test import override_settings

    from tongdeng.insight import actions as insight

    with logged_in_as("job"), override_settings(TONGDENG_FILES=_determined_files()):
        insight.refresh_everyone(as_of=AS_OF, by=command("determine"))


def _determined_files() -> Path:
    return postgres.home().files / "determined"


def open_determined_county() -> None:
    """Give this worker the small county with everyone determined, and a copy of the snapshots as its own files."""
    _once(EMPTY, "template0", _install)
    _once(COUNTY, EMPTY, _take_in_rolls)
    _once(DETERMINED, COUNTY, _determine)
    point_at(settings.TEST_DATABASE)
    copy(DETERMINED, settings.TEST_DATABASE)
    theirs, own = _determined_files() / "snapshots", Path(settings.TONGDENG_FILES) / "snapshots"
    shutil.rmtree(own, ignore_errors=True)
    shutil.copytree(theirs, own)
    with owner_here() as owner:
        owner.execute("UPDATE snapshots_snapshot SET folder = replace(folder, %s, %s)", [str(theirs), str(own)])


@dataclass(frozen=True)
class SmallCounty:
    """A county of 300 migrants on AS_OF, without a clerk's mistake, taken in and not yet determined."""

    folder: Path  # its rolls, and truth.csv
    as_of: date = AS_OF


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """Refuse pytest-django's own databases: a transaction that is rolled back hides what commits do."""
    pytest.fail("ask for the fixture `database` or `small_county` instead")


@pytest.fixture(scope="module")
def database(django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """Give the module an empty register of its own; what its tests commit stays for the next test of the module."""
    with django_db_blocker.unblock():
        open_empty()
        yield settings.TEST_DATABASE
        connections.close_all()


@pytest.fixture(scope="module")
def small_county(django_db_blocker: pytest.FixtureRequest) -> Iterator[SmallCounty]:
    """Give the module a small county of its own; it takes the place of `database`."""
    with django_db_blocker.unblock():
        open_small_county()
        yield SmallCounty(rolls_folder())
        connections.close_all()


@pytest.fixture(scope="module")
def determined_county(django_db_blocker: pytest.FixtureRequest) -> Iterator[SmallCounty]:
    """Give the small county with everyone determined and every figure measured on its day."""
    with django_db_blocker.unblock():
        open_determined_county()
        yield SmallCounty(rolls_folder())
        connections.close_all()


@pytest.fixture(scope="module")
def real_day(small_county: SmallCounty) -> Iterator[None]:
    """Let a module live on the machine's own day, once the county is there: no test can set the database's clock."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TONGDENG_TODAY")
        yield


@pytest.fixture(scope="module")
def job_login() -> Callable[..., object]:
    """Act as a command of this installation, by the login tongdeng_job: `with job_login("intake") as by:`."""

    @contextmanager
    def enter(purpose: str = "intake") -> Iterator[Actor]:
        with logged_in_as("job"):
            yield command(purpose)

    return enter


def environment() -> dict[str, str]:
    """Return the environment in which a command works on this worker's database, by the login it chooses itself."""
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "tongdeng.config.settings.test", "TONGDENG_ROLE": "job"}


@pytest.fixture
def tongdeng() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command of `tongdeng` on this worker's database, as an operator would, and return what it said."""

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        arguments = [sys.executable, "-m", "tongdeng.cli.main", *map(str, words)]
        return subprocess.run(arguments, env=environment(), capture_output=True, text=True, check=False, timeout=300)

    return run
