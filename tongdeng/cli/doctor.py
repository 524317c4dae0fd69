"""`doctor`: is this installation sound?"""

import platform

import typer
from django.conf import settings
from django.db import DatabaseError, connection, connections

from tongdeng import postgres
from tongdeng.catalogue import selectors as catalogue
from tongdeng.cli import installation
from tongdeng.cli.output import AsJson, emit
from tongdeng.kernel.errors import TongdengError
from tongdeng.rules.bundle import digest_of, files_in


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        return str(cursor.fetchone()[0]).split(" on ")[0]


def _roles() -> str:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'tongdeng%' AND (rolsuper OR rolbypassrls)")
        found = [row[0] for row in cursor.fetchall()]
    if found:
        raise ValueError(f"these logins bypass row security: {', '.join(found)}")
    return "no login bypasses row security"


def _rows_without_context() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_person")
        seen = cursor.fetchone()[0]
    if seen:
        raise ValueError(f"{seen} people are visible without a context")
    return "without a context no person is visible"


def _secrets() -> str:
    files = (postgres.home().path / name for name in ("secrets.json", "care.key"))
    for file in (one for one in files if one.exists()):
        mode = file.stat().st_mode & 0o777
        if mode != 0o600:
            raise ValueError(f"{file.name} has mode {mode:o}, not 600")
    return "0600"


def _law() -> str:
    law = catalogue.law()
    told = f"{len(law.services)} services, {law.digest[:12]}"
    known = {one.digest for one in catalogue.history()}
    if digest_of(files_in(settings.TONGDENG_LAW)) not in known:
        told += "; the law/ of this version was never published here: `tongdeng law import law` makes a draft of it"
    return told


def _assets() -> str:
    if not (settings.DIST / "manifest.json").exists():
        raise ValueError("the pages' assets are not built: run `./run assets`")
    return "built; the console asks for Chrome 119 or later"


CHECKS = {
    "database": _database, "logins": _roles, "row_security": _rows_without_context, "secrets": _secrets, "law": _law,
    "assets": _assets,
}  # fmt: skip


def doctor(as_json: AsJson = False) -> None:
    """Check the installation; exit code 1 if something is wrong."""
    installation.ensure_installed()
    found: dict[str, object] = {"python": platform.python_version(), "home": str(postgres.home().path)}
    sound = True
    for name, check in CHECKS.items():
        try:
            found[name] = check()
        except (ValueError, OSError, DatabaseError, TongdengError) as error:
            found[name] = f"FAILED: {error}"
            sound = False
    emit({**found, "ok": sound}, as_json)
    if not sound:
        raise typer.Exit(1)
