"""Documents: sealed outside the database, opened through their subject, used again for their purpose only."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from tests.databases import environment, logged_in_as, owner_here
from tests.files import pdf, photo
from tests.posts import COUNTY, EAST, SERVING, WEST, staffed
from tests.residents import residents
from tongdeng.access.selectors import acting
from tongdeng.access.types import DOCUMENTS, RESIDENT
from tongdeng.audit.types import Actor, command, job
from tongdeng.documents import actions, selectors, store
from tongdeng.documents.errors import DocumentNotThere, DocumentRefused, OtherPurpose
from tongdeng.documents.models import Document
from tongdeng.documents.types import JPEG, LARGEST, Owner, Subject
from tongdeng.kernel import clock
from tongdeng.keys import actions as keys
from tongdeng.keys.exports import left_under_older_keys
from tongdeng.keys.types import Root
from tongdeng.people import actions as people

pytestmark = pytest.mark.usefixtures("small_county")
PLACED = "SELECT person_id FROM people_identity WHERE territory = %s ORDER BY 1"


@pytest.fixture(scope="module")
def somebody(small_county, as_job) -> int:
    from django.db import connection

    shutil.rmtree(store.folder(), ignore_errors=True)  # of other modules, whose rows are gone
    with as_job(), connection.cursor() as cursor:
        cursor.execute(PLACED, [EAST])
        return cursor.fetchone()[0]


def keep(person: int, number: int = 1, *, data: bytes = b"", purpose: str = "PSB-01", place: str = EAST):
    with acting(staffed("clerk", place)) as by:
        return actions.keep_document(
            subject=Subject("test.case", number), owner=Owner(person, place, "B", SERVING), purpose=purpose,
            material="lease", data=data or pdf(), by=by,
        )  # fmt: skip


def opened(document: int, number: int = 1, kind: str = "clerk", place: str = EAST) -> bytes:
    with acting(staffed(kind, place)) as by:
        return b"".join(actions.open_document(document_id=document, subject=Subject("test.case", number), by=by).pieces)


def file_of(document: int) -> Path:
    with logged_in_as("job"), acting(job(DOCUMENTS)):
        return store.path(Document.objects.get(pk=document).file)


def files() -> list[Path]:
    return [one for one in store.folder().rglob("*") if one.is_file()]


def test_a_photo_is_kept_sealed_and_opens_as_it_was_cleaned(somebody):
    made = keep(somebody, data=photo())
    assert (made.type, made.material) == (JPEG, "lease")
    content, on_disk = opened(made.id), file_of(made.id)
    assert content.startswith(b"\xff\xd8\xff")
    assert b"SECRET" not in content
    assert content[:64] not in on_disk.read_bytes()
    assert on_disk.stat().st_mode & 0o777 == 0o600
    assert [one.id for one in with_documents(1)] == [made.id]


def with_documents(number: int):
    with acting(staffed("clerk", EAST)):
        return selectors.documents_of(Subject("test.case", number))


def test_many_pieces_come_back_in_order_and_a_changed_one_is_noticed():
    content, key = os.urandom(3 * (1 << 18) + 5), os.urandom(32)
    file = store.write(key, content)
    assert b"".join(store.read(file, key)) == content
    sealed = bytearray(store.path(file).read_bytes())
    for changed in (sealed[: 1 << 18], sealed[:-3], bytes(sealed[:300_000]) + b"x" + bytes(sealed[300_001:])):
        store.path(file).write_bytes(bytes(changed))
        with pytest.raises(DocumentNotThere):
            b"".join(store.read(file, key))
    store.remove(file)


def test_nobody_opens_it_by_another_subject_or_from_another_place_and_each_opening_is_written_down(somebody):
    made = keep(somebody, 2)
    with owner_here() as owner:
        before = owner.execute("SELECT count(*) FROM audit_entry WHERE code = 'documents.document.opened'").fetchone()
    with pytest.raises(DocumentNotThere):
        opened(made.id, number=3)
    with pytest.raises(DocumentNotThere):
        opened(made.id, 2, "clerk", WEST)
    opened(made.id, 2, "office", COUNTY)  # guards the two above
    with owner_here() as owner:
        after = owner.execute("SELECT count(*) FROM audit_entry WHERE code = 'documents.document.opened'").fetchone()
        assert after[0] == before[0] + 1
        # Guards the refusal of the place: without row security the clerk of the West would read it.
        owner.execute("ALTER TABLE documents_document DISABLE ROW LEVEL SECURITY")
    try:
        assert opened(made.id, 2, "clerk", WEST)
    finally:
        with owner_here() as owner:
            owner.execute("ALTER TABLE documents_document ENABLE ROW LEVEL SECURITY")


def test_it_is_used_again_for_its_purpose_only_without_a_copy_and_goes_with_its_last_use(somebody):
    made, count = keep(somebody, 4), len(files())
    with acting(staffed("clerk", EAST)) as by:
        found = selectors.find_reusable(persons=[somebody], material="lease", purpose="PSB-01", on=clock.today())
        assert found is not None
        assert found.id == made.id
        wanted = {"document_id": made.id, "persons": [somebody], "by": by}
        again = actions.reuse_document(subject=Subject("test.case", 5), purpose="PSB-01", **wanted)
        with pytest.raises(OtherPurpose):
            actions.reuse_document(subject=Subject("test.case", 6), purpose="HUD-02", **wanted)
        with pytest.raises(DocumentNotThere):
            actions.reuse_document(
                document_id=made.id, subject=Subject("test.case", 6), persons=[1], purpose="PSB-01", by=by
            )
    assert len(files()) == count
    place = file_of(made.id)
    erase(made.id, 4)
    assert place.exists()
    assert opened(again.id, 5)
    with pytest.raises(DocumentNotThere):
        opened(made.id, 4)
    erase(again.id, 5)
    assert not place.exists()


def erase(document: int, number: int) -> None:
    with acting(staffed("clerk", EAST)) as by:
        actions.erase_document(document_id=document, subject=Subject("test.case", number), by=by)
    with logged_in_as("job"):
        actions.remove_file(document_id=document, by=job(DOCUMENTS))


@pytest.mark.parametrize(
    ("data", "fault"), [(b"", "empty"), (b"\0" * (LARGEST + 1), "large"), (b"#!/bin/sh\n", "type"),
                        (photo()[:300], "broken")],
)  # fmt: skip
def test_what_is_refused_leaves_neither_row_nor_file(somebody, data, fault):
    count = len(files())
    with acting(staffed("clerk", EAST)) as by, pytest.raises(DocumentRefused) as refused:
        actions.keep_document(
            subject=Subject("test.case", 7), owner=Owner(somebody, EAST, "B", SERVING), purpose="PSB-01",
            material="lease", data=data, by=by,
        )  # fmt: skip
    assert refused.value.code == f"documents.file.{fault}"
    assert refused.value.remedy.zh
    assert with_documents(7) == []
    assert len(files()) == count


def test_what_tells_of_somebody_s_health_is_not_kept_whoever_hands_it_in(somebody):
    count = len(files())
    for post in ("clerk", "worker"):
        with acting(staffed(post, EAST)) as by, pytest.raises(DocumentRefused) as refused:
            actions.keep_document(
                subject=Subject("test.case", 12), owner=Owner(somebody, EAST, "D", SERVING), purpose="EDU-01",
                material="immunisation_record", data=pdf(), by=by,
            )  # fmt: skip
        assert refused.value.code == "documents.file.seen"
    assert len(files()) == count
    assert keep(somebody, 12).material == "lease"  # guards the lines above


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 31 + "/", "..", "", "A" * 32, "0" * 32 + "\n"])
def test_no_path_is_made_of_what_somebody_typed(name):
    with pytest.raises(ValueError, match="no name"):
        store.path(name)


KILLED = """
import os, signal
from tongdeng.documents import store
store.folder()  # reads the settings, which is all of Django that this needs
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
if {point!r} == "writing":
    os.fsync = die
