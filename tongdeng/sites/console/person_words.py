"""A person's profile in words: values with their sources, stays, and who holds what this post may not see."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from tongdeng.access import selectors as access
from tongdeng.kernel import ids
from tongdeng.kernel.errors import Text
from tongdeng.org.types import Place
from tongdeng.owed import selectors as owed
from tongdeng.owed.selectors import day_text, source_text
from tongdeng.people import selectors as registry
from tongdeng.people.exports import profiles
from tongdeng.rules.model import Law
from tongdeng.sites.console import roll_words
from tongdeng.sites.console.frame import place_name
from tongdeng.sites.console.view_models.person import ProfileValue, SourceLine, StayLine
from tongdeng.sites.shell.frame import Link, Words

WHY_LOST = {
    "older": Text("更早", "older"),
    "less_believed": Text("这一项不以它为准", "not the source believed for this"),
    "number": Text("以证件号码为准", "the ID number decides"),
}
NOTHING = Text("", "")
ADULT = 16
MOVING = frozenset({"address", "phone", "education_level", "marital_status"})  # what changes in a life
MOST_LINES = 5


def place_text(known: Mapping[str, Place], code: str) -> Text:
    """Return a place's name with its town's, in both languages."""
    return Text(place_name(known, code, "zh"), place_name(known, code, "en"))


def code_text(law: Law, fact: str, value: str | None) -> Text:
    """Return the meaning of a code."""
    label = law.facts[fact].value_labels.get(str(value)) if value else None
    return label or Text(value or "", value or "")


def profile_values(
    profile: profiles.PersonProfile, law: Law, known: Mapping[str, Place], domains: str, age: int | None
) -> tuple[ProfileValue, ...]:
    """Return the profile's lines, most asked for first; what the post may not see has no line."""
    lines = [
        _number(profile),
        _birth(profile),
        _hukou(profile),
        _address(profile, known),
        _plain(profile, "phone", Text("电话", "Phone"), is_number=True),
        _permit(profile),
    ]
    is_adult = age is None or age >= ADULT
    if "C" in domains and (is_adult or profile.jobs):
        lines += [_job(profile, law), _insurance(profile, law)]
    if "D" in domains and profile.schoolings:
        lines.append(_schooling(profile, law))
    lines += [_spelled(title, told) for title, told in roll_words.told_by_rolls(profile)]
    return tuple(line for line in lines if line)


def _plain(profile: profiles.PersonProfile, attribute: str, label: Text, *, is_number: bool = False) -> ProfileValue:
    found = profile.values.get(attribute)
    if found is None or found.value is None:
        return ProfileValue(label, None, NOTHING)
    return _line(label, attribute, found, _shown(found.value), is_number=is_number)


def _shown(value: object) -> Words:
    return day_text(value) if isinstance(value, date) else str(value)


def _is_conflict(attribute: str, found: profiles.Sourced) -> bool:
    """Tell whether records disagree. An older address or phone is no conflict: people move."""
    if not found.statements:
        return False
    chosen = found.statements[0]
    lost = (one for one in found.statements if one.why in WHY_LOST)
    if attribute in MOVING:
        return any(one.on >= chosen.on for one in lost)
    return any(one.source != chosen.source or one.why == "number" for one in lost)


def _line(
    label: Text, attribute: str, found: profiles.Sourced, text: Words, *, is_number: bool = False
) -> ProfileValue:
    is_conflict = _is_conflict(attribute, found)
    sources = list(dict.fromkeys(one.source for one in found.statements))
    if is_conflict:
        n, lost = len(found.statements), sum(one.why in WHY_LOST for one in found.statements)
        origin = Text(f"{n} 条记录，{lost} 处不同", f"{n} records, {lost} differ{'s' if lost == 1 else ''}")
    elif not sources:
        origin = Text("不在您的范围内", "outside your area")
    else:
        origin = (
            registry.source_short(sources[0])
            if len(sources) == 1
            else Text(f"{len(sources)} 个来源", f"{len(sources)} sources")
        )
    return ProfileValue(label, text, origin, _lines(found), is_number=is_number, has_conflict=is_conflict)


