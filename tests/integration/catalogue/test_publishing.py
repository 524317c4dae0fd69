"""A law on its way from a draft to everyone: who may do what, and what is refused."""

import pytest
from django.conf import settings

from tests.databases import owner_here
from tests.laws import FILE, changed, drafted, preview_of, proposed
from tests.posts import staffed
from tongdeng.audit.types import Actor, command
from tongdeng.catalogue import actions, selectors
from tongdeng.catalogue.errors import NotAllowed, StaleDraft
from tongdeng.catalogue.types import DraftState, State
from tongdeng.kernel.errors import UnusableInput
from tongdeng.rules import load
from tongdeng.rules.faults import LawIsFaulty


def test_a_new_county_begins_with_the_repositorys_law(database):
    first = selectors.history()[-1]
    assert (first.number, first.digest) == (1, load(settings.TONGDENG_LAW).digest)
    assert selectors.law_of(first.digest).services.keys() == load(settings.TONGDENG_LAW).services.keys()


def test_a_second_person_publishes(office, justice):
    before = selectors.current_digest()
    made = proposed(office, "a second person")
    assert actions.approve(publication_id=made, by=justice) == selectors.current_digest() != before
    seen = selectors.publication(made)
    assert (seen.state, seen.base_digest, seen.changed) == (State.PUBLISHED, before, (FILE,))
    assert selectors.draft(seen.draft_id).state is DraftState.PUBLISHED
    assert selectors.law().digest == seen.digest


def test_refusing_opens_the_draft_again_and_its_author_may_take_it_back(office, justice):
    made = proposed(office)
    actions.refuse(publication_id=made, reason="再想想", by=justice)
    seen = selectors.publication(made)
    assert (seen.state, seen.refusal, seen.decided_by.staff_id) == (State.REFUSED, "再想想", justice.staff_id)
    assert selectors.draft(seen.draft_id).state is DraftState.OPEN
    again = actions.propose(draft_id=seen.draft_id, reason="改过了", by=office)
    actions.refuse(publication_id=again, reason="自己收回", by=office)
    assert selectors.publication(again).state is State.REFUSED


# ---- who may ----


def test_nobody_approves_what_they_wrote_or_proposed_in_whatever_post(office, justice):
    made = proposed(office)
    with pytest.raises(NotAllowed, match="same_person"):
        actions.approve(publication_id=made, by=office)
    moved = Actor("serve", office.staff_id, justice.post_id, "web")
    with pytest.raises(NotAllowed, match="same_person"):
        actions.approve(publication_id=made, by=moved)
    actions.refuse(publication_id=made, reason="x", by=office)


def test_whoever_wrote_one_file_of_a_draft_is_no_second_person(office, justice):
    other = Actor("serve", staffed("justice", "990101001000").staff_id, office.post_id, "web")
    draft = drafted(office)
    actions.save_draft_file(
        draft_id=draft, path="facts.yaml", text=changed(selectors.draft_files(draft)["facts.yaml"]), by=other
    )
    made = actions.propose(draft_id=draft, reason="x", by=office)
    actions.attach_preview(publication_id=made, preview=preview_of(made), by=command("measure"))
    with pytest.raises(NotAllowed, match="same_person"):
        actions.approve(publication_id=made, by=other)
    actions.refuse(publication_id=made, reason="x", by=justice)


@pytest.mark.parametrize("kind", ["worker", "clerk", "police", "finance", "auditor", "admin", "resident", "hrss"])
def test_other_posts_and_commands_approve_nothing(office, kind):
    made = proposed(office, kind)
    for by in (staffed(kind), command("law")):
        with pytest.raises(NotAllowed, match="not_an_approver"):
            actions.approve(publication_id=made, by=by)
    actions.refuse(publication_id=made, reason="x", by=office)


@pytest.mark.parametrize("kind", ["worker", "clerk", "finance", "auditor", "admin", "resident"])
def test_other_posts_draft_nothing(database, kind):
    with pytest.raises(NotAllowed):
        actions.open_draft(title="x", by=staffed(kind))
    with pytest.raises(NotAllowed):
        actions.revert_to(digest=selectors.current_digest(), by=staffed(kind))


def bureau_post(bureau: str, kind: str) -> Actor:
    from tongdeng.org import actions as org
    from tongdeng.org.types import PostKind

    staff = org.add_staff(
        login=f"{kind}-of-{bureau}", name="陈静", kind=PostKind(kind), division="990101000000", titles=("岗位", "Post"),
        bureau=bureau, password="a-good-password", by=command("setup"),
    )  # fmt: skip
    return Actor("serve", staff.pk, staff.post_id, "web")


