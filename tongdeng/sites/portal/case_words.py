"""A case in plain words for whoever applied: where it is, what comes next and by when, what happened on which day."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from tongdeng.desk import selectors as desk
from tongdeng.desk.exports import lifecycle, rules
from tongdeng.desk.types import Act, Clock, ClockFace, Followed, Held, Signal, State, Step
from tongdeng.kernel import clock
from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.owed import selectors as owed
from tongdeng.sites.portal.view_models import CaseLine, CaseStep, Material, Upload

# Mark and words of each state.
STATES = {
    State.DRAFT: ("not_due", Text("还没有交", "Not sent yet")),
    State.SUBMITTED: ("doing", Text("已经收到，正在看材料齐不齐", "Received. We check that nothing is missing")),
    State.CORRECTION_REQUIRED: ("owed", Text("缺材料，等您补", "Something is missing. We wait for you")),
    State.ACCEPTED: ("doing", Text("已经受理", "Accepted")),
    State.ACCEPTED_WITH_GAPS: ("owed", Text("先受理了，还要您补材料", "Accepted. Something is still to come from you")),
    State.UNDER_REVIEW: ("doing", Text("正在审查", "Being examined")),
    State.SUSPENDED: ("suspended", Text("暂停计时", "The clock is stopped")),
    State.DECIDED_GRANTED: ("served", Text("批准了，正在做证件或文书", "Granted. The document is being made")),
    State.DECIDED_REFUSED: ("declined", Text("没有批准", "Refused")),
    State.DELIVERING: ("doing", Text("做好了，正在送到您手里", "Ready. It is on its way to you")),
    State.COMPLETED: ("served", Text("办完了", "Done")),
    State.NOT_ACCEPTED: ("declined", Text("没有受理", "Not accepted")),
    State.REDIRECTED: ("declined", Text("要到别的机关办", "Another office is the right one")),
    State.WITHDRAWN: ("declined", Text("已经撤回", "Withdrawn")),
    State.DEEMED_WITHDRAWN: ("declined", Text("到期没有收到要补的材料，算作撤回", "Not here in time: withdrawn")),
    State.TERMINATED: ("declined", Text("办理终止", "Ended")),
    State.REVOKED: ("declined", Text("决定撤销", "Revoked")),
}
# What ends a refusal is not told as if it had been granted.
REFUSED = {
    State.DELIVERING: (
        "declined", Text("没有批准，决定书正在送给您", "Refused. The written decision is on its way to you")
    ),
    State.COMPLETED: ("declined", Text("没有批准，决定书已经给您", "Refused. You have the written decision")),
}  # fmt: skip
REMEDY = Text(
    "不服的，可以在{day}前申请行政复议，也可以自收到决定书之日起 6 个月内提起行政诉讼。向谁提出，决定书里写了。",
    "If you disagree you may ask for reconsideration by {day}, or sue within six months of receiving the decision. It"
    " says where.",
)
# What a clock means to whoever waits; {day} is its last day.
CLOCKS = {
    Clock.COMPLETENESS: Text(
        "最晚{day}告诉您受不受理、缺不缺材料。到时没有告诉您，就算受理了。",
        "By {day} we tell you whether it is accepted and what is missing. If we do not, it counts as accepted.",
    ),
    Clock.CORRECTION: Text(
        "请在{day}前补齐，最后一份传上就算交齐。没有收到的算作撤回，随时可以重新申请。",
        "Please supply it by {day}; the last paper sends it all. Else it counts as withdrawn; you may apply again at"
        " any time.",
    ),
    Clock.GAPS: Text(
        "答应后补的材料请在{day}前交。没有收到的算作撤回，随时可以重新申请。",
        "Please hand in what you promised by {day}. Else it counts as withdrawn; you may apply again at any time.",
    ),
    Clock.PROMISED: Text("我们承诺最晚{day}作出决定。", "We promise a decision by {day}."),
    Clock.STATUTORY: Text("法律规定最晚{day}作出决定。", "By law the decision comes by {day}."),
    Clock.SUSPENSION: Text(
        "暂停期间不计时。我们最晚{day}再看一次能不能恢复办理。", "The clock stands still. By {day} we look again."
    ),
    Clock.SERVING: Text("最晚{day}送到您手里。", "It reaches you by {day}."),
}
LATE = {
    Clock.COMPLETENESS: Text(
        "{day}已经过了，依法算作受理，今晚系统会记下。", "{day} has passed: by law it counts as accepted."
    ),
    Clock.PROMISED: Text("承诺的{day}已经过了，对不起。", "The promised day, {day}, has passed. We are sorry."),
    Clock.STATUTORY: Text("法定的{day}已经过了。您可以投诉。", "The day by law, {day}, has passed. You can complain."),
    Clock.SUSPENSION: Text(
        "应当在{day}前再看一次能不能恢复办理，已经晚了，对不起。您可以投诉。",
        "We were to look again by {day} and are late; we are sorry. You can complain.",
    ),
    Clock.SERVING: Text(
        "应当在{day}前送到，已经晚了。您可以投诉。", "It was due by {day} and is late. You can complain."
    ),
}
# Lights and cards are words of the office; to whoever waits they mean a time.
LIGHTS = {
    Signal.AMBER: Text("时限快到了", "The time is nearly up"),
    Signal.YELLOW: Text("过了承诺的时限", "Past the time we promised"),
    Signal.RED: Text("过了法定的时限", "Past the time set by law"),
}
MARKS = {
    Held.MISSING: "owed", Held.GIVEN: "served", Held.KNOWN: "served", Held.COMMITTED: "offered",
    Held.UNNEEDED: "declined", Held.PROMISED: "not_due",
}  # fmt: skip
STARS = {
    5: Text("非常满意", "Very satisfied"),
    4: Text("满意", "Satisfied"),
    3: Text("基本满意", "All right"),
    2: Text("不满意", "Dissatisfied"),
    1: Text("非常不满意", "Very dissatisfied"),
}


def standing(state: State, *, is_granted: bool) -> tuple[str, Text]:
    """Return the mark and the words of a state."""
    return STATES[state] if is_granted else REFUSED.get(state, STATES[state])


def remedies(served_on: date | None, today: date, *, is_granted: bool) -> list[Text]:
    """Return until when somebody who was refused can ask for reconsideration, from the day they got the decision."""
    if is_granted or served_on is None:
        return []
    last = rules.reconsider_by(served_on)
    return [_dated(REMEDY, last)] if today <= last else []


def line(case: desk.Case) -> CaseLine:
    """Return a case as one line."""
    mark, state = standing(State(case.state), is_granted=desk.progress_of(case).is_granted)
    shown = desk.light_of(case, clock.today()) if case.closed_on is None else Signal.GREEN
    light, light_text = light_words(shown)
    waits_for_me = case.closed_on is None and case.person_due_on is not None
    return CaseLine(
        case.pk, owed.service_name(case.service), mark, state, case.person_due_on or case.due_on, waits_for_me,
        case.closed_on is None, light=light, light_text=light_text,
    )  # fmt: skip


def light_words(light: Signal) -> tuple[str, Text]:
    """Return the mark of a light and its words; nothing where all is in time."""
    return ("", NOTHING) if light is Signal.GREEN else (light.value, LIGHTS[light])


def clocks(faces: Iterable[ClockFace], today: date) -> list[Text]:
    """Return what the running clocks mean, the applicant's own first."""
    found = []
    for one in faces:
        if one.is_running and one.due_on is not None:
            is_over = today > one.due_on
            found.append(_dated((LATE if is_over else CLOCKS).get(one.clock, CLOCKS[one.clock]), one.due_on))
    return found


