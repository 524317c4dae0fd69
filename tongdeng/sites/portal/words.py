"""What is held about somebody, in words for them: each value with who says so and since when."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from tongdeng.catalogue import selectors as catalogue
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.org.types import Place, town_of
from tongdeng.owed import selectors as owed
from tongdeng.people import selectors as registry
from tongdeng.people.exports import profiles
from tongdeng.rules.model import Version
from tongdeng.sites.portal.view_models import Held, HeldGroup, Origin
from tongdeng.sites.shell.frame import Words

# In the order in which people look for them. What is not listed here is told by the spells below.
LABELS = {
    "name": Text("姓名", "Name"),
    "id_number": Text("公民身份号码", "ID number"),
    "id_claimed": Text("证件号码（有误，待更正）", "ID number (faulty, to be corrected)"),
    "sex": Text("性别", "Sex"),
    "born_on": Text("出生日期", "Born on"),
    "ethnicity": Text("民族", "Ethnic group"),
    "hukou_code": Text("户籍区划", "Division of registration"),
    "hukou_address": Text("户籍地址", "Address of registration"),
    "address": Text("现住址", "Lives at"),
    "phone": Text("电话", "Phone"),
    "education_level": Text("文化程度", "Education"),
    "marital_status": Text("婚姻状况", "Marital status"),
}
SEXES = {"male": Text("男", "male"), "female": Text("女", "female")}
DOMAINS = {
    "B": Text("身份和住处", "Identity and home"),
    "C": Text("工作和社会保险", "Work and social insurance"),
    "D": Text("上学", "School"),
}
FREE = Text("免费", "Free")
Line = tuple[Words, str, date]  # what, by which source, as of


def joined(*parts: Text | str | None, zh: str = "，", en: str = ", ") -> Text:
    """Return parts as one text; those that are missing leave no comma."""
    told = [part if isinstance(part, Text) else Text(part, part) for part in parts if part]
    return Text(zh.join(one.zh for one in told if one.zh), en.join(one.en for one in told if one.en))


def code_text(fact: str, value: str | None) -> Text | None:
    """Return the meaning of a code of the law's vocabulary."""
    if not value:
        return None
    known = catalogue.open_law().facts.get(fact)
    return (known.value_labels.get(value) if known else None) or Text(value, value)


def terms(version: Version) -> Text:
    """Return what it costs and how long it takes at most."""
    fee = FREE if version.fee == "free" else None
    term = version.promised or version.statutory
    if term is None:
        return joined(fee)
    if term.days == 0:
        return joined(fee, Text("当场办", "On the spot"), zh="。", en=". ")
    is_working = term.kind == "working"
    days = Text(
        f"最多 {term.days} {'个工作日' if is_working else '天'}",
        f"{term.days} {'working ' if is_working else ''}day{'s' if term.days > 1 else ''} at most",
    )
    return joined(fee, days, zh="。", en=". ")


def span(starts_on: date | None, ends_on: date | None) -> Text | None:
    """Return `2026年3月1日起` or `2026年3月1日至2026年9月1日`."""
    if starts_on is None:
        return None
    start = owed.day_text(starts_on)
    if ends_on is None:
        return Text(f"{start.zh}起", f"since {start.en}")
    end = owed.day_text(ends_on)
    return Text(f"{start.zh}至{end.zh}", f"{start.en} to {end.en}")


def place_text(known: Mapping[str, Place], code: str) -> Text:
    """Return a community's name with its town's."""
    place, town = known.get(code), known.get(town_of(code))
    if place is None:
        return Text(code, code)
    if town is None or town.code == place.code:
        return Text(place.name_zh, place.name_en)
    return Text(f"{town.name_zh} {place.name_zh}", f"{place.name_en}, {town.name_en}")


def origin(source: str, on: date, note: Text | None = None) -> Origin:
    """Return who says a value, and as of which day."""
    zh, en, _ = registry.source_name(source)
    return Origin(source, Text(zh, en), on, note)


