"""Brings a database to this version: schema, policies, divisions, bureaus. Quick when nothing has changed."""

import hashlib
import os
from datetime import date
from pathlib import Path

import yaml


def django(role: str = "job") -> None:
    """Start Django with the login of this role."""
    os.environ.setdefault("TONGDENG_ROLE", role)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongdeng.config.settings.dev")
    import django as framework

    framework.setup()


def wanted_digest() -> str:
    """Return the name of the schema, the policies and the context key that this version wants."""
    from django.conf import settings
    from django.db.migrations.loader import MigrationLoader

    from tongdeng.access import selectors as access

    known = sorted(f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations)
    text = "\n".join(known) + access.policies_sql() + settings.TONGDENG_CONTEXT_KEY.hex()
    return hashlib.sha256(text.encode()).hexdigest()


def installed_digest() -> str:
    """Return what the database was last brought to; empty for a new one."""
    from django.db import ProgrammingError, connections, transaction

    try:
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute("SELECT digest FROM access_installation WHERE id = 1")
            row = cursor.fetchone()
    except ProgrammingError:
        return ""
    return row[0] if row else ""


def ensure_installed() -> bool:
    """Install or upgrade where needed; returns whether anything was done."""
    wanted = wanted_digest()
    if installed_digest() == wanted:
        return False
    install(wanted)
    return True


def install(digest: str) -> None:
    """Replay the migrations, install the guard, and register the divisions and bureaus this version knows."""
    from django.core.management import call_command
    from django.db import connections

    from tongdeng.access import actions as access
    from tongdeng.audit.types import command
    from tongdeng.keys import actions as keys

    by = command("install")
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    access.install_guard(by=by)
    keys.make_first_keys(by=by)
    _register_map(by)
    _publish_first_law(by)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_installation (id, digest, is_demo, demo) VALUES (1, %s, false, '{}')"
            " ON CONFLICT (id) DO UPDATE SET digest = excluded.digest",
            [digest],
        )


def _register_map(by) -> None:
    from django.conf import settings

    from tongdeng.org import actions as org
    from tongdeng.org import selectors
    from tongdeng.org.types import Level, Place
    from tongdeng.synth.divisions import DEMO_COUNTY

    if not selectors.places(date(2026, 1, 1)):
        # Until a county brings its own file, so that a roll can be taken into an empty register at once.
        places = [Place(r.code, r.name_zh, r.name_en, Level(r.level), r.parent or None) for r in DEMO_COUNTY]
        org.register_divisions(places=places, since=date(2000, 1, 1), by=by)
    org.register_bureaus(names=list(_bureau_names(settings.TONGDENG_LAW)), by=by)


def _publish_first_law(by) -> None:
    from django.conf import settings

    from tongdeng.catalogue import actions as catalogue

    catalogue.publish_first(folder=settings.TONGDENG_LAW, by=by)


def _bureau_names(law: Path):
    from tongdeng.org.exports import BureauName

    listed = yaml.safe_load((law / "codes" / "bureaus.yaml").read_text(encoding="utf-8"))["bureaus"]
    for code, known in listed.items():
        yield BureauName(bureau_id=code, name_zh=known["zh"], name_en=known["en"], valid_from=known.get("from"))
        for old in known.get("was", []):
            until = old.get("until")
            yield BureauName(
                bureau_id=code, name_zh=old["zh"], name_en=old.get("en", ""), valid_from=old.get("from"),
                valid_to=until or date(2000, 1, 1),
            )  # fmt: skip
