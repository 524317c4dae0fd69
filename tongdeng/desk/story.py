"""What papers and letters say of a case's newest step: pure, from its steps and from how it stands after them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongdeng.desk import clocks
from tongdeng.desk.progress import Progress
from tongdeng.desk.types import Act, Clock, Held, Step
from tongdeng.kernel.errors import NOTHING, Text

Content = dict[str, Any]  # of a template: words, days, lists of words
GIVING_WORD = (Act.START, Act.COMMIT)  # a case that is begun again takes the word of the first one over
DEEMED = Text("视为受理", "deemed accepted")
OWN_WISH = Text("您自己要求撤回", "at your own wish")
AT_WINDOW = Text(
    "窗口登记，是您要求撤回的。不是您要求的，请马上告诉我们，可以恢复办理",
    "the window noted that you asked for it. If you did not, tell us at once: it can be taken up again",
)
NOT_SUPPLIED = Text(
    "期限内我们没有收到全部要补的材料，视为撤回。您已经交过的，请告诉窗口，可以恢复办理",
    "we did not receive in time all that was asked for. If you had handed it in, tell the window: it can go on",
)


@dataclass(frozen=True)
class Story:
    """A case as its papers tell it. The last of `steps` is the one that is told."""

    service: Text
    channel: Text
    follow: Text  # how to follow it without an account
    steps: tuple[Step, ...]
    now: Progress
    basis: tuple[Text, ...]  # clauses of the service
    remedies: tuple[Text, Text]  # who reconsiders, which court
    reasons: Mapping[str, Mapping[str, Text]]
    named: Callable[[str], Text]  # a paper by its code
    reconsider_by: Callable[[date], date]  # of the day on which a decision was received

    @property
    def last(self) -> Step:
        """Return the step that is told."""
        return self.steps[-1]

    @property
    def applied_on(self) -> date | None:
        """Return when it came in first, whatever was supplied later."""
        return next((step.on for step in self.steps if step.act is Act.SUBMIT), None)

    @property
    def reason(self) -> Text | None:
        """Return the coded reason of the step in words."""
        return self.reasons.get(self.last.act.value, {}).get(str(self.last.data.get("reason", "")))

    @property
    def because(self) -> list[str | Text]:
        """Return the coded reason and what was written beside it."""
        return [one for one in (self.reason, self.last.words) if one]

    @property
    def committed(self) -> str:
        """Return the applicant's own word in the place of a proof."""
        return "\n".join(step.words for step in self.steps if step.act in GIVING_WORD and step.words)

    def due(self, clock: Clock) -> date | None:
        """Return the last day of a term."""
        run = self.now.runs.get(clock)
        return clocks.due_on(run) if run else None

    def decision_by(self) -> date | None:
        """Return by when a decision was promised, else by when the law wants it."""
        return self.due(Clock.PROMISED) or self.due(Clock.STATUTORY)

    def names(self, codes: Iterable[str]) -> list[Text]:
        """Return papers by their names."""
        return [self.named(code) for code in codes]


# ---- papers: the fields of law/papers/*.yaml ----


def _receipt(story: Story) -> Content:
    given = [code for code, held in story.now.materials.items() if held in (Held.GIVEN, Held.COMMITTED)]
    return {
        "received_on": story.now.received_on, "answer_by": story.due(Clock.COMPLETENESS),
        "materials": story.names(given), "channel": story.channel, "follow": story.follow,
    }  # fmt: skip


def _acceptance(story: Story) -> Content:
    is_deemed = story.last.act is Act.DEEM_ACCEPTED
    return {
        "accepted_on": story.now.received_on if is_deemed else story.last.on,
        "promised_by": story.due(Clock.PROMISED), "statutory_by": story.due(Clock.STATUTORY),
        "deemed": DEEMED if is_deemed else "", "gaps": story.names(story.now.gaps),
        "gaps_by": story.due(Clock.GAPS) if story.now.gaps else None,
    }  # fmt: skip


def _correction(story: Story) -> Content:
    missing: list[str | Text] = [*story.names(story.now.listed)]
    return {
        "received_on": story.applied_on, "missing": [*missing, story.last.words] if story.last.words else missing,
        "supply_by": story.due(Clock.CORRECTION), "again": story.reason,
    }  # fmt: skip


def _remedies(story: Story) -> Content:
    reconsideration, court = story.remedies
    return {"reconsideration": reconsideration, "court": court}


def _non_acceptance(story: Story) -> Content:
    not_ours = story.reasons[Act.NOT_ACCEPT.value]["not_ours"]
    because = [not_ours, *story.because] if story.last.act is Act.REDIRECT else story.because
    return {
        "received_on": story.applied_on, "reasons": because, "right_organ": story.last.organ, **_remedies(story),
    }  # fmt: skip


def _decision(story: Story) -> Content:
    return {
        "applied_on": story.applied_on, "decided_on": story.now.decided_on, "serve_by": story.due(Clock.SERVING),
        "committed": story.committed,
    }  # fmt: skip


def _refusal(story: Story) -> Content:
    return {
        "applied_on": story.applied_on, "decided_on": story.now.decided_on, "reasons": story.because,
        "clauses": list(story.basis), **_remedies(story),
    }  # fmt: skip


def _ended(story: Story) -> Content:
    return {
        "applied_on": story.applied_on, "ended_on": story.last.on, "reasons": story.because, **_remedies(story),
    }  # fmt: skip