def _dated(words: Text, day: date) -> Text:
    said = owed.day_text(day)
    return Text(words.zh.format(day=said.zh), words.en.format(day=said.en))


def followed_clocks(found: Followed) -> list[Text]:
    """Return the same of a case that is followed without an account: only what it tells."""
    days = ((found.person_due_on, Clock.CORRECTION), (found.promised_due_on, Clock.PROMISED))
    is_open = found.state not in lifecycle.CLOSED
    return [_dated(CLOCKS[clock], day) for day, clock in days if day is not None and is_open]


ANOTHER = Text("另一位监护人", "another guardian")


def follow_up(one: desk.FollowUp) -> Text:
    """Return what becomes of a bad rating."""
    if one.outcome is not None:
        return rules.follow_up_outcomes().get(one.outcome, NOTHING)
    call, answer = owed.day_text(one.contact_due_on), owed.day_text(one.due_on)
    return Text(
        f"会有没经办过的人在{call.zh}前联系您，最晚{answer.zh}答复。",
        f"Somebody who did not handle it calls you by {call.en}; the answer comes by {answer.en}.",
    )


def explained(found: Followed) -> Text | None:
    """Return why a case is late, as anybody may know who follows it; None where nobody had to explain."""
    if found.explained is None:
        return None
    reason, (zh, en) = rules.reasons()["explain"].get(found.explained[0], NOTHING), owed.day_text(found.explained[1])
    return Text(
        f"晚了，对不起：{reason.zh}。现在预计{zh}办完。",
        f"It is late; we are sorry: {reason.en}. Now expected by {en}.",
    )


def steps(found: Iterable[Step], me: frozenset[int]) -> list[CaseStep]:
    """Return what happened, oldest first, with the reason and the words that the applicant is meant to read."""
    reasons = rules.reasons()
    return [
        CaseStep(
            one.on, lifecycle.told(one.act),
            reasons.get(one.act.value, {}).get(str(one.data.get("reason", "")), _listed(one)), one.words, one.remedies,
            NOTHING if one.asker_id is None or one.asker_id in me else ANOTHER,
            date.fromisoformat(str(one.data["day"])) if one.act is Act.EXPLAIN and "day" in one.data else None,
        )
        for one in found if one.act not in INSIDE
    ]  # fmt: skip


def _listed(step: Step) -> Text:
    """Return the papers that a correction notice names."""
    items = step.data.get("items")
    return Text.listed(rules.paper_name(str(code)) for code in items) if isinstance(items, list) else NOTHING


# Between staff and their head: no step of the case, and words that are not for the applicant.
INSIDE = frozenset({Act.ASK, Act.DECLINE, Act.HAND_OVER})


BRING = Text(
    "不用上传：带到窗口看一下，当场还给您，不留底。",
    "Not to be sent: bring it. It is looked at and given back; nothing is kept.",
)


def material(code: str, held: Held, note: Text = NOTHING) -> Material:
    """Return one paper and how it stands with it."""
    bring = held is Held.MISSING and rules.is_seen_only(code)
    return Material(
        code, rules.paper_name(code), MARKS[held], rules.held_text(code, held), BRING if bring else note
    )  # fmt: skip


def with_uploads(
    one: Material, uploads: tuple[Upload, ...], earlier: Upload | None, may_add: bool, is_wanted: bool
) -> Material:  # fmt: skip
    """Return a paper with what was handed in of it."""
    return replace(one, uploads=uploads, earlier=earlier, may_add=may_add, is_wanted=is_wanted)