def test_a_bureau_changes_its_own_services_only(office):
    hrss = bureau_post("HRS", "hrss")
    draft = drafted(hrss)
    with pytest.raises(NotAllowed, match=r"catalogue\.file\.not_yours"):
        actions.save_draft_file(draft_id=draft, path="services/psb/residence_permit.yaml", text="x: 1\n", by=hrss)
    with pytest.raises(NotAllowed, match=r"catalogue\.draft\.not_yours"):
        actions.save_draft_file(draft_id=draft, path=FILE, text="x: 1\n", by=bureau_post("PSB", "police"))
    actions.save_draft_file(draft_id=draft, path=FILE, text=changed(selectors.draft_files(draft)[FILE]), by=office)
    actions.refuse(publication_id=actions.propose(draft_id=draft, reason="x", by=hrss), reason="x", by=hrss)
    assert [one.id for one in selectors.drafts(hrss)] == [draft]
    assert draft in {one.id for one in selectors.drafts(office)}


def test_a_bureau_does_not_take_anothers_service_into_its_folder(database):
    hrss = bureau_post("HRS", "hrss")
    draft = actions.open_draft(title="x", by=hrss)
    text = selectors.draft_files(draft)[FILE].replace("bureau: HRS", "bureau: PSB")
    actions.save_draft_file(draft_id=draft, path=FILE, text=text, by=hrss)
    with pytest.raises(NotAllowed, match=r"catalogue\.service\.not_yours"):
        actions.propose(draft_id=draft, reason="x", by=hrss)


# ---- what is refused ----


def test_a_broken_law_is_never_proposed_and_the_message_leads_to_the_word(office):
    draft = actions.open_draft(title="x", by=office)
    text = selectors.draft_files(draft)[FILE].replace("age_years >= 16", "agee_years >= 16")
    actions.save_draft_file(draft_id=draft, path=FILE, text=text, by=office)
    line = 1 + text.splitlines().index(next(one for one in text.splitlines() if "agee_years" in one))
    with pytest.raises(LawIsFaulty) as caught:
        actions.propose(draft_id=draft, reason="x", by=office)
    fault = caught.value.faults[0]
    assert (fault.file, fault.line, fault.word) == (FILE, line, "agee_years")
    assert "age_years" in fault.remedy.en
    assert selectors.draft_law(draft) == (None, caught.value.faults)
    assert selectors.draft(draft).state is DraftState.OPEN
    with pytest.raises(LawIsFaulty):
        actions.ask_what_if(draft_id=draft, by=office)


@pytest.mark.parametrize(
    "path",
    ["../facts.yaml", "/etc/passwd", "services/hrs/../psb/x.yaml", "services/hrs/x.yml", "access.toml",
     "services/hrs/.x.yaml", "services/HRS/x.yaml", "services/x.yaml", "schedules/a/b.yaml", "facts.yaml\n", ""],
)  # fmt: skip
def test_a_path_outside_the_law_is_refused(office, path):
    draft = actions.open_draft(title="x", by=office)
    with pytest.raises(UnusableInput, match=r"catalogue\.file\.path"):
        actions.save_draft_file(draft_id=draft, path=path, text="x", by=office)


def test_text_the_database_cannot_keep_is_refused(office):
    draft = actions.open_draft(title="x", by=office)
    for text in ("a\0b", "x" * 600_000, "\ud800"):
        with pytest.raises(UnusableInput, match=r"catalogue\.file\.content"):
            actions.save_draft_file(draft_id=draft, path=FILE, text=text, by=office)


def test_a_draft_that_changes_nothing_or_gives_no_reason_is_not_proposed(office):
    draft = drafted(office)
    with pytest.raises(UnusableInput, match="reason"):
        actions.propose(draft_id=draft, reason="  ", by=office)
    actions.save_draft_file(draft_id=draft, path=FILE, text=None, by=office)
    assert selectors.draft(draft).changed == ()
    with pytest.raises(UnusableInput, match="unchanged"):
        actions.propose(draft_id=draft, reason="x", by=office)
    actions.discard_draft(draft_id=draft, by=office)
    with pytest.raises(UnusableInput, match="closed"):
        actions.save_draft_file(draft_id=draft, path=FILE, text="x", by=office)


