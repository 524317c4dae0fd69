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
from tongdeng.kernel.keyring import AnotherRoot
from tongdeng.keys import selectors as keys
from tongdeng.keys.exports import columns
from tongdeng.keys.types import SEALING, Root
from tongdeng.notify import selectors as notify
from tongdeng.notify.exports import languages
from tongdeng.papers import exports as papers
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


def _keys() -> str:
    known = keys.known_keys()
    missing = [domain for root in Root for domain in keys.domains(root) if domain not in {one.domain for one in known}]
    if missing:
        raise ValueError(f"no key for {', '.join(missing)}")
    try:
        held = {root: keys.ring(root) for root in Root}
    except AnotherRoot:
        raise ValueError("the data keys do not open under this root key: is it another installation's?") from None
    for root in Root:
        for domain in SEALING[root]:
            if held[root].unseal(domain, held[root].seal(domain, b"doctor")) != b"doctor":
                raise ValueError(f"what is sealed in {domain} does not open")
    unfinished = sorted({one.domain for one in known if one.state == "old"})
    told = f"{sum(one.state == 'current' for one in known)} domains"
    return f"{told}; rotation of {', '.join(unfinished)} is under way: run `keys rotate`" if unfinished else told


def _columns() -> str:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT CASE n.nspname WHEN 'care' THEN 'care.' ELSE '' END || c.relname || '.' || a.attname"
            " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname IN ('public', 'care') AND c.relkind = 'r' AND a.atttypid = 'bytea'::regtype"
            " AND a.attnum > 0"
        )
        unknown = {row[0] for row in cursor.fetchall()} - columns.known()
    if unknown:
        raise ValueError(f"no rotation reaches {', '.join(sorted(unknown))}")
    return "a rotation reaches every sealed column"


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


def _papers() -> str:
    told = f"{len(papers.kinds())} kinds of paper, messages in {', '.join(languages.known())}"
    try:
        return f"{told}; printed in {papers.font()}"
    except TongdengError as error:
        return f"{told}; {error.fact.en}: {error.remedy.en}"


def _messages() -> str:
    counts = notify.count_states()
    return ", ".join(f"{count} {state}" for state, count in counts.items()) or "none in the last 30 days"


CHECKS = {
    "database": _database, "logins": _roles, "row_security": _rows_without_context, "secrets": _secrets, "keys": _keys,
    "columns": _columns, "law": _law, "assets": _assets,
    "papers": _papers, "messages": _messages,
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
