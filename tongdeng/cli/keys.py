"""`keys list` and `keys rotate`."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from tongdeng.audit.types import Actor, command
from tongdeng.cli import installation
from tongdeng.cli.output import AsJson, Lang, emit, note
from tongdeng.kernel.errors import Text, TongdengError, UnusableInput
from tongdeng.keys import actions, selectors
from tongdeng.keys.exports import left_under_older_keys
from tongdeng.keys.types import Root

app = typer.Typer(help="密钥 Keys", no_args_is_help=True)
PURPOSE = "keys"


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """List the versions of every domain's key and what became of them."""
    installation.ensure_installed()
    keys = [
        {
            "root": one.root, "domain": one.domain, "version": one.version, "state": one.state,
            "made_at": str(one.made_at), "destroyed_at": str(one.destroyed_at or ""),
        }
        for one in selectors.known_keys()
    ]  # fmt: skip
    emit(keys, as_json)


@app.command("rotate")
def rotate(
    domain: Annotated[list[str] | None, typer.Option(help="Only this domain; may be repeated. Default: all.")] = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Give domains new keys, bring everything under them while pages run, then destroy the old; can be run again."""
    installation.ensure_installed()
    by, done, renewed = command(PURPOSE), [], 0
    for root, wanted in _wanted(domain):
        pending = actions.begin_rotation(root=root, domains=wanted, by=by)
        for count in actions.renew_batches(root=root, domains=pending, by=by):
            renewed += count
            note(Text(f"已换新 {renewed}", f"{renewed} renewed"), lang)
        if root is Root.CARE:
            renewed += int(_care_step(pending)["renewed"])
        done += actions.end_rotation(root=root, domains=pending, left=lambda r, d: _left(r, d, by), by=by)
    left = sorted({one.domain for one in selectors.known_keys() if one.state == "old"})
    emit({"domains": done, "renewed": renewed, "unfinished": left}, as_json)
    if left:
        raise typer.Exit(1)


@app.command("care-step", hidden=True)
def care_step(domains: str, *, count_only: bool = False) -> None:
    """Do the part of a rotation that only the login of sealed care may do; `rotate` calls this."""
    by, listed = command(PURPOSE), [one for one in domains.split(",") if one]
    renewed = 0 if count_only else sum(actions.renew_batches(root=Root.CARE, domains=listed, by=by))
    left = left_under_older_keys(root=Root.CARE, domains=set(listed), by=by)
    emit({"renewed": renewed, "left": left}, as_json=True)


def _wanted(domains: list[str] | None) -> list[tuple[Root, list[str]]]:
    known = {one: root for root in Root for one in selectors.rotating(root)}
    unknown = sorted(set(domains or ()) - known.keys())
    if unknown:
        raise UnusableInput(
            "keys.domain.unknown",
            Text(f"没有密钥域 {unknown[0]}", f"there is no key domain {unknown[0]}"),
            place="--domain",
            remedy=Text("已知的：" + "、".join(known), "known: " + ", ".join(known)),
        )
    wanted = domains or list(known)
    return [(root, [one for one in wanted if known[one] is root]) for root in Root]


def _left(root: Root, domains: set[str], by: Actor) -> int:
    left = left_under_older_keys(root=root, domains=domains, by=by)
    return left + int(_care_step(domains, "--count-only")["left"]) if root is Root.CARE else left


def _care_step(domains: Iterable[str], *words: str) -> dict[str, Any]:
    environment = {**os.environ, "TONGDENG_ROLE": "care"}
    arguments = [sys.executable, "-m", "tongdeng.cli.main", "keys", "care-step", ",".join(domains), *words]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  ours
    if done.returncode:
        raise TongdengError(
            "keys.care.failed",
            Text("卫生健康部分没有完成", "the part of sealed care was not done"),
            place="keys care-step",
            remedy=Text("旧密钥仍保留；改正后再运行 keys rotate", "the old keys are kept; mend it and run it again"),
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
