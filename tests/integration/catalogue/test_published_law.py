"""A published law stays as it is, is the law of every process, and can leave and come back as a folder."""

from pathlib import Path
from threading import Thread

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from tests.databases import owner_here
from tests.laws import FILE, preview_of, proposed
from tongdeng.audit.types import command
from tongdeng.catalogue import actions, published, selectors
from tongdeng.catalogue.errors import StaleDraft
from tongdeng.catalogue.exports import write_folder
from tongdeng.kernel.errors import CheckFailed
from tongdeng.rules import load
from tongdeng.rules.bundle import files_in
from tongdeng.rules.faults import LawIsFaulty

# ---- what nobody can do to a published law ----


@pytest.mark.parametrize("role", ["app", "job"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE catalogue_bundle SET files = '{}'", "DELETE FROM catalogue_bundle", "DELETE FROM catalogue_publication",
     "UPDATE catalogue_publication SET bundle_id = base_id", "UPDATE catalogue_publication SET authors = '{}'",
     "TRUNCATE catalogue_bundle CASCADE"],
)  # fmt: skip
def test_no_working_login_has_the_right_to_change_a_law(database, role, statement):
    with psycopg.connect(settings.LOGINS.of(role)) as login, pytest.raises(psycopg.errors.InsufficientPrivilege):
        login.execute(statement)


def test_what_is_decided_stays_even_for_the_owner(database):
    for statement, said in (
        ("UPDATE catalogue_bundle SET title = 'x'", "a bundle never changes"),
        ("DELETE FROM catalogue_bundle", "a bundle never changes"),
        ("UPDATE catalogue_publication SET refusal = 'x' WHERE state = 'published'", "never changes"),
        ("DELETE FROM catalogue_publication WHERE state = 'published'", "never changes"),
    ):
        with owner_here() as owner, pytest.raises(psycopg.errors.RaiseException, match=said):
            owner.execute(statement)


def test_the_web_cannot_publish_past_the_second_person(office):
    made = proposed(office, "past the second person")
    with psycopg.connect(settings.LOGINS.of("app"), autocommit=True) as login:
        with pytest.raises(psycopg.errors.CheckViolation, match="second_person"):
            login.execute(
                "UPDATE catalogue_publication SET state = 'published', number = 999, decided_staff_id = %s"
                " WHERE id = %s",
                [office.staff_id, made],
            )
        with pytest.raises(psycopg.errors.RaiseException, match="without a proposal"):
            login.execute(
                "INSERT INTO catalogue_publication (title, bundle_id, changed, state, reason, authors, proposed_at,"
                " preview_fault, second_look_reason, refusal, number)"
                " SELECT 'x', digest, '{}', 'published', 'x', '{}', now(), '', '', '', 999 FROM catalogue_bundle"
            )
    actions.refuse(publication_id=made, reason="x", by=office)


def test_a_law_altered_behind_the_triggers_is_not_read(office, justice):
    digest = selectors.current_digest()
    alter = "UPDATE catalogue_bundle SET files = jsonb_set(files, '{facts.yaml}', %s) WHERE digest = %s"
    was = psycopg.types.json.Jsonb(selectors.bundle_files(digest)["facts.yaml"])
    with owner_here() as owner:
        owner.execute("ALTER TABLE catalogue_bundle DISABLE TRIGGER USER")
        owner.execute(alter, [psycopg.types.json.Jsonb("facts: {}\n"), digest])
        published.law_of.cache_clear()
        with pytest.raises(CheckFailed, match=r"catalogue\.bundle\.altered"):
            selectors.law()
        owner.execute(alter, [was, digest])
        owner.execute("ALTER TABLE catalogue_bundle ENABLE TRIGGER USER")
    assert selectors.law().digest == digest


# ---- other processes, older laws, folders ----


def test_another_process_sees_a_new_law_within_about_a_second(office, justice, monkeypatch):
    before, now = selectors.current_digest(), [1000.0]
    monkeypatch.setattr(published, "_seen", {})
    monkeypatch.setattr(published.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(actions, "look_again", lambda: None)  # as if it had happened elsewhere
    assert selectors.current_digest() == before
    digest = actions.approve(publication_id=proposed(office, "elsewhere"), by=justice)
    assert selectors.current_digest() == before
    now[0] += published.LOOK_AGAIN_SECONDS
    assert selectors.current_digest() == digest


def test_the_law_costs_no_query_while_it_is_fresh(database, django_assert_num_queries):
    selectors.look_again()
    with django_assert_num_queries(1):
        for _ in range(100):
            assert selectors.open_law().digest == selectors.law().digest
    connections.close_all()


def test_going_back_is_a_new_publication_with_the_old_digest(office, justice):
    old = selectors.current_digest()
    actions.approve(publication_id=proposed(office, "a mistake"), by=justice)
    draft = actions.revert_to(digest=old, by=office)
    assert selectors.draft(draft).changed == (FILE,)
    made = actions.propose(draft_id=draft, reason="改错了", by=office)
    actions.attach_preview(publication_id=made, preview=preview_of(made), by=command("measure"))
    assert actions.approve(publication_id=made, by=justice) == old == selectors.current_digest()
    assert [one.digest for one in selectors.history()][0::2][:2] == [old, old]


def test_a_folder_comes_in_as_a_draft_and_goes_out_as_it_came(office, tmp_path: Path):
    write_folder(selectors.current_digest(), tmp_path / "law")
    assert load(tmp_path / "law").digest == selectors.current_digest()
    with (tmp_path / "law" / FILE).open("a") as file:
        file.write("# from outside\n")
    (tmp_path / "law" / "services/civ/migrant_child_care.cases.yaml").unlink()
    draft = actions.import_folder(folder=tmp_path / "law", title="外来", by=command("law"))
    assert selectors.draft(draft).changed == ("services/civ/migrant_child_care.cases.yaml", FILE)
    assert selectors.draft(draft).removed == ("services/civ/migrant_child_care.cases.yaml",)
    law, _ = selectors.draft_law(draft)
    assert law is not None
    assert law.digest == load(tmp_path / "law").digest
    assert files_in(tmp_path / "law").keys() == selectors.draft_files(draft).keys()


def test_a_faulty_folder_is_not_taken(database, tmp_path: Path):
    (tmp_path / "facts.yaml").write_text("facts: {x: {type: colour, zh: 颜色}}\n")
    with pytest.raises(LawIsFaulty):
        actions.import_folder(folder=tmp_path, title="x", by=command("law"))


def test_of_two_laws_approved_at_once_one_is_published_and_the_other_is_stale(office, justice):
    waiting, outcomes = [proposed(office, "one"), proposed(office, "two")], []

    def approve(publication_id: int) -> None:
        try:
            outcomes.append(actions.approve(publication_id=publication_id, by=justice))
        except StaleDraft:
            outcomes.append("stale")
        finally:
            connections.close_all()

    threads = [Thread(target=approve, args=[one]) for one in waiting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    selectors.look_again()
    assert sorted(outcomes, key=len) == ["stale", selectors.current_digest()]
