"""Where a root key comes from: a county's own command, the environment, the home's file."""

import sys
from pathlib import Path

import pytest

from tongdeng.kernel.errors import UnusableInput
from tongdeng.postgres import Home

KEY = bytes(range(32))


def test_a_countys_command_goes_before_the_environment_and_that_before_the_file(tmp_path: Path, monkeypatch):
    home = Home(tmp_path / "home")
    own = home.root_key()
    assert own.hex() == home.secrets["root_key"]
    monkeypatch.setenv("TONGDENG_ROOT_KEY", KEY.hex())
    assert home.root_key() == KEY
    monkeypatch.setenv("TONGDENG_ROOT_KEY_COMMAND", f"{sys.executable} -c \"print('ab' * 32)\"")
    assert home.root_key().hex() == "ab" * 32
    monkeypatch.setenv("TONGDENG_CARE_KEY_COMMAND", f"{sys.executable} -c \"print('cd' * 32)\"")
    assert home.care_key().hex() == "cd" * 32
    assert not (home.path / "care.key").exists()


@pytest.mark.parametrize(
    "command", ["false", f"{sys.executable} -c \"print('ab')\"", f"{sys.executable} -c \"print('x')\""]
)
def test_a_command_that_gives_no_key_is_refused_and_no_key_is_made_up(tmp_path, monkeypatch, command):
    monkeypatch.setenv("TONGDENG_ROOT_KEY_COMMAND", command)
    with pytest.raises(UnusableInput) as refused:
        Home(tmp_path / "home").root_key()
    assert refused.value.place == "TONGDENG_ROOT_KEY_COMMAND"
