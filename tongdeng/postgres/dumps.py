"""The whole database out and in, by the programs of the server's own version, through pipes: nothing touches the disk.

Row security holds for the owner too, so a dump needs a login above it: the embedded server's superuser, who does
nothing else, or of a county's own server the login named by `TONGDENG_BACKUP_DATABASE_URL`, with BYPASSRLS.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import unquote, urlsplit

from tongdeng.kernel.errors import Text, TongdengError, UnusableInput
from tongdeng.postgres import embedded
from tongdeng.postgres.home import home
from tongdeng.postgres.logins import logins

BLOCK = 1 << 18


def above_row_security(database: str) -> str:
    """Return the address of a database for the login that sees every row. Raises UnusableInput where there is none."""
    if not os.environ.get("TONGDENG_DATABASE_URL"):
        place = home()
        # From the owner's address, which knows the socket.
        parts = urlsplit(logins().owner)
        netloc = f"postgres:{place.secrets['superuser']}@" + parts.netloc.rpartition("@")[2]
        return parts._replace(netloc=netloc, path="/" + database).geturl()
    given = os.environ.get("TONGDENG_BACKUP_DATABASE_URL")
    if not given:
        raise UnusableInput(
            "postgres.backup.login",
            Text("备份需要一个能看到所有行的数据库用户", "a backup needs a database login that sees every row"),
            place="TONGDENG_BACKUP_DATABASE_URL",
            remedy=Text(
                "请数据库管理员建一个带 BYPASSRLS 的用户，并用这个环境变量指定",
                "have a login with BYPASSRLS made, and name it by this variable",
            ),
        )
    return given


def _program(name: str) -> str:
    if not os.environ.get("TONGDENG_DATABASE_URL"):
        return str(embedded.binaries(home()) / name)
    found = shutil.which(name)
    if found is None:
        raise UnusableInput(
            "postgres.backup.program",
            Text(f"这台机器上没有 {name}", f"there is no {name} on this machine"),
            place=name,
            remedy=Text("请安装与数据库同版本的 PostgreSQL 客户端", "install the client of the server's version"),
        )
    return found


@contextmanager
def _running(program: str, address: str, *words: str, writes: bool) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program on a pipe. The password travels in the environment, never on the command line."""
    parts = urlsplit(address)
    environment = {**os.environ, "PGPASSWORD": unquote(parts.password or "")}
    plain = parts._replace(netloc=f"{parts.username}@" + parts.netloc.rpartition("@")[2]).geturl()
    with TemporaryFile() as said:
        with subprocess.Popen(  # noqa: S603  the server's own program
            [_program(program), *words, "--dbname", plain], env=environment, stderr=said, cwd=str(Path("/")),
            stdin=subprocess.PIPE if not writes else subprocess.DEVNULL,
            stdout=subprocess.PIPE if writes else subprocess.DEVNULL,
        ) as process:  # fmt: skip
            yield process
            if process.stdin:
                process.stdin.close()
            code = process.wait()
        if code:
            said.seek(0)
            # The first line names the fault; further ones could quote a row.
            line = said.read(2000).decode(errors="replace").partition("\n")[0]
            raise TongdengError(
                "postgres.dump.failed", Text(f"{program} 没有成功：{line}", f"{program} failed: {line}"), place=program
            )


def dump(database: str, snapshot: str) -> Iterator[bytes]:
    """Yield a dump of a database as an exported snapshot shows it."""
    words = ("--format=custom", "--compress=gzip:1", f"--snapshot={snapshot}")
    with _running("pg_dump", above_row_security(database), *words, writes=True) as process:
        assert process.stdout is not None  # noqa: S101  a pipe
        while block := process.stdout.read(BLOCK):
            yield block


def restore(database: str, blocks: Iterable[bytes]) -> None:
    """Fill a database from a dump, all or nothing; roles are not in it and keep the passwords they have here."""
    words = ("--exit-on-error", "--single-transaction", "--clean", "--if-exists")
    with _running("pg_restore", above_row_security(database), *words, writes=False) as process:
        assert process.stdin is not None  # noqa: S101  a pipe
        try:
            for block in blocks:
                process.stdin.write(block)
        except BrokenPipeError:
            for _ in blocks:
                pass
