"""`law`: the published laws, to look at, to take out as a folder, and to bring back as a draft."""

from pathlib import Path
from typing import Annotated, Any

import typer

from tongdeng.access.types import SERVE
from tongdeng.audit.types import command
from tongdeng.catalogue import actions
from tongdeng.catalogue import selectors as catalogue
from tongdeng.catalogue.exports import write_folder
from tongdeng.cli import installation
from tongdeng.cli.output import AsJson, Lang, emit, note
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text

app = typer.Typer(help="The published law: its history, as a folder, and back from one.", no_args_is_help=True)
Digest = Annotated[str, typer.Argument(metavar="DIGEST", help="A law's digest, or its first eight digits or more.")]


@app.command("list")
def list_laws(as_json: AsJson = False) -> None:
    """List the published laws, the current one first. JSON: list of number, digest, base, title, published_on."""
    installation.ensure_installed()
    emit([_listed(one) for one in catalogue.history()], as_json)


def _listed(one: Any) -> dict[str, Any]:
    return {
        "number": one.number, "digest": one.digest, "base": one.base_digest or None, "title": one.title,
        "published_on": one.decided_at.astimezone(clock.CHINA).date(), "reason": one.reason,
        "proposed_by": one.proposed_by.name or None, "approved_by": one.decided_by.name or None,
        "affected": one.preview.affected if one.preview else None,
    }  # fmt: skip


@app.command()
def show(
    digest: Annotated[str, typer.Argument(metavar="[DIGEST]", help="As `list` gives it; the current law.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show what a law holds: its services in force today, each with its file."""
    installation.ensure_installed()
    named = catalogue.digest_of_prefix(digest) if digest else catalogue.current_digest()
    law, today = catalogue.law_of(named), clock.today()
    services = [
        {
            "service": service.code, "name": service.name.zh, "from": version.from_on,
            "versions": len(service.versions), "file": service.file,
        }
        for service, version in law.in_force_on(today)
    ]  # fmt: skip
    counts = {"facts": len(law.facts), "schedules": len(law.schedules), "cases": len(law.cases)}
    is_current = named == catalogue.current_digest()
    emit({"digest": named, "is_current": is_current, **counts, "services": services}, as_json)


@app.command("export")
def export_law(
    digest: Digest,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    as_json: AsJson = False,
) -> None:
    """Write a law's files into a folder; read from there they have the same digest."""
    installation.ensure_installed()
    named = catalogue.digest_of_prefix(digest)
    emit({"digest": named, "files": write_folder(named, folder)}, as_json)


@app.command("import")
def import_law(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder that holds facts.yaml.")],
    title: Annotated[str, typer.Option(help="What the draft is called; the folder's name if left out.")] = "",
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Bring a law folder in as a draft. It becomes law only when one person proposes it and another approves."""
    installation.ensure_installed()
    draft = actions.import_folder(folder=folder, title=title or folder.resolve().name, by=command(SERVE))
    kept, digest = catalogue.draft(draft), catalogue.draft_reading(draft).digest
    if not kept.changed:
        note(Text("与现行法规完全相同。", "the same as the current law."), lang)
    else:
        note(
            Text(f"已存为草案 {draft}：请在“事项与法规”页提交，再由另一人批准。",
                 f"kept as draft {draft}: propose it on the page “Services and law”, and let another person approve."),
            lang,
        )  # fmt: skip
    emit(
        {"draft": draft, "digest": digest, "changed": list(kept.changed), "removed": list(kept.removed)}, as_json
    )  # fmt: skip
