"""What a doubt says on screen, in both languages."""

from collections.abc import Iterator, Mapping
from typing import Any

from tongdeng.intake.exports import review
from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.owed.selectors import source_text
from tongdeng.people import selectors as registry
from tongdeng.people.exports import comparing
from tongdeng.sites.console.view_models.review import Tally, TraitLine

LABELS = {
    "name": Text("姓名", "Name"),
    "number": Text("证件号码", "ID number"),
    "born": Text("出生日期", "Born on"),
    "sex": Text("性别", "Sex"),
    "phone": Text("电话", "Phone"),
    "hukou": Text("户籍地", "Registered in"),
    "guardian": Text("监护人", "Guardian"),
    "guardian_number": Text("监护人证件号码", "Guardian's ID number"),
    "address": Text("现住址", "Lives at"),
}
LEVELS = {
    "same": ("served", Text("相同", "same")),
    "near": ("near", Text("相近", "similar")),
    "differs": ("unmet", Text("不同", "differs")),
    "one": ("unknown", Text("一方没有", "one side has none")),
}
# The levels of the model, by its own English words.
WEIGHED = {
    "same": Text("相同", "same"),
    "sounds the same": Text("同音", "sounds the same"),
    "one character of nearly the same shape": Text("一个字形近", "one character of nearly the same shape"),
    "one character off": Text("差一个字", "one character off"),
    "day and month swapped": Text("月日颠倒", "day and month swapped"),
    "one digit off": Text("差一位", "one digit off"),
    "same year": Text("同年", "same year"),
    "one digit wrong, lost or swapped": Text("差一位、漏一位或颠倒", "one digit wrong, lost or swapped"),
    "two digits wrong": Text("差两位", "two digits wrong"),
    "same county": Text("同县", "same county"),
    "same prefecture": Text("同市", "same prefecture"),
    "same number": Text("号码相同", "same number"),
    "same name": Text("姓名相同", "same name"),
    "differs": Text("不同", "differs"),
    "not stated": Text("一方没有", "one side has none"),
}
KINDS = {
    "row": Text("新来的记录像已有的人", "A new record resembles somebody known"),
    "proposal": Text("两个人看来是同一个", "Two persons look like one"),
    "sample": Text("抽查自动归并", "Check of an automatic link"),
    "second": Text("等第二个人", "Waiting for a second person"),
    "later": Text("以后再看", "Put back for later"),
}
QUESTION = Text("是同一个人吗？", "Is this one person?")
SAMPLE_QUESTION = Text("这条记录是这个人的吗？", "Is this record this person's?")
SETTLERS = {
    "person": Text("问本人", "the person"),
    "police": Text("公安（证件号码、登记）", "the police (ID number, registration)"),
    "hrss": Text("人社（工作单位）", "human resources (employer)"),
    "education": Text("教育（监护人、学校）", "education (guardian, school)"),
    "housing": Text("住建（房屋、租约）", "housing (dwelling, lease)"),
    "health": Text("卫健（接种单位）", "health (vaccination clinic)"),
}
VERDICTS = {
    "same": Text("是同一人", "Same person"),
    "different": Text("不是同一人", "Different persons"),
    "unsure": Text("现在定不了", "Cannot say now"),
}
SAMPLE_VERDICTS = VERDICTS | {
    "same": Text("是本人的", "It is"),
    "different": Text("不是本人的，分出去", "It is not: part it"),
}
OUTCOMES = {
    "merged": Text("已合并", "Merged"),
    "kept_apart": Text("已记为两个人", "Kept as two persons"),
    "parted": Text("已分出这条记录", "The record was parted"),
    "confirmed": Text("已确认归并无误", "The link was confirmed"),
    "waits": Text("已记下，等第二个人核对", "Noted; a second person must agree"),
    "sent_up": Text("两人判断不同，已转上一级", "The two disagree; the level above decides"),
    "put_back": Text("已放回，两周后再看", "Put back for two weeks"),
}
BASES = {
    "number": Text("有效证件号码相同", "the same valid ID number"),
    "triple": Text("姓名、出生日期、性别都相同", "the same name, birth date and sex"),
    "none": Text("同样的姓名、出生日期和性别不止一人，所以没有自动归并",
                 "more than one person fits, so nothing was joined by itself"),
}  # fmt: skip


