"""`backup_county` and `restore_county`."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections

from tongdeng.access import actions as access
from tongdeng.archive.container import DIGESTS, Cut, PartsIn, PartsOut, blocks_of
from tongdeng.archive.selectors import count_rows, database, refuse_unless_empty
from tongdeng.archive.types import Manifest, Moved
from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.kernel.sealed_stream import Broken, Writer, pieces
from tongdeng.keys import actions as keys
from tongdeng.keys import selectors as known_keys
from tongdeng.keys.types import Root
from tongdeng.postgres import dumps

SHORTEST = 12  # characters of a passphrase
OWN_FILE, OWN_FOLDER = 0o600, 0o700


def backup_county(*, file: Path, passphrase: str, by: Actor) -> Moved:
    """Write the whole county to a new file, sealed under a passphrase: database, files and root keys."""
    _refuse_short(passphrase)
    if file.exists():
        raise UnusableInput(
            "archive.file.exists", Text("这个文件已经存在", "this file exists already"), place=file.name,
            remedy=Text("换一个文件名", "choose another name"),
        )  # fmt: skip
    draft = file.with_name(file.name + ".part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWN_FILE), "wb") as out:
            sealed = Writer(out, passphrase)
            moved = _write(PartsOut(sealed.write))
            sealed.close()
            out.flush()
            os.fsync(out.fileno())
        draft.rename(file)
    finally:
        draft.unlink(missing_ok=True)
    audit.record(
        "archive.backup.made", by=by, detail={"tables": moved.tables, "rows": moved.rows, "files": moved.files}
    )
    return moved


def _refuse_short(passphrase: str) -> None:
    if len(passphrase) < SHORTEST:
        raise UnusableInput(
            "archive.passphrase.short",
            Text(f"口令至少要 {SHORTEST} 个字符", f"a passphrase has at least {SHORTEST} characters"),
            place="TONGDENG_BACKUP_PASSPHRASE",
        )


def _write(parts: PartsOut) -> Moved:
    with psycopg.connect(dumps.above_row_security(database())) as link:
        link.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        rows = count_rows(link)
        files = sorted(_files())  # after the rows: a document's file is there before its row is
        manifest = Manifest(
            clock.now().isoformat(), rows, str(settings.TONGDENG_FILES),
            {root.value: known_keys.root_key(root).hex() for root in Root},
        )  # fmt: skip
        parts.add("manifest", [json.dumps(asdict(manifest)).encode()])
        ((snapshot,),) = link.execute("SELECT pg_export_snapshot()").fetchall()
        length = parts.add("database", dumps.dump(database(), snapshot))
    written = 0
    for path in files:
        with suppress(FileNotFoundError):  # dropped with its snapshot, or taken in, meanwhile
            with path.open("rb") as stream:
                length += parts.add(f"files/{path.relative_to(settings.TONGDENG_FILES)}", blocks_of(stream))
            written += 1
    parts.add(DIGESTS, [json.dumps(parts.digests).encode()])
    parts.end()
    return Moved(len(rows), sum(rows.values()), written, length)


def _files() -> Iterator[Path]:
    return (path for path in Path(settings.TONGDENG_FILES).rglob("*") if path.is_file())


# ---- back ----


def restore_county(*, file: Path, passphrase: str, by: Actor) -> Moved:
    """Fill an empty installation from a backup and return what came. Its logins keep their own, new passwords.

    Raises UnusableInput, and leaves the installation empty, where the file was changed or cut off, the passphrase is
    another, or a table has not as many rows as it had. The caller brings schema and guard to this version afterwards.
    """
    refuse_unless_empty(database())
    try:
        with file.open("rb") as stream:
            moved, made_at = _read(PartsIn(pieces(stream, passphrase)), by)
    except (Broken, Cut):
        _empty_again()
        raise UnusableInput(
            "archive.file.broken",
            Text("口令不对，或文件被改动、不完整", "the passphrase is another, or the file was changed or cut off"),
            place=file.name,
            remedy=Text("什么都没有恢复；请检查口令，或换一份备份", "nothing was restored; check it, or take another"),
        ) from None
    except BaseException:
        _empty_again()
        raise
    detail = {"tables": moved.tables, "files": moved.files, "of": made_at}
    audit.record("archive.backup.restored", by=by, detail=detail)
    return moved


def _read(parts: PartsIn, by: Actor) -> tuple[Moved, str]:
    manifest, files, length, wanted = None, 0, 0, None
    for name, blocks in parts:
        if name == "manifest":
            manifest = Manifest(**json.loads(b"".join(blocks)))
        elif name == "database":
            access.drop_everything(by=by, is_recorded=False)
            dumps.restore(database(), blocks)
        elif name == DIGESTS:
            before = dict(parts.digests)
            wanted = json.loads(b"".join(blocks))
            if wanted != before:
                raise Cut
        else:
            length += _put_back(name, blocks)
            files += 1
    if manifest is None or wanted is None:
        raise Cut
    _check_rows(manifest)
    _settle_in(manifest, by)
    rows = manifest.rows
    return Moved(len(rows), sum(rows.values()), files, length), manifest.made_at


def _put_back(name: str, blocks: Iterator[bytes]) -> int:
    root = Path(settings.TONGDENG_FILES).resolve()
    path = (root / name.removeprefix("files/")).resolve()
    if not path.is_relative_to(root):
        raise Cut
    for folder in reversed([one for one in path.parents if one.is_relative_to(root)]):
        folder.mkdir(mode=OWN_FOLDER, exist_ok=True)
    length = 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWN_FILE), "wb") as out:
        for block in blocks:
            length += out.write(block)
    return length


def _check_rows(manifest: Manifest) -> None:
    with psycopg.connect(dumps.above_row_security(database())) as link:
        found = count_rows(link)
    tables = sorted(manifest.rows.keys() | found.keys())
    wrong = [table for table in tables if manifest.rows.get(table) != found.get(table)]
    if wrong:
        raise UnusableInput(
            "archive.rows.differ",
            Text("恢复后的行数与备份不一致", "there are not as many rows as there were"),
            place=", ".join(wrong),
        )


def _settle_in(manifest: Manifest, by: Actor) -> None:
    """Make what came this installation's own: its root keys, its folder, and nobody still signed in."""
    for root in Root:
        former, new = bytes.fromhex(manifest.roots[root.value]), known_keys.root_key(root)
        keys.change_root_key(root=root, former=former, new=new, by=by)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE snapshots_snapshot SET folder = %s || substr(folder, length(%s) + 1) WHERE starts_with(folder, %s)",
            [str(settings.TONGDENG_FILES), manifest.files_root, manifest.files_root],
        )
        cursor.execute("DELETE FROM django_session")


def _empty_again() -> None:
    with psycopg.connect(dumps.above_row_security(database())) as link:
        link.execute("DROP SCHEMA IF EXISTS care CASCADE")
        link.execute("DROP SCHEMA IF EXISTS public CASCADE")
        link.execute("CREATE SCHEMA public AUTHORIZATION CURRENT_USER")
        link.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
        owner = str(connections["owner"].settings_dict["USER"])
        link.execute(f'ALTER SCHEMA public OWNER TO "{owner}"')
    for path in _files():
        path.unlink(missing_ok=True)