def _revocation(story: Story) -> Content:
    return {
        "applied_on": story.applied_on, "decided_on": story.now.decided_on, "revoked_on": story.last.on,
        "committed": story.committed, "reasons": story.because, **_remedies(story),
    }  # fmt: skip


PAPERS: Mapping[Act, tuple[str, Callable[[Story], Content]]] = {
    Act.SUBMIT: ("receipt", _receipt),
    Act.SUPPLY: ("receipt", _receipt),
    Act.ACCEPT: ("acceptance", _acceptance),
    Act.ACCEPT_WITH_GAPS: ("acceptance", _acceptance),
    Act.DEEM_ACCEPTED: ("acceptance", _acceptance),
    Act.CORRECT: ("correction", _correction),
    Act.CORRECT_AGAIN: ("correction", _correction),
    Act.NOT_ACCEPT: ("non_acceptance", _non_acceptance),
    Act.REDIRECT: ("non_acceptance", _non_acceptance),
    Act.GRANT: ("decision", _decision),
    Act.REFUSE: ("refusal", _refusal),
    Act.TERMINATE: ("termination", _ended),
    Act.REVOKE: ("revocation", _revocation),
}
ENDS: Mapping[Act, tuple[str, ...]] = {  # papers that are in force no longer after an act
    Act.TERMINATE: ("acceptance",),
    Act.REVOKE: ("decision",),
}


# ---- letters: the blanks of law/messages/*.yaml ----


def _answer_by(story: Story) -> Content:
    return {"by": story.due(Clock.COMPLETENESS)}


def _decision_by(story: Story) -> Content:
    return {"by": story.decision_by()}


def _reason(story: Story) -> Content:
    return {"reason": story.reason or story.last.words}


def _withdrawn(story: Story) -> Content:
    fixed = {Act.DEEM_WITHDRAWN: NOT_SUPPLIED, Act.WITHDRAW_FOR: AT_WINDOW}
    return {"reason": fixed.get(story.last.act) or story.last.words or OWN_WISH}


def _refusal_served(story: Story) -> Content:
    return {"by": story.reconsider_by(story.now.served_on or story.last.on)}


def _explained(story: Story) -> Content:
    reason, day = story.reason or NOTHING, story.last.data.get("day")
    return {
        "reason": Text(f"{reason.zh}。{story.last.words}", f"{reason.en}. {story.last.words}"),
        "by": date.fromisoformat(str(day)) if day else story.decision_by(),
    }  # fmt: skip


def _gaps(story: Story) -> Content:
    return {"by": story.due(Clock.GAPS), "missing": Text.listed(story.names(story.now.gaps))}


def _asked_for(story: Story) -> Content:
    items = story.last.data["items"]
    codes = [str(one) for one in items] if isinstance(items, list) else []
    return {"by": date.fromisoformat(str(story.last.data["until"])), "missing": Text.listed(story.names(codes))}


def _missing(story: Story) -> Content:
    return {"by": story.due(Clock.CORRECTION), "missing": Text.listed(story.names(story.now.listed))}


LETTERS: Mapping[Act, tuple[str, Callable[[Story], Content]]] = {
    Act.SUBMIT: ("case.received", _answer_by),
    Act.SUPPLY: ("case.received", _answer_by),
    Act.ACCEPT: ("case.accepted", _decision_by),
    Act.ACCEPT_WITH_GAPS: ("case.accepted_with_gaps", _gaps),
    Act.DEEM_ACCEPTED: ("case.accepted", _decision_by),
    Act.CORRECT: ("case.correction", _missing),
    Act.CORRECT_AGAIN: ("case.correction", _missing),
    Act.ASK_PAPERS: ("case.papers_asked", _asked_for),
    Act.NOT_ACCEPT: ("case.not_accepted", _reason),
    Act.REDIRECT: ("case.redirected", lambda story: {"organ": story.last.organ}),
    Act.SUSPEND: ("case.suspended", lambda story: {"by": story.due(Clock.SUSPENSION), **_reason(story)}),
    Act.RESUME: ("case.resumed", _decision_by),
    Act.EXTEND: ("case.extended", lambda story: {"by": story.due(Clock.STATUTORY), **_reason(story)}),
    Act.GRANT: ("case.granted", lambda story: {"by": story.due(Clock.SERVING)}),
    Act.REFUSE: ("case.refused", _reason),
    Act.COMPLETE: ("case.completed", lambda _: {}),
    Act.EXPLAIN: ("case.overdue", _explained),
    Act.INQUIRE: ("case.asked", lambda story: {"question": story.last.words}),
    Act.WITHDRAW: ("case.withdrawn", _withdrawn),
    Act.WITHDRAW_FOR: ("case.withdrawn", _withdrawn),
    Act.DEEM_WITHDRAWN: ("case.withdrawn", _withdrawn),
    Act.TERMINATE: ("case.terminated", _reason),
    Act.REVOKE: ("case.revoked", _reason),
    Act.REOPEN: ("case.reopened", _reason),
}
ON_REFUSAL: Mapping[Act, tuple[str, Callable[[Story], Content]]] = {
    Act.COMPLETE: ("case.refusal_served", _refusal_served),
}


def letter(story: Story) -> tuple[str, Content]:
    """Return the kind and the blanks of the letter about the last step: what ends a refusal is no success."""
    act = story.last.act
    kind, fields = LETTERS[act] if story.now.is_granted else ON_REFUSAL.get(act, LETTERS[act])
    return kind, {"service": story.service, **fields(story)}
