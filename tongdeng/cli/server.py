"""`serve` and `stop`."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from tongdeng import postgres
from tongdeng.cli.output import AsJson, Lang, emit, note
from tongdeng.kernel.errors import Text, UnusableInput

PIDS = "serve.pid"


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise UnusableInput(
                "serve.port.taken",
                Text(f"端口 {port} 已被占用，或不能使用", f"port {port} is taken or may not be used"),
                place=f"{host}:{port}",
                remedy=Text(
                    "用 --port 换一个端口，或先运行 tongdeng stop", "choose another --port, or run `tongdeng stop`"
                ),
            ) from None


def _start(role: str, *words: str) -> subprocess.Popen[bytes]:
    """Start a part of the service in a session of its own, so that it can be ended with all its own children."""
    settings = os.environ.get("DJANGO_SETTINGS_MODULE", "tongdeng.config.settings.dev")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings, "TONGDENG_ROLE": role}
    return subprocess.Popen([sys.executable, "-m", *words], env=environment, start_new_session=True)  # noqa: S603


def serve(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8000,
    workers: Annotated[int, typer.Option(help="Web processes.")] = 2,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    lang: Lang = "zh",
) -> None:
    """Serve the web and work on background jobs, until interrupted."""
    from tongdeng.cli import installation

    _refuse_taken_port(host, port)
    installation.ensure_installed()
    web = _start(
        "app", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers),
        "--blocking-threads", "4", "--no-access-log", "--log-level", "warning", "tongdeng.config.wsgi:application",
    )  # fmt: skip
    jobs = _start("job", "tongdeng.config.worker")
    care = _start("care", "tongdeng.config.care_door")
    (postgres.home().path / PIDS).write_text(str(os.getpid()))
    address = f"http://{host}:{port}/"
    note(Text(f"同等已启动：{address}  （按 Ctrl+C 停止）", f"Serving at {address} (Ctrl+C stops)"), lang)
    _wait(web, jobs, care)


def _wait(*children: subprocess.Popen[bytes]) -> None:
    """Wait until one child ends or somebody interrupts, then end the others: half a service helps nobody."""

    def end(*_: object) -> None:
        for child in children:
            if child.poll() is None:
                child.terminate()

    signal.signal(signal.SIGTERM, end)
    with contextlib.suppress(KeyboardInterrupt, ChildProcessError):
        os.waitpid(-1, 0)
    end()
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=10)
        # Whatever a part left behind in its session goes with it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    (postgres.home().path / PIDS).unlink(missing_ok=True)


def _stop_service(pid_file: Path) -> bool:
    """Ask a running `serve` to end and wait until it has. Returns whether there was one."""
    if not pid_file.exists():
        return False
    try:
        os.kill(int(pid_file.read_text()), signal.SIGTERM)
    except (ProcessLookupError, ValueError):
        pid_file.unlink(missing_ok=True)
        return False
    for _ in range(200):
        if not pid_file.exists():
            break
        time.sleep(0.1)
    return True


def stop(as_json: AsJson = False) -> None:
    """Stop the web, the worker and the embedded server of this home."""
    place = postgres.home()
    served = _stop_service(place.path / PIDS)
    emit({"serve": served, "database": postgres.stop(place)}, as_json)
