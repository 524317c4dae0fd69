"""`audit`: the record of acts is whole, and can be shown to be so elsewhere."""

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tongdeng.audit import proofs
from tongdeng.cli.output import AsJson, Lang, emit, note
from tongdeng.kernel import clock
from tongdeng.kernel.errors import CheckFailed, Text, UnusableInput

app = typer.Typer(help="The record of acts: sealed, verified, witnessed.", no_args_is_help=True)
alone = typer.Typer(help="A proof, checked without a database.", no_args_is_help=True)
PublicKey = Annotated[str | None, typer.Option("--public-key", help="64 hexadecimal digits, or a file with them.")]
Out = Annotated[Path, typer.Option("--out", help="File to write.")]


def _key(given: str | None) -> bytes | None:
    if given is None:
        return None
    text = Path(given).read_text(encoding="utf-8").strip() if len(given) != 64 or Path(given).is_file() else given
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != 32:
        raise UnusableInput(
            "audit.key.unreadable",
            Text("这不是公钥", "this is no public key"),
            place=given,
            remedy=Text("公钥是 64 位十六进制数：tongdeng audit key", "64 hexadecimal digits: `tongdeng audit key`"),
        )
    return found


def _document(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def _write(file: Path, document: dict[str, Any]) -> None:
    file.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@app.command("verify")
def verify(
    witness: Annotated[Path | None, typer.Option(help="A witness file kept elsewhere.")] = None,
    public_key: PublicKey = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Recompute the whole chain; exit 1 and name the first entry or seal that does not fit."""
    from tongdeng.audit import actions as audit
    from tongdeng.audit.types import command

    kept = _document(witness) if witness else None
    begun = time.perf_counter()
    found = audit.verify_chain(witness=kept, public=_key(public_key), by=command("audit"))
    seconds = time.perf_counter() - begun
    result = {
        "entries": found.entries, "sealed": found.sealed, "ok": found.is_ok, "unsealed": found.unsealed,
        "seals": found.seals, "retired": found.retired, "faults": found.faults,
        "first": found.first.as_json(lang) if found.first else None, "seconds": round(seconds, 3),
        "entries_per_second": round(found.entries / seconds),
    }  # fmt: skip
    emit(result, as_json)
    if found.first is not None:
        note(found.first.text, lang)
        raise typer.Exit(1)


@app.command("seal")
def seal(as_json: AsJson = False) -> None:
    """Seal now what is not sealed yet. The worker does this by itself every few seconds."""
    from tongdeng.audit import actions as audit

    emit({"sealed": audit.seal_entries()}, as_json)


@app.command("key")
def key(as_json: AsJson = False) -> None:
    """Show the public key by which anybody can check seals, proofs and witness files."""
    from tongdeng.audit import actions as audit

    emit({"public_key": audit.public_key().hex()}, as_json)


@app.command("witness")
def witness(
    file: Annotated[Path, typer.Argument(help="File to write; keep it on another machine.")], as_json: AsJson = False
) -> None:
    """Export the newest seals for somebody elsewhere to keep: whoever holds them finds a chain written anew."""
    from tongdeng.audit import actions as audit
    from tongdeng.audit.types import command

    made = audit.make_witness(by=command("audit"))
    _write(file, made)
    emit({"file": file.name, "seals": len(made["seals"]), "public_key": made["public_key"]}, as_json)


@app.command("proof")
def proof(
    entry: Annotated[int, typer.Argument(help="Number of the entry.")], out: Out, as_json: AsJson = False
) -> None:
    """Write a proof that one entry is sealed as it stands; `audit check` checks it without the database."""
    from tongdeng.audit import actions as audit
    from tongdeng.audit.types import command

    made = audit.make_proof(entry=entry, by=command("audit"))
    _write(out, made)
    emit({"file": out.name, "entry": entry}, as_json)


@app.command("retire")
def retire(
    before: Annotated[datetime, typer.Option(help="First day that stays.", formats=["%Y-%m-%d"])],
    reason: Annotated[str, typer.Option(help="Why; it is kept with the act.")],
    as_json: AsJson = False,
) -> None:
    """Remove the entries of seals older than three years; their seals stay, and the chain tells it."""
    from tongdeng.audit import actions as audit
    from tongdeng.audit.types import command

    day = before.replace(tzinfo=clock.CHINA)
    emit({"removed": audit.retire_entries(before=day, reason=reason, by=command("retention"))}, as_json)


@app.command("check")
@alone.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="A proof made by `audit proof`.")],
    public_key: PublicKey = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Check a proof alone, without the database; exit 1 where it does not hold."""
    given = _key(public_key)
    try:
        proven = proofs.check_proof(_document(file), given)
    except CheckFailed as error:
        error.place = file.name
        raise
    if given is None:
        note(
            Text(
                f"未给公钥：只说明文件前后一致，签名用的公钥是 {proven.public.hex()}",
                f"no key given: this only shows that the file fits together; it was signed with {proven.public.hex()}",
            ),
            lang,
        )
    emit(
        {
            "ok": True, "entry": proven.entry, "seal": proven.seal.number,
            "sealed_at": proven.seal.sealed_at.isoformat(),
            "public_key": proven.public.hex(), "is_key_given": given is not None,
        },
        as_json,
    )  # fmt: skip
