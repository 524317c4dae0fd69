"""A county out and in: the same rows and figures elsewhere, under other passwords and keys, or nothing at all."""

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from tests.databases import environment, logged_in_as
from tests.files import pdf
from tests.posts import SERVING
from tongdeng import postgres
from tongdeng.access.selectors import acting
from tongdeng.audit.types import command
from tongdeng.documents import actions as documents
from tongdeng.documents.types import Kept, Owner, Subject
from tongdeng.kernel.sealed_stream import PIECE, Broken, Writer, pieces
from tongdeng.people.exports import records
from tongdeng.people.models import Identity

PHRASE = "a long enough passphrase"
WRONG = "another long passphrase"


def run(home: Path | None, *words: str, phrase: str = PHRASE) -> tuple[int, dict]:
    """Run a command here, or on an installation of its own in a folder; return its code and what it said."""
    own = environment() if home is None else {
        **{k: v for k, v in os.environ.items() if not k.startswith(("TONGDENG_", "DJANGO_"))},
        "TONGDENG_HOME": str(home), "TONGDENG_TODAY": os.environ["TONGDENG_TODAY"], "TONGDENG_UNSAFE_FAST": "1",
    }  # fmt: skip
    own["TONGDENG_BACKUP_PASSPHRASE"] = phrase
    arguments = [sys.executable, "-m", "tongdeng.cli.main", *words, "--json"]
    done = subprocess.run(arguments, env=own, capture_output=True, text=True, check=False, timeout=300)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


LEASE = Subject("test.case", 1)
# What an installation says of a document that it holds.
OPENED = """
import django; django.setup()
from tongdeng.access.selectors import acting
from tongdeng.audit.types import job
from tongdeng.documents.actions import open_document
from tongdeng.documents.types import Subject
from tongdeng.kernel.crypto import sm3
with acting(job("documents")) as by:
    print(sm3(b"".join(open_document(document_id={}, subject=Subject("test.case", 1), by=by).pieces)).hex())
"""


@pytest.fixture(scope="module")
def document(determined_county: object) -> Kept:
    """A document that somebody handed in."""
    with logged_in_as("job"), acting(command("test")) as by:
        one = Identity.objects.order_by("person_id").first()
        owner = Owner(one.person_id, one.territory, "B", SERVING)
        return documents.keep_document(
            subject=LEASE, owner=owner, purpose="PSB-01", material="lease", data=pdf(), by=by
        )  # fmt: skip


