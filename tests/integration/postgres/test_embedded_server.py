"""The embedded server: closed to others, started once, and usable again after any kind of end."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.databases import shell
from tongdeng import postgres
from tongdeng.kernel.errors import UnusableInput
from tongdeng.postgres import embedded
from tongdeng.postgres.home import Home

ASK = "from tongdeng import postgres; import psycopg; psycopg.connect(postgres.logins().job).close()"


@pytest.fixture
def own_home() -> Iterator[Home]:
    """A home of this test's own, beside the run's."""
    home = Home(postgres.home().path.with_name(f"{postgres.home().path.name}-{os.getpid()}"))
    yield home
    postgres.stop(home)
    subprocess.run(["rm", "-rf", home.path], check=True)


def ask(home: Home) -> subprocess.Popen[bytes]:
    """Start a command that needs the database of a home."""
    environment = {**os.environ, "TONGDENG_HOME": str(home.path)}
    return subprocess.Popen([sys.executable, "-c", ASK], env=environment, stdout=subprocess.DEVNULL)


def postmaster(home: Home) -> int:
    """Return the process of the server of a home."""
    return int((home.data / "postmaster.pid").read_text().split()[0])


def test_two_commands_at_once_make_one_server(own_home):
    commands = [ask(own_home), ask(own_home)]
    assert [command.wait(timeout=60) for command in commands] == [0, 0]
    assert embedded.is_running(own_home)


def test_a_server_killed_without_warning_starts_again(own_home):
    assert ask(own_home).wait(timeout=60) == 0
    os.kill(postmaster(own_home), signal.SIGKILL)
    assert ask(own_home).wait(timeout=60) == 0


def test_the_end_of_a_command_leaves_the_server_to_the_others(own_home):
    assert ask(own_home).wait(timeout=60) == 0
    first = postmaster(own_home)
    assert ask(own_home).wait(timeout=60) == 0
    assert postmaster(own_home) == first


def test_secrets_are_closed_to_other_users():
    assert (postgres.home().path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_nobody_enters_without_the_password():
    login = postgres.logins().app
    password = psycopg.conninfo.conninfo_to_dict(login)["password"]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(login.replace(str(password), "0" * 64))


def test_the_server_listens_on_no_network():
    with shell() as owner:
        assert owner.execute("SHOW listen_addresses").fetchone() == ("",)


@pytest.mark.skipif(os.geteuid() != 0, reason="only as root does the server run as another user")
def test_a_home_that_the_server_cannot_reach_is_refused_and_its_folder_stays_closed(tmp_path: Path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(UnusableInput) as refusal:
        embedded.start(Home(closed / "home"))
    assert "TONGDENG_HOME" in refusal.value.remedy.en
    assert closed.stat().st_mode & 0o777 == 0o700
