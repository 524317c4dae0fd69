"""A refusal and two messages written to somebody, for pages that show them."""

from datetime import date

from tests.posts import SERVING, staffed
from tongdeng.access.selectors import acting
from tongdeng.kernel.errors import Text
from tongdeng.notify import actions as notify
from tongdeng.notify.types import About, Reader
from tongdeng.papers import actions as papers
from tongdeng.papers.types import Addressee, Issued, Matter

SERVICE = Text("居住证办理", "Residence permit")
REFUSAL = {
    "service": SERVICE, "applied_on": date(2026, 11, 2), "decided_on": date(2026, 11, 20),
    "reasons": ["在本县居住不满半年：登记日期是 2026年8月1日。"],
    "clauses": [Text("居住证暂行条例 §2", "Interim Regulations on Residence Permits §2")],
    "would_change": [Text("2027年2月1日起住满半年", "From 1 February 2027 half a year will be complete")],
    "reconsideration": Text("示例县人民政府", "the people's government of the county"),
    "court": Text("示例县人民法院", "the county court"),
}  # fmt: skip


def write_to(person_id: int, name: str, territory: str) -> Issued:
    """Issue the refusal, tell the person of it, and return it."""
    matter = Matter("test.case", person_id)
    with acting(staffed("office")) as by:
        made = papers.issue_paper(
            kind="refusal", matter=matter, organ=Text("示例县公安局", "Public Security Bureau"), content=REFUSAL, by=by,
            to=Addressee(person_id, name, territory, "B", SERVING),
        )  # fmt: skip
        to = Reader(person_id, territory, "B", SERVING)
        for step, kind, fields in (
            ("asked", "case.correction", {"missing": "租房合同", "by": date(2026, 12, 1)}),
            ("refused", "case.refused", {"reason": "在本县居住不满半年"}),
        ):
            about = About(matter.kind, matter.id, step)
            notify.tell(kind=kind, about=about, to=to, fields={"service": SERVICE, **fields}, by=by)
    return made
