"""`audit` as an operator types it, and the loop of the worker."""

import json
import os
import subprocess
import sys
import time

import pytest

from tests.databases import logged_in_as, owner_here
from tongdeng.audit import actions as audit
from tongdeng.audit import selectors
from tongdeng.audit.exports import sealing
from tongdeng.audit.types import command

pytestmark = pytest.mark.usefixtures("database")


def said(done: subprocess.CompletedProcess[str]) -> dict:
    return json.loads(done.stdout)


def test_verify_counts_everything_because_commands_seal_at_their_end(tongdeng):
    assert said(tongdeng("audit", "seal", "--json")) == {"sealed": pytest.approx(20, abs=200)}
    first = tongdeng("audit", "verify", "--json")
    assert first.returncode == 0, first.stderr
    again = said(tongdeng("audit", "verify", "--json"))
    # The first verification is an act itself, and was sealed when its command ended.
    assert again["entries"] == again["sealed"] == said(first)["entries"] + 1
    assert again["ok"] is True
    assert again["first"] is None


def test_a_proof_and_a_witness_leave_the_house(tongdeng, tmp_path):
    with owner_here() as owner:
        entry = owner.execute("SELECT min(id) FROM audit_entry").fetchone()[0]
    key = said(tongdeng("audit", "key", "--json"))["public_key"]
    proof, witness = tmp_path / "proof.json", tmp_path / "witness.json"
    assert tongdeng("audit", "proof", entry, "--out", proof).returncode == 0
    assert tongdeng("audit", "witness", witness).returncode == 0
    assert tongdeng("audit", "verify", "--witness", witness).returncode == 0

    checked = _elsewhere("audit", "check", proof, "--public-key", key, "--json")
    assert checked.returncode == 0, checked.stderr
    assert said(checked)["entry"]["id"] == str(entry)
    proof.write_text(proof.read_text().replace("install", "inst4ll"))
    broken = _elsewhere("audit", "check", proof, "--json")
    assert (broken.returncode, said(broken)["code"]) == (1, "audit.proof.entry")
    proof.write_text("{}")
    assert _elsewhere("audit", "check", proof).returncode == 2


def _elsewhere(*words: object) -> subprocess.CompletedProcess[str]:
    """Run a command where there is no installation and no database to be had."""
    environment = {
        **os.environ, "TONGDENG_HOME": "/nowhere", "TONGDENG_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "DJANGO_SETTINGS_MODULE": "tongdeng.config.settings.dev",
    }  # fmt: skip
    arguments = [sys.executable, "-m", "tongdeng.cli.main", *map(str, words)]
    return subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_a_tampered_chain_ends_with_1_and_names_the_entry(tongdeng):
    with owner_here() as owner:
        owner.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        entry = owner.execute(
            "UPDATE audit_entry SET purpose = 'serve' WHERE id = (SELECT min(id) FROM audit_entry) RETURNING id"
        ).fetchone()[0]
    found = tongdeng("audit", "verify", "--json", "--lang", "en")
    assert found.returncode == 1
    assert said(found)["ok"] is False
    assert (said(found)["first"]["entry"], said(found)["first"]["kind"]) == (entry, "changed")
    assert f"entry {entry}" in found.stderr
    with owner_here() as owner:
        owner.execute("UPDATE audit_entry SET purpose = 'install' WHERE id = %s", [entry])
        owner.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")
    assert tongdeng("audit", "verify").returncode == 0


def test_the_worker_seals_by_itself_and_goes_on_after_a_fault(monkeypatch):
    real, faults = audit.seal_entries, []

    def once_broken() -> int:
        if not faults:
            faults.append(1)
            raise ConnectionError("the database was away")
        return real()

    monkeypatch.setattr(audit, "seal_entries", once_broken)
    audit.record("tests.act.done", by=command("serve"))
    assert selectors.pulse().unsealed >= 1
    with logged_in_as("job"), sealing(every=0.05):
        last = time.monotonic() + 60
        while selectors.pulse().unsealed and time.monotonic() < last:
            time.sleep(0.02)
    assert faults
    assert selectors.pulse().unsealed == 0