def _lines(found: profiles.Sourced) -> tuple[SourceLine, ...]:
    """Return the records behind a value, equal ones of a source as one line, and not more than fit beside it."""
    alike: dict[tuple[str, str, str], list[profiles.Stated]] = {}
    for one in found.statements:
        alike.setdefault((one.source, str(one.value), one.why.replace("chosen", "same")), []).append(one)
    shown = list(alike.values())[:MOST_LINES]
    lines = [
        SourceLine(_shown(same[0].value), _received(same), is_chosen=at == 0, is_lost=same[0].why in WHY_LOST)
        for at, same in enumerate(shown)
    ]
    more = len(found.statements) - sum(map(len, shown))
    if more:
        lines.append(
            SourceLine(Text(f"更早的还有 {more} 条", f"{more} older record{'s' if more > 1 else ''}"), NOTHING)
        )
    if found.kept_back:
        n = found.kept_back
        kept = Text(f"另有 {n} 条记录不在您的范围内", f"{n} more record{'s' if n > 1 else ''} outside your area")
        lines.append(SourceLine(kept, NOTHING))
    return tuple(lines)


def _received(same: list[profiles.Stated]) -> Text:
    first, name = same[0], source_text(same[0].source)
    received, n = day_text(max(one.recorded_on for one in same)), len(same)
    zh, en = f"{name.zh}，{received.zh}收到", f"{name.en}, received {received.en}"
    if n > 1:
        zh, en = f"{zh}，{n} 条", f"{en}, {n} records"
    said = WHY_LOST.get(first.why) or (Text("由证件号码得出", "from the ID number") if first.why == "derived" else None)
    return Text(f"{zh}；{said.zh}", f"{en}; {said.en}") if said else Text(zh, en)


def _number(profile: profiles.PersonProfile) -> ProfileValue:
    if "id_number" not in profile.values and "id_claimed" in profile.values:
        label = Text("证件号码（有误，待更正）", "ID number (faulty, to be corrected)")
        return _plain(profile, "id_claimed", label, is_number=True)
    return _plain(profile, "id_number", Text("公民身份号码", "ID number"), is_number=True)


def _birth(profile: profiles.PersonProfile) -> ProfileValue:
    line = _plain(profile, "born_on", Text("出生日期", "Born on"))
    if line.text and not line.has_conflict and "id_number" in profile.values:
        return replace(line, origin=Text("证件号码", "ID number"))
    return line


def _hukou(profile: profiles.PersonProfile) -> ProfileValue:
    label = Text("户籍地", "Registered in")
    code, address = profile.values.get("hukou_code"), profile.values.get("hukou_address")
    believed = address or code
    if believed is None:
        return ProfileValue(label, None, NOTHING)
    text = str(believed.value) if address else Text(f"区划 {believed.value}", f"division {believed.value}")
    return _line(label, "hukou_address" if address else "hukou_code", believed, text)


def _address(profile: profiles.PersonProfile, known: Mapping[str, Place]) -> ProfileValue:
    label, found = Text("现住址", "Lives at"), profile.values.get("address")
    if found is None:
        return ProfileValue(label, None, NOTHING)
    text: Words = str(found.value)
    if profile.is_placed:
        place = known.get(profile.territory)
        zh, en = (place.name_zh, place.name_en) if place else ("", "")
        text = Text(f"{zh} {found.value}".strip(), f"{en} {found.value}".strip())
    return _line(label, "address", found, text)


def _permit(profile: profiles.PersonProfile) -> ProfileValue | None:
    if not profile.permits:
        return None
    lines = []
    for one in profile.permits:
        if one.issued_on is None:
            continue
        issued = day_text(one.issued_on)
        zh, en = f"{issued.zh}签发", f"issued {issued.en}"
        if one.endorsed_on:
            endorsed = day_text(one.endorsed_on)
            zh, en = f"{zh}，{endorsed.zh}签注", f"{en}, endorsed {endorsed.en}"
        lines.append((Text(zh, en), profile.told_by.get(one.record_id, "police"), one.as_at))
    return _spelled(Text("居住证", "Residence permit"), lines)


def _job(profile: profiles.PersonProfile, law: Law) -> ProfileValue:
    lines = []
    for one in profile.jobs:
        form = code_text(law, "employment_form", one.form)
        since = _since(one.starts_on, one.ends_on)
        zh, en = (form.zh, one.employer or "", since.zh), (form.en, one.employer or "", since.en)
        lines.append(
            (
                Text("，".join(filter(None, zh)), ", ".join(filter(None, en))),
                profile.told_by.get(one.record_id, "hrss"),
                one.as_at,
            )
        )
    return _spelled(Text("就业", "Work"), lines)


def _since(starts_on: date | None, ends_on: date | None) -> Text:
    if starts_on is None:
        return NOTHING
    start = day_text(starts_on)
    if ends_on is None:
        return Text(f"{start.zh}起", f"since {start.en}")
    end = day_text(ends_on)
    return Text(f"{start.zh}至{end.zh}", f"{start.en} to {end.en}")