def held(profile: profiles.PersonProfile) -> list[HeldGroup]:
    """Return everything this register shows about somebody, by its kind."""
    identity = [_attribute(key, profile.values[key]) for key in LABELS if key in profile.values]
    known = org.named_places(clock.today())
    identity += _spelled("stay", Text("住过的地方", "Places lived in"), _stays(profile, known))
    identity += _spelled(
        "permit", Text("居住证", "Residence permit"), _told(profile, profile.permits, "police", _permit)
    )
    identity += _spelled("lease", Text("租房", "Lease"), _told(profile, profile.tenancies, "housing", _lease))
    work = _spelled("job", Text("工作", "Work"), _told(profile, profile.jobs, "hrss", _job))
    work += _spelled(
        "insurance", Text("社会保险", "Social insurance"), _told(profile, profile.insurances, "hrss", _insured)
    )
    school = _spelled("school", Text("上学", "School"), _told(profile, profile.schoolings, "education", _school))
    groups = (("B", identity), ("C", work), ("D", school))
    return [HeldGroup(DOMAINS[letter], tuple(values)) for letter, values in groups if values]


def _attribute(key: str, found: profiles.Sourced) -> Held:
    lost = {
        "older": Text("更早", "older"),
        "less_believed": Text("这一项不以它为准", "not the source believed for this"),
    }
    lost["number"] = Text("以证件号码为准", "the ID number decides")
    lost["derived"] = Text("由证件号码得出", "from the ID number")
    told: dict[tuple[str, Words, Text | None], Origin] = {}
    for one in found.statements:
        # What one source says again and again is one line, with its newest day.
        said = Origin(one.source, origin(one.source, one.on).who, one.on, lost.get(one.why), _value(key, one.value))
        same = (said.source, said.text or "", said.note)
        if same not in told or told[same].on < said.on:
            told[same] = said
    origins = tuple(told.values())
    return Held(key, LABELS[key], _value(key, found.value), origins, is_disputed=found.is_disputed)


def _value(key: str, value: Any) -> Words:
    if value is None:
        return Text("没有", "none")
    if isinstance(value, date):
        return owed.day_text(value)
    if key == "sex":
        return SEXES.get(str(value), Text(str(value), str(value)))
    return code_text(key, str(value)) or str(value)


def _spelled(key: str, label: Text, lines: Iterable[Line]) -> list[Held]:
    return [Held(key, label, text, (origin(source, on),)) for text, source, on in lines]


def _told(
    profile: profiles.PersonProfile, spells: Iterable[Any], usual: str, words: Callable[[Any], Text]
) -> list[Line]:
    return [(words(one), profile.told_by.get(one.record_id, usual), one.as_at) for one in spells]


def _stays(profile: profiles.PersonProfile, known: Mapping[str, Place]) -> list[Line]:
    return [
        (joined(place_text(known, one.community), one.address, code_text("lodging", one.lodging),
                span(one.starts_on, one.ends_on)), one.source, one.as_at)
        for one in profile.stays
    ]  # fmt: skip


def _permit(one: Any) -> Text:
    said = [(one.issued_on, "签发", "issued"), (one.endorsed_on, "签注", "endorsed")]
    days = [(owed.day_text(day), zh, en) for day, zh, en in said if day]
    return joined(*(Text(f"{day.zh}{zh}", f"{en} {day.en}") for day, zh, en in days)) if days else Text("有", "held")


def _lease(one: Any) -> Text:
    return joined(one.address, span(one.starts_on, one.ends_on))


def _job(one: Any) -> Text:
    return joined(one.employer, code_text("employment_form", one.form), span(one.starts_on, one.ends_on))


def _insured(one: Any) -> Text:
    pension, medical = code_text("pension_type", one.pension_type), code_text("medical_type", one.medical_type)
    said = [Text(f"养老：{pension.zh}", f"pension: {pension.en}")] if pension else []
    said += [Text(f"医疗：{medical.zh}", f"medical: {medical.en}")] if medical else []
    months = one.contribution_months
    said += [Text(f"累计缴费 {months} 个月", f"{months} months paid")] if months is not None else []
    return joined(*said) if said else Text("没有写明", "not stated")


def _school(one: Any) -> Text:
    grade = Text(f"{one.grade} 年级", f"grade {one.grade}") if one.grade and one.stage != "kindergarten" else None
    guardian = Text(f"监护人 {one.guardian_name}", f"guardian {one.guardian_name}") if one.guardian_name else None
    return joined(one.school, code_text("school_stage", one.stage), grade, guardian)