@pytest.fixture(scope="module")
def saved(document: Kept, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The backup of a small county."""
    file = tmp_path_factory.mktemp("backup") / "county.tongdeng"
    code, told = run(None, "backup", str(file))
    assert (code, told["file"]) == (0, "county.tongdeng")
    assert told["files"] > 5
    return file


@pytest.fixture(scope="module")
def elsewhere(saved: Path) -> Iterator[Path]:
    """An installation on another server, filled from the backup."""
    # Not below pytest's own folder, which the next pytest on this machine closes to the server's user.
    home = Path(tempfile.mkdtemp(prefix="tongdeng-elsewhere-"))
    home.chmod(0o711)
    code, told = run(home, "restore", str(saved), phrase=WRONG)
    assert (code, told["code"]) == (2, "archive.file.broken")
    code, told = run(home, "restore", str(saved))
    assert code == 0, told
    yield home
    postgres.stop(postgres.Home(home))
    shutil.rmtree(home, ignore_errors=True)


def counts(address: str) -> dict[str, int]:
    from tongdeng.archive.selectors import count_rows

    with psycopg.connect(address) as link:
        return count_rows(link)


def test_a_backup_tells_nothing_without_its_passphrase(saved):
    with logged_in_as("job"), acting(command("test")):
        name = Identity.objects.order_by("person_id").first().name
    data = saved.read_bytes()
    assert name.encode() not in data
    assert settings.TONGDENG_ROOT_KEY.hex().encode() not in data
    assert saved.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Broken):
        list(pieces(io.BytesIO(data), WRONG))
    # Guards the lines above: with the passphrase, the key is there.
    assert settings.TONGDENG_ROOT_KEY.hex().encode() in b"".join(pieces(io.BytesIO(data), PHRASE))


def test_elsewhere_every_table_has_as_many_rows_and_row_security_holds(saved, elsewhere):
    from tongdeng.postgres import dumps

    here = counts(dumps.above_row_security(settings.TEST_DATABASE))
    theirs = postgres.Home(elsewhere)
    socket = f"host={elsewhere / 'run'}"
    if not (elsewhere / "run").exists():
        from tongdeng.postgres.embedded import socket_folder

        socket = f"host={socket_folder(theirs)}"
    there = counts(f"{socket} dbname=tongdeng user=postgres password={theirs.secrets['superuser']}")
    moving = {"public.audit_entry", "public.django_session", "public.django_content_type", "public.auth_permission"}
    moving |= {"public.procrastinate_workers"}
    assert {t: n for t, n in there.items() if t not in moving} == {t: n for t, n in here.items() if t not in moving}
    assert there["public.people_record"] > 500
    app = f"{socket} dbname=tongdeng user=tongdeng_app"
    with psycopg.connect(f"{app} password={theirs.secrets['app']}") as web:
        assert web.execute("SELECT count(*) FROM people_person").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("SELECT * FROM audit_entry")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"{app} password={postgres.home().secrets['app']}")


def test_elsewhere_the_figures_are_the_same_and_the_doctor_is_content(elsewhere):
    here, there = run(None, "measures"), run(elsewhere, "measures")
    assert here == there
    assert here[0] == 0
    code, told = run(elsewhere, "doctor")
    assert {k: v for k, v in told.items() if "FAILED" in str(v)} == {}
    assert code == 0


def test_elsewhere_a_number_is_found_and_opened_under_keys_of_its_own(elsewhere):
    with logged_in_as("job"), acting(command("test")):
        one = Identity.objects.filter(id_index__isnull=False).order_by("person_id").first()
        number = records.unseal_text(one.id_sealed)
    code, told = run(elsewhere, "explain", "--person", number, "--service", "HRS-02")
    assert code == 0, told
    assert postgres.Home(elsewhere).secrets["root_key"] != postgres.home().secrets["root_key"]


def test_elsewhere_a_document_opens_as_it_was_handed_in(document, elsewhere):
    own = {k: v for k, v in os.environ.items() if not k.startswith(("TONGDENG_", "DJANGO_"))} | {
        "TONGDENG_HOME": str(elsewhere), "TONGDENG_ROLE": "job",
        "DJANGO_SETTINGS_MODULE": "tongdeng.config.settings.dev",
    }  # fmt: skip
    words = [sys.executable, "-c", OPENED.format(document.id)]
    done = subprocess.run(words, env=own, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == document.digest


def test_a_county_is_never_written_over(saved, elsewhere):
    code, told = run(elsewhere, "restore", str(saved))
    assert (code, told["code"]) == (2, "archive.installation.in_use")


@pytest.mark.parametrize("size", [0, 5, PIECE, PIECE + 1, 3 * PIECE])
def test_a_sealed_stream_comes_back_whole_or_not_at_all(size, monkeypatch):
    monkeypatch.setattr("tongdeng.kernel.sealed_stream.COST", {"n": 2, "r": 8, "p": 1})
    plain, out = os.urandom(size), io.BytesIO()
    writer = Writer(out, PHRASE)
    writer.write(plain)
    writer.close()
    sealed = out.getvalue()
    assert b"".join(pieces(io.BytesIO(sealed), PHRASE)) == plain
    head = sealed.index(b"}\n") + 2
    for broken in (
        sealed[:-1], sealed[:head], sealed + b"x", sealed[:head] + bytes([sealed[head] ^ 1]) + sealed[head + 1 :],
        sealed.replace(b'"p": 1', b'"p": 2'), b"x" + sealed,
    ):  # fmt: skip
        with pytest.raises(Broken):
            list(pieces(io.BytesIO(broken), PHRASE))
    if size > PIECE:
        step = PIECE + 16
        swapped = sealed[:head] + sealed[head + step :] + sealed[head : head + step]
        for wrong in (swapped, sealed[: head + step]):  # pieces in another order; the end cut off between two pieces
            with pytest.raises(Broken):
                list(pieces(io.BytesIO(wrong), PHRASE))