def _insurance(profile: profiles.PersonProfile, law: Law) -> ProfileValue:
    lines = []
    for one in profile.insurances:
        pension = code_text(law, "pension_type", one.pension_type)
        medical = code_text(law, "medical_type", one.medical_type)
        since = _since(one.pension_enrolled_on if one.pension_type != "none" else None, None)
        zh = [f"养老：{pension.zh}{f'，{since.zh}' if since.zh else ''}"] if pension.zh else []
        en = [f"pension: {pension.en}{f' {since.en}' if since.en else ''}"] if pension.en else []
        zh += [f"医疗：{medical.zh}"] if medical.zh else []
        en += [f"medical: {medical.en}"] if medical.en else []
        if zh:
            lines.append((Text("；".join(zh), "; ".join(en)), profile.told_by.get(one.record_id, "hrss"), one.as_at))
    return _spelled(Text("社会保险", "Social insurance"), lines)


def _schooling(profile: profiles.PersonProfile, law: Law) -> ProfileValue:
    lines = []
    for one in profile.schoolings:
        stage = code_text(law, "school_stage", one.stage)
        grade = _grade(one.stage, one.grade)
        zh, en = (one.school or "", stage.zh, grade.zh), (one.school or "", stage.en, grade.en)
        lines.append(
            (
                Text(" ".join(filter(None, zh)), ", ".join(filter(None, en))),
                profile.told_by.get(one.record_id, "education"),
                one.as_at,
            )
        )
    return _spelled(Text("就学", "School"), lines)


def _grade(stage: str | None, grade: int | None) -> Text:
    if grade is None:
        return NOTHING
    if stage == "kindergarten":
        return Text({1: "小班", 2: "中班", 3: "大班"}.get(grade, str(grade)), f"year {grade}")
    return Text(f"{grade} 年级", f"grade {grade}")


def _spelled(label: Text, lines: Iterable[tuple[Text, str, date]]) -> ProfileValue:
    """Return a line about dated spells: the newest is shown, the others stand below it."""
    told = list(lines)
    if not told:
        return ProfileValue(label, None, NOTHING)
    first, source, _ = told[0]
    listed = tuple(
        SourceLine(
            text, Text(f"{source_text(of).zh}，截至 {at}", f"{source_text(of).en}, as of {at}"), is_chosen=text is first
        )
        for text, of, at in told
    )
    return ProfileValue(label, first, registry.source_short(source), listed)


def _as_of(source: str, at: date) -> Text:
    name = source_text(source)
    return Text(f"{name.zh}，截至{day_text(at).zh}", f"{name.en}, as of {day_text(at).en}")


def stay_lines(profile: profiles.PersonProfile, law: Law, known: Mapping[str, Place]) -> tuple[StayLine, ...]:
    """Return the stays, newest first; a lease inside a stay of the same community is not a second stay."""
    shown: list[StayLine] = []
    for stay in profile.stays:
        inside = (other for other in profile.stays if other.rank < stay.rank and other.community == stay.community)
        if any(_covers(other.starts_on, other.ends_on, stay.starts_on) for other in inside):
            continue
        lodging = code_text(law, "lodging", stay.lodging) if stay.lodging else None
        shown.append(StayLine(place_text(known, stay.community), stay.starts_on, stay.ends_on, lodging))
    return tuple(shown)


def _covers(starts_on: date, ends_on: date | None, day: date) -> bool:
    return starts_on <= day and (ends_on is None or day < ends_on)


def family_links(profile: profiles.PersonProfile) -> tuple[Link, ...]:
    """Return links to children and guardians whom the reader may see."""
    return tuple(Link(name, f"/people/{ids.show(person)}/") for person, name in profile.family)


def norights_text(law: Law, domains: str, teller: owed.Teller, undecided: Iterable[Text], day: date) -> Text:
    """Return what this post may not see, and who holds it."""
    closed = [service for service, _ in law.in_force_on(day) if access.service_domain(service.code) not in domains]
    holders = [teller.bureau(code) for code in sorted({service.bureau for service in closed})]
    zh, en = [], []
    if closed:
        n = len(closed)
        zh.append(f"另有 {n} 项服务由{'、'.join(one.zh for one in holders)}掌握，您的岗位看不到。")
        en.append(f"Not shown to this post: {n} service{'s' if n > 1 else ''} kept by other bureaus "
                  f"({', '.join(one.en for one in holders)}).")  # fmt: skip
    hung = list(undecided)
    if hung:
        zh.append(f"{'、'.join(one.zh for one in hung)}：要看这些部门的资料才有结论。")
        en.append(f"{', '.join(one.en for one in hung)}: the answer rests on records of those bureaus.")
    zh.append("健康服务由医疗机构管理，您的岗位看不到。")
    en.append("Health services are kept by the health stations; this post does not see them.")
    return Text("".join(zh), " ".join(en))