TWO_NUMBERS = Text(
    "两个人各有一个有效的证件号码，而且不一样，所以不能合并。如果其中一个登错了，先请送来的部门更正。",
    "Each has a valid ID number, and the two differ, so they cannot be merged. If one is wrong, the bureau that "
    "sent it must correct it first.",
)
NEEDS_TWO = Text(
    "涉及医疗、救助或钱款：两个人判断相同才生效。",
    "This touches care or money: it takes effect when two persons give the same answer.",
)
DISPUTED = Text("两个人判断不同，由上一级决定。", "Two clerks disagree; the level above decides.")
SECOND = Text(
    "另一个人已经看过。请独立判断：相同就生效，不同就转上一级。",
    "Somebody has looked at this. Judge by yourself: the same answer takes effect, another goes up a level.",
)


def notices(doubt: review.Doubt, *, two_numbers: bool) -> Iterator[Text]:
    """Yield what a clerk should know before answering."""
    if two_numbers:
        yield TWO_NUMBERS
    if review.is_disputed(doubt):
        yield DISPUTED
    elif doubt.first_verdict:
        yield SECOND
    elif review.needs_two(doubt):
        yield NEEDS_TWO
    if doubt.settler:
        asked = SETTLERS.get(doubt.settler, NOTHING)
        yield Text(f"上次定不了：{asked.zh}。{doubt.note}", f"Put back before: {asked.en}. {doubt.note}")


def why(kind: str, weights: Mapping[str, Any]) -> Text:
    """Return why this is asked, and how sure the model is."""
    asked = KINDS[kind]
    if "weight" in weights:
        model, weight = str(weights.get("model", "")), float(weights["weight"])
        probability = float(weights.get("probability", 0.0))
        return Text(
            f"{asked.zh}。模型 {model} 合计 {weight:+.1f} 分，可能性 {probability:.3f}",
            f"{asked.en}. Model {model}: {weight:+.1f} in all, probability {probability:.3f}",
        )
    basis = BASES.get(str(weights.get("basis", "")), NOTHING)
    return Text(f"{asked.zh}：{basis.zh}", f"{asked.en}: {basis.en}") if basis.zh else asked


def traits(found: list[comparing.Trait], weights: Mapping[str, Any]) -> tuple[TraitLine, ...]:
    """Return the lines of a comparison with the model's weight where it weighed the value."""
    weighed = {one["name"]: one for one in weights.get("comparisons", ())}
    return tuple(_trait(one, weighed.get(one.name)) for one in found)


def _trait(trait: comparing.Trait, weighed: Mapping[str, Any] | None) -> TraitLine:
    mark, word = LEVELS[trait.level]
    if weighed and trait.level != "one":
        level = str(weighed["level"])
        word = WEIGHED.get(level, Text(level, level))
    if trait.places and trait.name in ("number", "guardian_number", "phone", "born"):
        zh, en = "、".join(map(str, trait.places)), ", ".join(map(str, trait.places))
        word = Text(f"{word.zh}：第 {zh} 位", f"{word.en}: place {en}")
    weight = float(weighed["weight"]) if weighed else None
    return TraitLine(
        LABELS[trait.name], trait.left, trait.right, _source(trait.left), _source(trait.right), mark, word, weight,
        is_sex=trait.name == "sex",
    )  # fmt: skip


def _source(told: comparing.Told | None) -> Text:
    if told is None:
        return NOTHING
    name, more = registry.source_short(told.source), told.others
    zh, en = f"{name.zh}，{told.on}", f"{name.en}, {told.on}"
    if more:
        zh, en = f"{zh}；另有 {more} 种写法", f"{en}; {more} other value{'s' * (more > 1)}"
    return Text(zh, en)


def shown(source: str) -> Text:
    """Return what a source is called in full."""
    return source_text(source)


SERVICES = Text("服务记录", "Services recorded")
TALLIES = (
    (Text("记录", "Records"), ()),
    (Text("居住", "Stays"), ("stay",)),
    (Text("居住证", "Residence permits"), ("permit",)),
    (Text("就业和参保", "Work and insurance"), ("job", "insurance")),
    (Text("就学", "Schooling"), ("schooling",)),
)


def tallies(left: comparing.Side, right: comparing.Side, services: tuple[int, int]) -> tuple[Tally, ...]:
    """Return what either side has, so that it can be seen what an answer touches; what neither has is left out."""
    found = [Tally(label, _count(left, tables), _count(right, tables)) for label, tables in TALLIES]
    found.append(Tally(SERVICES, *services))
    return tuple(one for one in found if one.left or one.right)


def _count(side: comparing.Side, tables: tuple[str, ...]) -> int:
    return comparing.count_spells(side, tables) if tables else len(side.statements)
