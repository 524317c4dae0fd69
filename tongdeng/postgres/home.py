"""`TONGDENG_HOME`: the folder of the embedded server and of the secrets of this installation."""

import fcntl
import hashlib
import json
import os
import secrets
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tongdeng.kernel.errors import Text, UnusableInput

KEY_BYTES = 32
LONGEST_SOCKET = 100  # bytes; the system allows 107
SECRET_NAMES = ("root_key", "context_key", "django_key", "superuser", "owner", "app", "job", "care")


@dataclass(frozen=True)
class Home:
    """Where this installation keeps what is its own. Every file in it is readable by its owner only."""

    path: Path

    @property
    def data(self) -> Path:
        """Return the server's data folder."""
        return self.path / "pgdata"

    @property
    def files(self) -> Path:
        """Return the folder of frozen snapshots and sealed uploads, made when first asked for."""
        folder = self.path / "files"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    @cached_property
    def secrets(self) -> dict[str, str]:
        """Return the generated secrets by name; drawn once and kept with mode 0600."""
        self.prepare()
        file = self.path / "secrets.json"
        with self.locked():
            if not file.exists():
                drawn = {name: secrets.token_hex(32) for name in SECRET_NAMES}
                draft = file.with_suffix(".draft")
                with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                    json.dump(drawn, out)
                draft.rename(file)
            return dict(json.loads(file.read_text()))

    def root_key(self) -> bytes:
        """Return the register's root key: 32 bytes from `TONGDENG_ROOT_KEY_COMMAND`, `TONGDENG_ROOT_KEY` or here."""
        return _given_key("TONGDENG_ROOT_KEY") or bytes.fromhex(self.secrets["root_key"])

    def care_key(self) -> bytes:
        """Return the root key of sealed care: 32 bytes in a file of their own, drawn when first asked for.

        `TONGDENG_CARE_KEY_FILE` names another file, which the account of the web need not be able to read, and
        `TONGDENG_CARE_KEY_COMMAND` a command that prints it.
        """
        return _given_key("TONGDENG_CARE_KEY") or self._own_key("TONGDENG_CARE_KEY_FILE", "care.key")

    def audit_key(self) -> bytes:
        """Return the private key that signs the record of acts: outside the database, drawn when first asked for.

        `TONGDENG_AUDIT_KEY_FILE` names another file, which only the account of the worker need be able to read.
        """
        return self._own_key("TONGDENG_AUDIT_KEY_FILE", "audit.key")

    def metrics_token(self) -> str:
        """Return the word that opens `/metrics` from another machine, drawn when first asked for."""
        return self._own_key("TONGDENG_METRICS_TOKEN_FILE", "metrics.token").hex()

    def _own_key(self, variable: str, name: str) -> bytes:
        self.prepare()
        file = Path(os.environ.get(variable) or self.path / name)
        with self.locked():
            if not file.exists():
                draft = file.with_suffix(".draft")
                with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                    out.write(secrets.token_hex(32))
                draft.rename(file)
            return bytes.fromhex(file.read_text().strip())

    def socket(self, name: str) -> Path:
        """Return where a process of this installation listens: in the home, or nearer where that path is too long."""
        inside = self.path / f"{name}.sock"
        if len(str(inside).encode()) <= LONGEST_SOCKET:
            return inside
        short = hashlib.sha256(str(self.path).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"tongdeng-{short}-{name}.sock"

    def prepare(self) -> None:
        """Make the folder. As root others may pass through, because the server runs as another user."""
        if not self.path.exists():
            self.path.mkdir(parents=True)
            self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder's lock: two commands that start at once make one server and one set of secrets."""
        self.prepare()
        with (self.path / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _given_key(name: str) -> bytes | None:
    """Return 32 bytes in hexadecimal from the environment, or from a county's own command: a card, a key server."""
    command = os.environ.get(f"{name}_COMMAND")
    if not command:
        text = os.environ.get(name, "")
    else:
        done = subprocess.run(shlex.split(command), capture_output=True, text=True, check=False)  # noqa: S603  its own
        text = done.stdout if done.returncode == 0 else "?"
    if not text:
        return None
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise UnusableInput(
            "postgres.home.key",
            Text("没有得到 32 字节的十六进制密钥", "there came no key of 32 bytes in hexadecimal"),
            place=f"{name}_COMMAND" if command else name,
            remedy=Text("请检查这条命令或环境变量", "check that command or variable of the environment"),
        )
    return key


def home() -> Home:
    """Return the folder named by `TONGDENG_HOME`, by default `.tongdeng` in the current folder."""
    return Home(Path(os.environ.get("TONGDENG_HOME") or ".tongdeng").expanduser().resolve())
