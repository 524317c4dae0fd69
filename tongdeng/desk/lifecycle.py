"""What a case may become: one table, from which program, tests, manual and the picture on the page are made.

Each row is an act: from which states, to which (None: it stays), who may do it, what it does to the clocks, what must
be given with it, and what must hold. The law behind the rows: 行政许可法 §29-45, §69; its terms are in law/desk.toml.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tongdeng.desk.types import Act, Clock, Role, State
from tongdeng.kernel.errors import Text


class Effect(StrEnum):
    """What an act does to a clock."""

    START = "start"
    STOP = "stop"
    PAUSE = "pause"
    GO_ON = "go_on"
    LENGTHEN = "lengthen"


class Need(StrEnum):
    """What an act must be given."""

    REASON = "reason"  # one of law/desk.toml [reasons] of this act
    WORDS = "words"
    MATERIALS = "materials"
    ITEMS = "items"
    ORGAN = "organ"
    OFFICIALS = "officials"  # two of them
    STARS = "stars"
    ASKED = "asked"  # an act that waits for the head
    POST = "post"
    DAY = "day"  # one that lies ahead


class Guard(StrEnum):
    """What must hold before an act."""

    NOTHING_MISSING = "nothing_missing"
    LISTED_SUPPLIED = "listed_supplied"
    ONLY_MINOR_MISSING = "only_minor_missing"
    GAPS_FILLED = "gaps_filled"
    NO_GAPS = "no_gaps"
    HAS_GAPS = "has_gaps"
    MAY_COMMIT = "may_commit"
    IS_COMMITTED = "is_committed"
    NOT_CORRECTED = "not_corrected"
    CORRECTED = "corrected"
    NOT_VERIFYING = "not_verifying"
    IS_VERIFYING = "is_verifying"
    NOT_EXTENDED = "not_extended"
    IN_TIME = "in_time"  # of the clock that the act stops or lengthens
    COMPLETENESS_OVER = "completeness_over"
    APPLICANT_LATE = "applicant_late"
    ONLY_ADDS = "only_adds"  # once accepted: what is here does not become missing, what was promised has its own act
    UNASKED = "unasked"  # something is missing that nobody has asked for
    HAD_TIME = "had_time"  # to prove it: every missing paper was asked for, and the time for it is over
    SOMETHING_AWAITED = "something_awaited"  # a paper of the notice, or one that was promised, is not here
    NOT_SERVED = "not_served"
    IS_SERVED = "is_served"
    NOT_RATED = "not_rated"
    NOT_REOPENED = "not_reopened"
    APPROVED = "approved"  # somebody else has asked for this very act
    NOTHING_ASKED = "nothing_asked"
    SOMETHING_ASKED = "something_asked"
    IS_LATE = "is_late"  # a term that the office answers for has been broken
    NO_QUESTION = "no_question"
    HAS_QUESTION = "has_question"


@dataclass(frozen=True)
class Move:
    """One row of the table."""

    act: Act
    before: tuple[State, ...]
    after: State | None
    by: tuple[Role, ...]
    code: str  # in the record of acts
    says: Text  # on the button
    told: Text  # in the history
    clocks: Mapping[Clock, Effect] = field(default_factory=dict)
    needs: tuple[Need, ...] = ()
    guards: tuple[Guard, ...] = ()

    def to(self, state: State) -> State:
        """Return the state after the act."""
        return self.after or state

    @property
    def notes_papers(self) -> bool:
        """Tell whether it is said with the act which papers are here: no other act carries that."""
        return Need.MATERIALS in self.needs or Guard.LISTED_SUPPLIED in self.guards

    @property
    def is_approved(self) -> bool:
        """Tell whether two people are needed: one who asks, and a head."""
        return Guard.APPROVED in self.guards


A, C, H, D, J = Role.APPLICANT, Role.CLERK, Role.HANDLER, Role.HEAD, Role.JOB
S, G = State, Guard
STOP_ALL = dict.fromkeys(Clock, Effect.STOP)
ON_ACCEPTANCE = {Clock.COMPLETENESS: Effect.STOP, Clock.STATUTORY: Effect.START, Clock.PROMISED: Effect.START}
ON_DECISION = {
    Clock.STATUTORY: Effect.STOP, Clock.PROMISED: Effect.STOP, Clock.SUSPENSION: Effect.STOP,
    Clock.SERVING: Effect.START,
}  # fmt: skip

CLOSED = (
    S.COMPLETED, S.NOT_ACCEPTED, S.REDIRECTED, S.WITHDRAWN, S.DEEMED_WITHDRAWN, S.TERMINATED, S.REVOKED,
)  # fmt: skip
UNDECIDED = (
    S.DRAFT, S.SUBMITTED, S.CORRECTION_REQUIRED, S.ACCEPTED, S.ACCEPTED_WITH_GAPS, S.UNDER_REVIEW, S.SUSPENDED,
)  # fmt: skip
IN_WORK = (S.ACCEPTED, S.ACCEPTED_WITH_GAPS, S.UNDER_REVIEW, S.SUSPENDED)
DECIDED = (S.DECIDED_GRANTED, S.DECIDED_REFUSED)

MOVES: tuple[Move, ...] = (
    Move(
        Act.NOTE_MATERIALS, (S.DRAFT, S.SUBMITTED, S.CORRECTION_REQUIRED, *IN_WORK), None, (A, C, H),
        "desk.materials.noted", Text("登记材料", "Note papers"), Text("登记了材料", "papers were noted"),
        needs=(Need.MATERIALS,), guards=(G.ONLY_ADDS,),
    ),
    Move(
        # What silence accepted may lack papers that nobody asked for. It stays accepted, and the clocks run on.
        Act.ASK_PAPERS, IN_WORK, None, (C, H), "desk.materials.asked",
        Text("请申请人交材料", "Ask for papers"),
        Text("受理时没有说的材料，请申请人补交", "papers were asked for that nobody had asked for in time"),
        needs=(Need.ITEMS, Need.WORDS), guards=(G.UNASKED,),
    ),
    Move(
        Act.COMMIT, (S.DRAFT, S.SUBMITTED), None, (A, C), "desk.case.committed",
        Text("告知承诺", "Give one's word"), Text("以书面承诺代替证明", "a written word stands in for a proof"),
        needs=(Need.MATERIALS, Need.WORDS), guards=(G.MAY_COMMIT,),
    ),
    Move(
        # The job: what waited in a package for another case, which the person has sent with it.
        Act.SUBMIT, (S.DRAFT,), S.SUBMITTED, (A, C, H, J), "desk.case.submitted",
        Text("提交，出收件凭证", "Submit, with a receipt"), Text("已收件", "submitted"),
        {Clock.COMPLETENESS: Effect.START},
    ),
    Move(
        Act.ACCEPT, (S.SUBMITTED,), S.ACCEPTED, (C, H), "desk.case.accepted",
        Text("受理", "Accept"), Text("受理", "accepted"), ON_ACCEPTANCE, guards=(G.IN_TIME, G.NOTHING_MISSING),
    ),
    Move(
        Act.ACCEPT_WITH_GAPS, (S.SUBMITTED,), S.ACCEPTED_WITH_GAPS, (C, H), "desk.case.accepted_with_gaps",
        Text("容缺受理", "Accept with gaps"), Text("容缺受理，次要材料后补", "accepted, minor papers are to follow"),
        {**ON_ACCEPTANCE, Clock.GAPS: Effect.START}, (Need.WORDS,), (G.IN_TIME, G.ONLY_MINOR_MISSING),
    ),
    Move(
        Act.DEEM_ACCEPTED, (S.SUBMITTED,), S.ACCEPTED, (J,), "desk.case.deemed_accepted",
        Text("视为受理", "Deem accepted"),
        Text("逾期没有告知，自收到之日起视为受理", "nothing was said in time: accepted from the day of receipt"),
        ON_ACCEPTANCE, guards=(G.COMPLETENESS_OVER,),
    ),
    Move(
        Act.CORRECT, (S.SUBMITTED,), S.CORRECTION_REQUIRED, (C, H), "desk.case.correction_required",
        Text("一次性告知补正", "Ask for corrections, once"),
        Text("一次性告知需要补正的全部内容", "told, once, everything that is missing"),
        {Clock.COMPLETENESS: Effect.STOP, Clock.CORRECTION: Effect.START}, (Need.ITEMS, Need.WORDS),
        (G.NOT_CORRECTED, G.IN_TIME),
    ),
    Move(
        Act.CORRECT_AGAIN, (S.SUBMITTED,), S.CORRECTION_REQUIRED, (D,), "desk.case.corrected_again",
        Text("再次告知补正", "Ask for corrections again"),
        Text("再次告知补正（负责人同意）", "asked for corrections again, approved by the head"),
        {Clock.COMPLETENESS: Effect.STOP, Clock.CORRECTION: Effect.START}, (Need.REASON, Need.ITEMS, Need.WORDS),
        (G.CORRECTED, G.APPROVED, G.IN_TIME),
    ),
    Move(
        Act.SUPPLY, (S.CORRECTION_REQUIRED,), S.SUBMITTED, (A, C, H, J), "desk.case.supplied",
        Text("补正完毕", "All is supplied"), Text("补正完毕", "everything was supplied"),
        {Clock.CORRECTION: Effect.STOP, Clock.COMPLETENESS: Effect.START}, guards=(G.LISTED_SUPPLIED,),
    ),
    Move(
        Act.CLOSE_GAPS, (S.ACCEPTED_WITH_GAPS, S.UNDER_REVIEW, S.SUSPENDED), None, (A, C, H), "desk.gaps.closed",
        Text("补齐容缺材料", "Supply what was promised"), Text("补齐了容缺材料", "what was promised is here"),
        {Clock.GAPS: Effect.STOP}, (Need.MATERIALS,), (G.HAS_GAPS, G.GAPS_FILLED),
    ),
    Move(
        Act.NOT_ACCEPT, (S.SUBMITTED,), S.NOT_ACCEPTED, (C, H), "desk.case.not_accepted",
        Text("不予受理", "Do not accept"), Text("不予受理", "not accepted"), STOP_ALL, (Need.REASON, Need.WORDS),
        (G.IN_TIME,),
    ),
    Move(
        Act.REDIRECT, (S.SUBMITTED,), S.REDIRECTED, (C, H), "desk.case.redirected",
        Text("告知有权机关", "Name the right office"), Text("告知向有权机关申请", "told which office is the right one"),
        STOP_ALL, (Need.ORGAN, Need.WORDS), (G.IN_TIME,),
    ),
    Move(
        Act.REVIEW, (S.ACCEPTED, S.ACCEPTED_WITH_GAPS), S.UNDER_REVIEW, (C, H), "desk.case.taken_up",
        Text("开始审查", "Take up"), Text("开始审查", "taken up"),
    ),
    Move(
        Act.HAND_OVER, (S.SUBMITTED, S.CORRECTION_REQUIRED, *IN_WORK, *DECIDED, S.DELIVERING), None, (C, H, D),
        "desk.case.handed_over", Text("转交同事", "Hand over"), Text("转交同事办理", "handed over to a colleague"),
        needs=(Need.POST,),
    ),
    Move(
        Act.VERIFY, (S.UNDER_REVIEW,), None, (H,), "desk.verification.ordered",
        Text("现场核查", "Verify on site"), Text("安排两名工作人员现场核查", "two officials were sent to look"),
        needs=(Need.OFFICIALS,), guards=(G.NOT_VERIFYING,),
    ),
    Move(
        Act.FIND, (S.UNDER_REVIEW,), None, (H,), "desk.verification.reported",
        Text("登记核查结果", "Report what was found"), Text("现场核查完毕", "the visit is reported"),
        needs=(Need.WORDS,), guards=(G.IS_VERIFYING,),
    ),
    Move(
        Act.SUSPEND, (S.UNDER_REVIEW,), S.SUSPENDED, (H,), "desk.case.suspended",
        Text("中止", "Suspend"), Text("中止，时间不计入", "suspended: this time does not count"),
        # Its own clock goes on where it stood: whoever suspends anew has not more time for it.
        {Clock.STATUTORY: Effect.PAUSE, Clock.PROMISED: Effect.PAUSE, Clock.SUSPENSION: Effect.START},
        (Need.REASON, Need.WORDS),
    ),
    Move(
        Act.RESUME, (S.SUSPENDED,), S.UNDER_REVIEW, (H,), "desk.case.resumed",
        Text("恢复", "Resume"), Text("恢复，当日起计", "resumed: this day counts"),
        {Clock.STATUTORY: Effect.GO_ON, Clock.PROMISED: Effect.GO_ON, Clock.SUSPENSION: Effect.PAUSE},
    ),
    Move(
        Act.ASK, (*UNDECIDED[1:], *DECIDED, S.DELIVERING, S.COMPLETED), None, (C, H),
        "desk.approval.asked", Text("报负责人批准", "Ask the head"), Text("报负责人批准", "the head was asked"),
        needs=(Need.ASKED, Need.WORDS), guards=(G.NOTHING_ASKED,),
    ),
    Move(
        Act.DECLINE, (*UNDECIDED[1:], *DECIDED, S.DELIVERING, S.COMPLETED), None, (D,),
        "desk.approval.declined", Text("不批准", "Decline"), Text("负责人没有批准", "the head declined"),
        needs=(Need.WORDS,), guards=(G.SOMETHING_ASKED,),
    ),
    Move(
        Act.EXTEND, (S.UNDER_REVIEW,), None, (D,), "desk.case.extended",
        Text("批准延期", "Approve more time"), Text("延期一次（负责人批准）", "more time, once, approved by the head"),
        {Clock.STATUTORY: Effect.LENGTHEN}, (Need.REASON, Need.WORDS), (G.NOT_EXTENDED, G.APPROVED, G.IN_TIME),
    ),
    Move(
        Act.GRANT, (S.UNDER_REVIEW,), S.DECIDED_GRANTED, (H,), "desk.case.granted",
        Text("准予", "Grant"), Text("准予", "granted"), ON_DECISION, guards=(G.NO_GAPS, G.NOT_VERIFYING),
    ),
    Move(
        Act.REFUSE, (S.UNDER_REVIEW,), S.DECIDED_REFUSED, (H,), "desk.case.refused",
        Text("不予", "Refuse"), Text("不予，已告知理由和救济途径", "refused, with reasons and remedies"), ON_DECISION,
        (Need.REASON, Need.WORDS), (G.NO_GAPS, G.NOT_VERIFYING, G.HAD_TIME),
    ),
    Move(
        Act.ISSUE, DECIDED, S.DELIVERING, (C, H), "desk.document.issued",
        Text("制证、出文书", "Issue the document"), Text("文书已出，等待送达", "the document is made out"),
    ),
    Move(
        Act.SERVE, (S.DELIVERING,), None, (C, H), "desk.document.served",
        Text("送达", "Hand over"), Text("已送达", "handed over"), {Clock.SERVING: Effect.STOP}, guards=(G.NOT_SERVED,),
    ),
    Move(
        Act.COMPLETE, (S.DELIVERING,), S.COMPLETED, (C, H), "desk.case.completed",
        Text("办结", "Close as done"), Text("办结", "done"), guards=(G.IS_SERVED,),
    ),
    Move(
        Act.RATE, (S.COMPLETED,), None, (A,), "desk.case.rated",
        Text("评价", "Rate"), Text("已评价", "rated"), needs=(Need.STARS,), guards=(G.NOT_RATED,),
    ),
    Move(
        Act.EXPLAIN, (*IN_WORK, *DECIDED, S.DELIVERING), None, (C, H), "desk.delay.explained",
        Text("公开说明", "Explain publicly"), Text("说明了为什么没有按时", "it was explained why it is late"),
        needs=(Need.REASON, Need.WORDS, Need.DAY), guards=(G.IS_LATE,),
    ),
    Move(
        Act.INQUIRE, (S.SUBMITTED, *IN_WORK, *DECIDED, S.DELIVERING), None, (C, H), "desk.question.asked",
        Text("问申请人", "Ask the applicant"), Text("问了申请人一个问题", "the applicant was asked a question"),
        needs=(Need.WORDS,), guards=(G.NO_QUESTION,),
    ),
    Move(
        Act.ANSWER, (S.SUBMITTED, *IN_WORK, *DECIDED, S.DELIVERING), None, (A, C), "desk.question.answered",
        Text("答复问题", "Answer the question"), Text("申请人答复了", "the applicant answered"),
        needs=(Need.WORDS,), guards=(G.HAS_QUESTION,),
    ),
    Move(
        Act.WITHDRAW, UNDECIDED, S.WITHDRAWN, (A,), "desk.case.withdrawn",
        Text("撤回申请", "Withdraw"), Text("申请人撤回", "withdrawn by the applicant"), STOP_ALL,
    ),
    Move(
        Act.WITHDRAW_FOR, UNDECIDED, S.WITHDRAWN, (C,), "desk.case.withdrawn_for",
        Text("登记本人要求撤回", "Note that the person withdraws"),
        Text("窗口登记：申请人要求撤回", "noted at the window: the applicant asked to withdraw"), STOP_ALL,
        (Need.WORDS,),
    ),
    Move(
        Act.DEEM_WITHDRAWN, (S.CORRECTION_REQUIRED, S.ACCEPTED_WITH_GAPS, S.UNDER_REVIEW, S.SUSPENDED),
        S.DEEMED_WITHDRAWN, (J,), "desk.case.deemed_withdrawn", Text("视为撤回", "Deem withdrawn"),
        Text("到期没有收到要补的材料，视为撤回，可以重新申请",
             "not here in time: taken as withdrawn; one may apply again"),
        STOP_ALL, guards=(G.APPLICANT_LATE, G.SOMETHING_AWAITED),
    ),
    Move(
        Act.TERMINATE, UNDECIDED[1:], S.TERMINATED, (D,), "desk.case.terminated",
        Text("批准终止", "Approve the end"), Text("终止（负责人批准）", "ended, approved by the head"),
        STOP_ALL, (Need.REASON, Need.WORDS), (G.APPROVED,),
    ),
    Move(
        Act.REVOKE, (S.DECIDED_GRANTED, S.DELIVERING, S.COMPLETED), S.REVOKED, (D,), "desk.case.revoked",
        Text("批准撤销", "Approve the revocation"), Text("撤销（负责人批准）", "revoked, approved by the head"),
        STOP_ALL, (Need.REASON, Need.WORDS), (G.IS_COMMITTED, G.APPROVED),
    ),
    Move(
        Act.REOPEN, (S.COMPLETED, S.NOT_ACCEPTED, S.WITHDRAWN, S.DEEMED_WITHDRAWN, S.TERMINATED, S.REVOKED), None,
        (C, H), "desk.case.reopened", Text("重新办理", "Reopen"),
        Text("另立新件重新办理，本件保留", "a new case was begun; this one is kept"),
        needs=(Need.REASON,), guards=(G.NOT_REOPENED,),
    ),
)  # fmt: skip

BY_ACT = {move.act: move for move in MOVES}
# What an act takes with it where that is allowed then: who has handed everything in presses no second button.
FOLLOWED_BY = {Act.NOTE_MATERIALS: Act.SUPPLY}
START_CODE = "desk.case.started"
STARTED = Text("开始办理", "begun")


def moves_from(state: State, roles: frozenset[Role] | None = None) -> Iterator[Move]:
    """Yield the acts that a state allows, to whoever has one of these roles."""
    for move in MOVES:
        if state in move.before and (roles is None or not roles.isdisjoint(move.by)):
            yield move


def transitions(role: Role | None = None) -> set[tuple[Act, State, State]]:
    """Return every (act, state before, state after) of the table, or those of one role."""
    return {
        (move.act, state, move.to(state)) for move in MOVES if role is None or role in move.by for state in move.before
    }


def told(act: Act) -> Text:
    """Return an act as the history tells it."""
    return STARTED if act is Act.START else BY_ACT[act].told
