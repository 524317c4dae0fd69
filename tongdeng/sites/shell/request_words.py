"""The words of people's requests: the same for those who ask and for those who answer."""

from dataclasses import dataclass
from datetime import date, datetime

from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.privacy.types import Asked, Outcome, RequestKind

ASKS = {
    RequestKind.CORRECT: Text("要求更正", "Ask for a correction"),
    RequestKind.EXPLAIN: Text("要求解释", "Ask for an explanation"),
    RequestKind.RESTRICT: Text("要求限制使用", "Ask to restrict use"),
    RequestKind.DELETE: Text("要求删除", "Ask for deletion"),
    RequestKind.COMPLAIN: Text("投诉", "Complain"),
}
OUTCOMES = {
    Outcome.DONE: Text("已照办", "done"),
    Outcome.PARTLY: Text("部分照办", "done in part"),
    Outcome.REFUSED: Text("没有照办", "not done"),
}
DESKS = {
    "office": Text("领导小组办公室", "the leading group's office"), "police": Text("公安局", "the police"),
    "hrss": Text("人社局", "the labour bureau"), "education": Text("教育局", "the education bureau"),
    "housing": Text("住建局", "the housing bureau"), "civil": Text("民政局", "the civil affairs bureau"),
    "justice": Text("司法局", "the justice bureau"), "health": Text("卫健局", "the health bureau"),
    "worker": Text("社区", "the community"),
}  # fmt: skip
ACTS = {
    "asked": Text("提出，交给{zh}", "Asked; it went to {en}"),
    "extended": Text("{zh}延长了期限", "{en} took more time"),
    "handed_over": Text("转交{zh}", "Passed on to {en}"),
    "answered": Text("{zh}答复", "Answered by {en}"),
}
# What a request may speak of.
SUBJECTS = {
    "name": Text("姓名", "name"), "id_number": Text("公民身份号码", "ID number"),
    "id_claimed": Text("证件号码（有误，待更正）", "ID number (faulty, to be corrected)"), "sex": Text("性别", "sex"),
    "born_on": Text("出生日期", "birth date"), "ethnicity": Text("民族", "ethnic group"),
    "hukou_code": Text("户籍区划", "division of registration"),
    "hukou_address": Text("户籍地址", "address of registration"), "address": Text("现住址", "address"),
    "phone": Text("电话", "phone"), "education_level": Text("文化程度", "education"),
    "marital_status": Text("婚姻状况", "marital status"), "stay": Text("住过的地方", "places lived in"),
    "permit": Text("居住证", "residence permit"), "lease": Text("租房", "lease"), "job": Text("工作", "work"),
    "insurance": Text("社会保险", "social insurance"), "school": Text("上学", "school"),
    "service": Text("办过的服务", "services given"),
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One thing that happened to a request."""

    on: date
    text: Text
    staff_id: int | None = None


def desk_name(desk: str) -> Text:
    """Return who sits at a desk."""
    return DESKS.get(desk, Text(desk, desk))


def subject_text(subject: str) -> Text:
    """Return what a request is about, in words; the number of an entry is one look at the record."""
    if subject.isdecimal():
        return Text("一次查看", "one look")
    return SUBJECTS.get(subject, Text("", ""))


def title(asked: Asked) -> Text:
    """Return `要求更正：电话`."""
    what, subject = ASKS[asked.kind], subject_text(asked.subject)
    return Text(f"{what.zh}：{subject.zh}", f"{what.en}: {subject.en}") if subject.zh else what


def steps(asked: Asked) -> list[Step]:
    """Return what happened to a request, oldest first, each with its reason where one was given."""
    reasons = {"extended": asked.extension, "handed_over": asked.handed}
    found = []
    for act in asked.history:
        name, desk = str(act["act"]), desk_name(str(act["desk"]))
        said, reason = ACTS[name], reasons.get(name, "")
        text = Text(
            said.zh.format(zh=desk.zh) + (f"：{reason}" if reason else ""),
            said.en.format(en=desk.en) + (f": {reason}" if reason else ""),
        )
        found.append(Step(datetime.fromisoformat(str(act["at"])).astimezone(clock.CHINA).date(), text, _staff(act)))
    return found


def _staff(act: dict[str, object]) -> int | None:
    staff = act.get("staff")
    return staff if isinstance(staff, int) else None
