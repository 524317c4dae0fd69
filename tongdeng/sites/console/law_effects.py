"""Who gains and who loses by a law: numbers by service and community, money and staff, never names."""

from collections.abc import Mapping

from tongdeng.catalogue.types import Preview, ServiceEffect
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.org.types import Place
from tongdeng.rules.model import Fact, Law
from tongdeng.sites.console.frame import place_name
from tongdeng.sites.console.view_models.law import EffectLine, EffectsPanel
from tongdeng.sites.shell.templatetags.shell import SMALLEST_SHOWN, language

UNKNOWN = Text("没有数据", "not known")
NOTHING = Text("不变", "no change")


def panel(preview: Preview, facts: Mapping[str, Fact]) -> EffectsPanel:
    """Return a preview as the panel that shows it."""
    known, lang = org.named_places(clock.today()), language()
    return EffectsPanel(
        people=preview.people, affected=preview.affected, gaining=preview.gaining, losing=preview.losing,
        share=preview.flip_share, as_of=preview.as_of, made_at=preview.made_at.astimezone(clock.CHINA),
        lines=tuple(_line(one, preview, known, lang) for one in preview.services),
        money=money(preview.money_fen), staff=_staff(preview), notes=tuple(_notes(preview, facts)),
    )  # fmt: skip


def _line(one: ServiceEffect, preview: Preview, known: Mapping[str, Place], lang: str) -> EffectLine:
    places = [place for place in preview.places if place.service == one.service]
    places.sort(key=lambda place: (-(place.gains + place.loses), place.community))
    return EffectLine(
        code=one.service, name=one.name, url=f"/law/{one.service}/", gains=one.gains, loses=one.loses,
        unknown_made=one.unknown_made, money=money(one.money_fen), hours=hours(one.hours),
        places=tuple(
            (place_name(known, place.community, lang), few(place.gains), few(place.loses), few(place.unknown_made))
            for place in places
        ),
    )  # fmt: skip


def few(number: int) -> str:
    """Return a number of people in one community; under five it would be somebody one knows."""
    return f"<{SMALLEST_SHOWN}" if 0 < number < SMALLEST_SHOWN else f"{number:,}"


def money(fen: int | None) -> Text:
    """Return an amount a year with its sign; what nobody measured is said to be so."""
    if fen is None:
        return UNKNOWN
    if fen == 0:
        return NOTHING
    sign, yuan = "+" if fen > 0 else "−", f"{abs(fen) / 100:,.0f}"
    return Text(f"每年 {sign}{yuan} 元", f"{sign}{yuan} yuan a year")


def hours(number: float | None) -> Text:
    """Return hours of work a year with their sign."""
    if number is None:
        return UNKNOWN
    if not round(number):
        return NOTHING
    sign, shown = "+" if number > 0 else "−", f"{abs(number):,.0f}"
    return Text(f"每年 {sign}{shown} 小时", f"{sign}{shown} hours a year")


def _staff(preview: Preview) -> Text:
    said = hours(preview.hours)
    if preview.posts is None or said in (UNKNOWN, NOTHING):
        return said
    posts = f"{preview.posts:+.1f}".replace("-", "−")
    return Text(f"{said.zh}（{posts} 人）", f"{said.en} ({posts} posts)")


def _notes(preview: Preview, facts: Mapping[str, Fact]) -> list[Text]:
    found = []
    if preview.facts_missing:
        names = [facts[name].zh if name in facts else name for name in preview.facts_missing]
        english = [facts[name].en if name in facts else name for name in preview.facts_missing]
        found.append(Text(
            f"没有名册提供：{'、'.join(names)}。用到它的答案对所有人都是情况不明。",
            f"No roll supplies: {', '.join(english)}. Whatever rests on it is not known for everybody.",
        ))  # fmt: skip
    if preview.sealed:
        codes = "、".join(preview.sealed), ", ".join(preview.sealed)
        found.append(Text(f"卫生健康类在这里不算：{codes[0]}", f"Health services are not counted here: {codes[1]}"))
    if preview.cost_unknown:
        codes = "、".join(preview.cost_unknown), ", ".join(preview.cost_unknown)
        found.append(Text(
            f"没有单位成本，费用没有算进去：{codes[0]}", f"No unit cost is known, so no money is counted: {codes[1]}"
        ))  # fmt: skip
    if preview.minutes_unknown:
        codes = "、".join(preview.minutes_unknown), ", ".join(preview.minutes_unknown)
        found.append(Text(f"没有估计用时：{codes[0]}", f"Nobody estimated the time for: {codes[1]}"))
    return found


def facts_of(law: Law | None) -> Mapping[str, Fact]:
    """Return the vocabulary the notes of a panel speak in."""
    return law.facts if law else {}