else:
    store._keep_entry = die
store.write(bytes(32), b"x" * 600_000)
"""


@pytest.mark.parametrize("point", ["writing", "before the row"])
def test_a_killed_upload_leaves_nothing_half_and_the_sweep_takes_what_it_left(somebody, point):
    kept, before = keep(somebody, 8), set(files())
    done = subprocess.run([sys.executable, "-c", KILLED.format(point=point)], env=environment(), check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = set(files()) - before
    assert left.suffix == (store.DRAFT if point == "writing" else store.SEALED)
    with logged_in_as("job"):
        assert actions.sweep_files(by=job(DOCUMENTS))["removed"] == 0  # it may be an upload that goes on
        for one in files():
            os.utime(one, (time.time() - 200_000,) * 2)
        assert actions.sweep_files(by=job(DOCUMENTS)) == {"removed": 1, "lost": 0}
    assert set(files()) == before
    assert opened(kept.id, 8)


def test_a_sweep_that_sees_nobody_removes_nothing(somebody):
    from tongdeng.kernel.errors import TongdengError

    keep(somebody, 12)
    with pytest.raises(TongdengError, match="blind"):
        actions.sweep_files(by=staffed("clerk", WEST))
    assert files()


def test_keys_are_rotated_without_touching_a_file(somebody, job_login):
    made = keep(somebody, 9)
    before = file_of(made.id).read_bytes()
    with job_login("keys") as by:
        keys.begin_rotation(root=Root.REGISTER, domains=["documents"], by=by)
        assert sum(keys.renew_batches(root=Root.REGISTER, domains=["documents"], by=by)) > 0
        done = keys.end_rotation(
            root=Root.REGISTER, domains=["documents"], by=by,
            left=lambda root, domains: left_under_older_keys(root=root, domains=domains, by=by),
        )  # fmt: skip
    assert done == ["documents"]
    assert file_of(made.id).read_bytes() == before
    assert opened(made.id, 9)


def test_somebody_at_my_adds_and_opens_their_own_and_nobody_elses(somebody):
    who = residents()[3]
    mine = Actor(purpose=RESIDENT, origin="portal")
    subject = Subject("test.case", 10)
    with acting(mine, person=who.person_id):
        made = actions.keep_document(
            subject=subject, owner=Owner(who.person_id, who.territory, "B", SERVING), purpose="PSB-01", material="id",
            data=photo(), by=mine,
        )  # fmt: skip
        assert b"".join(actions.open_document(document_id=made.id, subject=subject, by=mine).pieces)
    others = keep(somebody, 10)
    with acting(mine, person=who.person_id), pytest.raises(DocumentNotThere):
        actions.open_document(document_id=others.id, subject=subject, by=mine)


def test_files_go_with_their_person(somebody, job_login):
    who = next(one for one in residents()[5:] if one.person_id != somebody)  # the others' stays
    made = keep(who.person_id, 11, place=who.territory)
    place = file_of(made.id)
    with job_login("shred") as by, acting(by):
        people.shred_person(person_id=who.person_id, reason="order", by=by)
    assert not place.exists()
    with logged_in_as("job"), acting(command("measure")):
        assert not Document.objects.filter(person_id=who.person_id).exists()
    assert settings.TONGDENG_FILES in place.parents  # where a backup finds them
