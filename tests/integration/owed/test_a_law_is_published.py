"""The whole way of a changed law: proposed, previewed, approved, determined, explained; and as it was before."""

import json
from collections.abc import Callable
from datetime import date

import pytest

from tests.databases import SmallCounty, owner_here
from tests.posts import staffed
from tongdeng.catalogue import actions, selectors
from tongdeng.catalogue.types import State
from tongdeng.insight import selectors as figures
from tongdeng.insight import tasks as insight_tasks
from tongdeng.kernel import ids
from tongdeng.owed import tasks

FILE = "services/psb/residence_permit.yaml"
PUBLISHED_ON = date(2026, 12, 5)
LOSERS = "SELECT person_id FROM owed_window WHERE service = 'PSB-02' AND status = 'owed' ORDER BY person_id"


def draft_of(old: str, new: str, title: str = "改居住证") -> int:
    draft = actions.open_draft(title=title, by=staffed("office"))
    files = selectors.draft_files(draft)
    cases = FILE.replace(".yaml", ".cases.yaml")
    assert old in files[FILE]
    actions.save_draft_file(draft_id=draft, path=FILE, text=files[FILE].replace(old, new), by=staffed("office"))
    # What the former rules answered is no example of the new ones.
    actions.save_draft_file(draft_id=draft, path=cases, text="[]\n", by=staffed("office"))
    return draft


@pytest.fixture(scope="module")
def law_before(determined_county: SmallCounty) -> str:
    return selectors.current_digest()


@pytest.fixture(scope="module")
def somebody(law_before: str) -> int:
    """Return somebody who is owed a permit by the law before."""
    with owner_here() as owner:
        owner.execute("ALTER TABLE owed_window NO FORCE ROW LEVEL SECURITY")
        found = owner.execute(LOSERS).fetchone()[0]
        owner.execute("ALTER TABLE owed_window FORCE ROW LEVEL SECURITY")
    return found


@pytest.fixture(scope="module")
def published(law_before: str, somebody: int, job_login: Callable[..., object]) -> int:
    """Return the publication of a law by which nobody has stayed long enough."""
    draft = draft_of("residence_months >= 6", "residence_months >= 900")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGDENG_TODAY", PUBLISHED_ON.isoformat())
        made = actions.propose(draft_id=draft, reason="试行", by=staffed("office"))
        with job_login():
            tasks.preview_publication.func(publication_id=made)
        actions.approve(publication_id=made, by=staffed("justice"), second_look_reason="全县一致")
        selectors.look_again()
        with job_login():
            insight_tasks.refresh_everyone.func()
    return made


def test_the_job_previews_who_loses(published):
    preview = selectors.publication(published).preview
    assert preview is not None
    assert [one.service for one in preview.services] == ["PSB-02"]
    assert preview.services[0].loses == preview.losing > 0 == preview.gaining


def test_figures_are_of_the_new_law_and_earlier_ones_of_the_former(published, law_before, determined_county):
    digest = selectors.publication(published).digest
    by_day = figures.law_of_days()
    assert by_day[PUBLISHED_ON] == digest
    assert by_day[determined_county.as_of] == law_before
    assert not figures.is_of_former_law()


def test_an_answer_changes_and_the_former_one_can_still_be_given(
    published, law_before, somebody, tongdeng, monkeypatch
):
    monkeypatch.setenv("TONGDENG_TODAY", PUBLISHED_ON.isoformat())

    def explained(*words: str) -> dict:
        done = tongdeng("explain", "--person", ids.show(somebody), "--service", "PSB-02", *words, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    now, before = explained(), explained("--known-on", "2026-12-04")
    assert (now["law"], now["answer"]) == (selectors.publication(published).digest, "no")
    assert (before["law"], before["answer"]) == (law_before, "yes")
    # On the day itself the new law was known.
    assert explained("--known-on", PUBLISHED_ON.isoformat())["law"] == now["law"]


def test_a_what_if_is_kept_with_the_draft_until_the_draft_changes(published, job_login):
    draft = draft_of("residence_months >= 900", "residence_months >= 12", "试算")
    actions.ask_what_if(draft_id=draft, by=staffed("office"))
    assert selectors.draft(draft).trial_state == "asked"
    with job_login():
        tasks.what_if.func(draft_id=draft)
    seen = selectors.draft(draft)
    assert (seen.trial_state, seen.is_trial_current) == ("done", True)
    assert seen.trial is not None
    assert seen.trial.gaining > 0
    text = selectors.draft_files(draft)[FILE]
    actions.save_draft_file(draft_id=draft, path=FILE, text=text + "# more\n", by=staffed("office"))
    assert not selectors.draft(draft).is_trial_current


def test_what_cannot_be_previewed_says_so_and_is_not_approved(published, job_login, monkeypatch):
    made = actions.propose(draft_id=draft_of(">= 900", ">= 800"), reason="x", by=staffed("office"))

    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(tasks, "preview_law", fail)
    with job_login():
        tasks.preview_publication.func(publication_id=made)
    seen = selectors.publication(made)
    assert (seen.state, seen.preview_fault) == (State.PROPOSED, "MemoryError")
    monkeypatch.undo()
    with job_login():
        tasks.preview_publication.func(publication_id=made)
    seen = selectors.publication(made)
    assert (seen.state, seen.preview_fault) == (State.PREVIEWED, "")