def test_a_preview_of_a_law_that_is_no_longer_replaced_is_stale(office, justice):
    late, first = proposed(office, "late"), proposed(office, "first")
    actions.approve(publication_id=first, by=justice)
    assert selectors.publication(late).is_stale
    with pytest.raises(StaleDraft):
        actions.approve(publication_id=late, by=justice)
    actions.refuse(publication_id=late, reason="x", by=office)
    draft = selectors.publication(late).draft_id
    with pytest.raises(StaleDraft):
        actions.propose(draft_id=draft, reason="x", by=office)
    with pytest.raises(UnusableInput, match="conflict"):
        actions.update_draft(draft_id=draft, by=office)
    actions.save_draft_file(draft_id=draft, path=FILE, text=None, by=office)
    other = "services/psb/residence_permit.yaml"
    actions.save_draft_file(draft_id=draft, path=other, text=changed(selectors.draft_files(draft)[other]), by=office)
    actions.update_draft(draft_id=draft, by=office)
    assert not selectors.draft(draft).is_stale
    assert selectors.draft_files(draft)[FILE] == selectors.bundle_files(selectors.current_digest())[FILE]


def test_without_a_preview_nobody_approves(office, justice):
    made = actions.propose(draft_id=drafted(office), reason="x", by=office)
    with pytest.raises(UnusableInput, match="not_previewed"):
        actions.approve(publication_id=made, by=justice)
    actions.note_no_preview(publication_id=made, fault="OutOfMemory", by=command("measure"))
    assert selectors.publication(made).preview_fault == "OutOfMemory"
    actions.refuse(publication_id=made, reason="x", by=office)


def test_a_preview_belongs_to_one_publication(office):
    one, other = proposed(office, "one"), proposed(office, "other")
    with pytest.raises(UnusableInput, match="of_another"):
        actions.attach_preview(publication_id=one, preview=preview_of(other), by=command("measure"))
    for made in (one, other):
        actions.refuse(publication_id=made, reason="x", by=office)


def test_a_law_that_flips_many_asks_for_a_second_look(office, justice):
    made = proposed(office, "many", share=0.0501)
    with pytest.raises(UnusableInput, match="reason") as caught:
        actions.approve(publication_id=made, by=justice)
    assert caught.value.place == "second_look_reason"
    actions.approve(publication_id=made, by=justice, second_look_reason="新规定如此")
    assert selectors.publication(made).second_look_reason == "新规定如此"
    exactly = proposed(office, "as many as may be", share=0.05)
    actions.approve(publication_id=exactly, by=justice)


# ---- all or nothing ----


@pytest.mark.parametrize("broken", ["audit.record", "work.ask_for_job"])
def test_a_fault_on_the_way_leaves_the_former_law_and_the_proposal(office, justice, monkeypatch, broken):
    before, made = selectors.current_digest(), proposed(office, broken)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the power is gone")

    monkeypatch.setattr(f"tongdeng.catalogue.actions.{broken}", fail)
    with pytest.raises(RuntimeError):
        actions.approve(publication_id=made, by=justice)
    monkeypatch.undo()
    selectors.look_again()
    assert selectors.current_digest() == before
    assert selectors.publication(made).state is State.PREVIEWED
    actions.approve(publication_id=made, by=justice)
    assert selectors.current_digest() != before


def test_publishing_asks_for_a_determination_of_everyone(office, justice):
    jobs = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo'"
    with owner_here() as owner:
        owner.execute("DELETE FROM procrastinate_jobs")
        actions.approve(publication_id=proposed(office, "determined"), by=justice)
        for task in ("tongdeng.insight.tasks.refresh_everyone", "tongdeng.owed.tasks.preview_publication"):
            assert owner.execute(jobs, [task]).fetchone() == (1,)


def test_every_act_is_in_the_record(office, justice):
    with owner_here() as owner:
        (newest,) = owner.execute("SELECT coalesce(max(id), 0) FROM audit_entry").fetchone()
        actions.approve(publication_id=proposed(office, "on the record"), by=justice)
        codes = owner.execute(
            "SELECT code, staff_id FROM audit_entry WHERE code LIKE 'catalogue.%%' AND id > %s ORDER BY id", [newest]
        ).fetchall()
    assert codes == [
        ("catalogue.draft.opened", office.staff_id),
        ("catalogue.draft.saved", office.staff_id),
        ("catalogue.publication.proposed", office.staff_id),
        ("catalogue.publication.previewed", None),
        ("catalogue.publication.published", justice.staff_id),
    ]
