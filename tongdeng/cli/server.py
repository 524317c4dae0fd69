"""`serve` and `stop`."""

import contextlib
import os
import signal
import subprocess
import sys
from typing import Annotated

import typer

from tongdeng import postgres
from tongdeng.cli.output import AsJson, Lang, emit, note
from tongdeng.kernel.errors import Text

PIDS = "serve.pid"


def serve(
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 8000,
    workers: Annotated[int, typer.Option(help="Web processes.")] = 2,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    lang: Lang = "zh",
) -> None:
    """Serve the web and work on background jobs, until interrupted."""
    from tongdeng.cli import installation

    installation.ensure_installed()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "tongdeng.config.settings.dev"),
    }
    web = subprocess.Popen(  # noqa: S603
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
            "--workers", str(workers), "--blocking-threads", "4", "--no-access-log", "--log-level", "warning",
            "tongdeng.config.wsgi:application",
        ],
        env={**environment, "TONGDENG_ROLE": "app"},
    )  # fmt: skip
    jobs = subprocess.Popen(
        [sys.executable, "-m", "tongdeng.config.worker"], env={**environment, "TONGDENG_ROLE": "job"}
    )
    (postgres.home().path / PIDS).write_text(str(os.getpid()))
    note(
        Text(
            f"同等已启动：http://{host}:{port}/  （按 Ctrl+C 停止）", f"Serving at http://{host}:{port}/ (Ctrl+C stops)"
        ),
        lang,
    )
    _wait(web, jobs)


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
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
    (postgres.home().path / PIDS).unlink(missing_ok=True)


def stop(as_json: AsJson = False) -> None:
    """Stop the web, the worker and the embedded server of this home."""
    place = postgres.home()
    pid_file = place.path / PIDS
    served = False
    if pid_file.exists():
        try:
            os.kill(int(pid_file.read_text()), signal.SIGTERM)
            served = True
        except (ProcessLookupError, ValueError):
            pid_file.unlink(missing_ok=True)
    emit({"serve": served, "database": postgres.stop(place)}, as_json)
