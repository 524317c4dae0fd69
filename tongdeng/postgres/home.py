"""`TONGDENG_HOME`: the folder of the embedded server and of the secrets of this installation."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

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

    def care_key(self) -> bytes:
        """Return the root key of sealed care: 32 bytes in a file of their own, drawn when first asked for.

        `TONGDENG_CARE_KEY_FILE` names another file, which the account of the web need not be able to read.
        """
        self.prepare()
        file = Path(os.environ.get("TONGDENG_CARE_KEY_FILE") or self.path / "care.key")
        with self.locked():
            if not file.exists():
                draft = file.with_suffix(".draft")
                with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                    out.write(secrets.token_hex(32))
                draft.rename(file)
            return bytes.fromhex(file.read_text().strip())

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


def home() -> Home:
    """Return the folder named by `TONGDENG_HOME`, by default `.tongdeng` in the current folder."""
    return Home(Path(os.environ.get("TONGDENG_HOME") or ".tongdeng").expanduser().resolve())
