"""Why something is not done with a case, in words for whoever asked."""

from collections.abc import Mapping, Sequence

from tongdeng.kernel.errors import NOTHING, Text, TongdengError, UnusableInput


class StepRefused(UnusableInput):
    """The case stays as it was. `code` is `desk.step.<why>`."""

    def __init__(self, why: str, fact: Text, *, remedy: Text = NOTHING) -> None:
        super().__init__(f"desk.step.{why}", fact, remedy=remedy)


class CaseRefused(UnusableInput):
    """No case is begun."""

    def __init__(self, why: str, fact: Text, *, remedy: Text = NOTHING) -> None:
        super().__init__(f"desk.case.{why}", fact, remedy=remedy)


class DeadlinesFailed(TongdengError):
    """Some cases could not be dealt with in a night; every other one was. `counts`: what was done."""

    def __init__(self, cases: Sequence[int], counts: Mapping[str, int]) -> None:
        listed = ", ".join(map(str, cases[:20]))
        super().__init__(
            "desk.deadlines.failed",
            Text(f"{len(cases)} 个办件到期没有处理成", f"the deadlines of {len(cases)} cases could not be carried out"),
            place=f"desk_case {listed}",
            remedy=Text("请看日志；其他的都已处理", "see the log; the others were dealt with"),
        )  # fmt: skip
        self.counts = dict(counts)
