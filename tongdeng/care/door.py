"""The door of sealed care: a process with care's own login and keys answers the web on a socket of this machine.

The web asks in a member of staff's name and signs its question with the context's key; it never gets a key of care, and
what it may be told is decided by the database under that member's context. One question, one answer, one connection.
"""

import hmac
import json
import logging
import os
import socket
import socketserver
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from tongdeng.audit.types import Actor
from tongdeng.care import emergency
from tongdeng.care.types import Emergency, Refused

log = logging.getLogger(__name__)
LONGEST = 1 << 16  # bytes of a question
MOST = 1 << 22  # of an answer
PATIENCE = 15  # seconds
FRESH = 30  # seconds for which a signed question is good
INSTANTS = ("opened_at", "expires_at", "closed_at", "reviewed_at")


def address() -> Path:
    """Return where the door is."""
    given: Path = settings.TONGDENG_CARE_DOOR
    return given


def _mac(body: str) -> str:
    return hmac.new(settings.TONGDENG_CONTEXT_KEY, b"care door\n" + body.encode(), "sha256").hexdigest()


# ---- the web's side ----


def ask(what: str, by: Actor, **given: Any) -> Any:
    """Ask care something in a member of staff's name. Raises Refused; `closed` where nobody answers at the door."""
    body = json.dumps({"what": what, "staff": by.staff_id, "post": by.post_id, "at": int(time.time()), **given})
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(PATIENCE)
            line.connect(str(address()))
            line.sendall(f"{_mac(body)} {body}\n".encode())
            with line.makefile("rb") as heard:
                answer = json.loads(heard.readline(MOST))
    except (OSError, ValueError) as error:
        raise Refused("closed") from error
    if "refused" in answer:
        raise Refused(answer["refused"])
    return answer["said"]


def told(said: Mapping[str, Any]) -> Emergency:
    """Return an emergency as it came through the door."""
    return Emergency(**{k: datetime.fromisoformat(v) if k in INSTANTS and v else v for k, v in said.items()})


# ---- care's side ----


def _plain(one: Emergency) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in asdict(one).items()}


def _looked(by: Actor, given: dict[str, Any]) -> dict[str, Any]:
    opened, rows = emergency.look(by=by, **given)
    return {"emergency": _plain(opened), "rows": rows}


ANSWERS: dict[str, Callable[[Actor, dict[str, Any]], Any]] = {
    "open": lambda by, given: _plain(emergency.open_rows(by=by, **given)),
    "look": _looked,
    "close": lambda by, given: emergency.close(by=by, **given),
    "own": lambda by, given: [_plain(one) for one in emergency.own(by=by)],
    "to_review": lambda by, given: [_plain(one) for one in emergency.to_review(by=by)],
    "judge": lambda by, given: emergency.judge(by=by, **given),
}


def answer(line: str) -> dict[str, Any]:
    """Return the answer to a signed question; whatever is wrong with it is refused without a word about why."""
    mac, _, body = line.strip().partition(" ")
    if not hmac.compare_digest(mac, _mac(body)):
        return {"refused": "closed"}
    asked = json.loads(body)
    what, staff, post, at = (asked.pop(name) for name in ("what", "staff", "post", "at"))
    if what not in ANSWERS or not staff or not post or abs(time.time() - at) > FRESH:
        return {"refused": "closed"}
    by = Actor(purpose=emergency.PURPOSE, staff_id=int(staff), post_id=int(post), origin="web")
    try:
        return {"said": ANSWERS[what](by, asked)}
    except Refused as refused:
        return {"refused": refused.why}


class _Visit(socketserver.StreamRequestHandler):
    timeout = PATIENCE

    def handle(self) -> None:
        try:
            said = answer(self.rfile.readline(LONGEST).decode())
        except Exception as error:
            # The kind of fault only: its words could quote a row.
            log.error("the door of care failed: %s", type(error).__name__)
            said = {"refused": "closed"}
        finally:
            connections.close_all()
        self.wfile.write(json.dumps(said, ensure_ascii=False).encode() + b"\n")


def serve(path: Path) -> socketserver.UnixStreamServer:
    """Return the server at the door; its socket is for this account alone."""
    path.unlink(missing_ok=True)
    former = os.umask(0o177)
    try:
        return socketserver.ThreadingUnixStreamServer(str(path), _Visit)
    finally:
        os.umask(former)
