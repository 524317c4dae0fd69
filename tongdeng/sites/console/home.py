"""Fills the home page: cards, trend, places, gaps, and what changed this week."""

from collections.abc import Collection
from datetime import date, timedelta

from tongdeng.catalogue import selectors as catalogue
from tongdeng.insight import selectors as figures
from tongdeng.insight.exports import intervals
from tongdeng.insight.types import Figure
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.org.types import Level, level_of
from tongdeng.owed import selectors as owed
from tongdeng.people import selectors as registry
from tongdeng.people.exports import Batch
from tongdeng.sites.console.frame import place_name
from tongdeng.sites.console.view_models import home
from tongdeng.sites.shell.frame import Link
from tongdeng.sites.shell.scales import Plot, Ranked, rank

PAIRS, PEOPLE = Text("人项", "due"), Text("人", "people")
LEFT_OUT = Text("不含卫生健康类", "health services are not included")
GAPS_SHOWN = 5
PLACES_SHOWN = 3


def _card(figure: Figure, title: Text, unit: Text, note: Text | None = None, mark: str = "") -> home.FigureCard:
    is_measure = figure.code.startswith("S")
    return home.FigureCard(
        title, figure.numerator, figure.denominator, figure.value, unit,
        figure.code if is_measure else "", f"/measures/{figure.code}/?place={figure.division}" if is_measure else "",
        figure.target, note, mark,
    )  # fmt: skip


def cards(day: date, place: str) -> tuple[home.FigureCard, ...]:
    """Return the four cards: coverage in its three readings, and what is not known."""
    given, served, settled, unknown = (figures.figure(day, code, place) for code in ("S1a", "S1b", "S1c", "unknown"))
    declined, none = given.numerator - served.numerator, settled.denominator - settled.numerator
    return (
        _card(given, Text("覆盖率：提供或告知后谢绝", "Coverage: given or declined"), PAIRS),
        _card(
            served, Text("实际提供率", "Services given"), PAIRS,
            Text(f"另有谢绝 {declined:,} 人项，不扣任何人的分", f"{declined:,} declined as well; no one loses a point"),
        ),
        _card(
            settled, Text("至少享受过一项的人", "People with at least one service"), PEOPLE,
            Text(f"住满 6 个月的人；{none:,} 人今年一项未享", f"People here for 6 months; {none:,} had none this year"),
        ),
        _card(
            unknown, Text("情况不明", "Not known"), PAIRS,
            Text("不计入覆盖率；缺资料，不等于不符合", "Outside coverage: a missing fact is not a no"), "unknown",
        ),
    )  # fmt: skip


def trend(day: date, place: str) -> home.Trend | None:
    """Return S1a month by month; months measured later with today's knowledge are dashed."""
    found = figures.series("S1a", place, day)
    if len(found) < 2:
        return None
    own = figures.own_days()
    dashed = sum(1 for one in found if one.day not in own)
    now = found[-1]
    share = f"{(now.value or 0) * 100:.1f}%"
    lines = [
        home.TrendSeries(
            Text("流动人口", "Migrants"),
            "migrants",
            tuple(f.value for f in found),
            Text(f"流动人口 {share}", f"Migrants {share}"),
            dashed,
        )
    ]
    served, due = _residents(day, place)
    if due:
        theirs = f"{served / due * 100:.1f}%"
        lines.append(
            home.TrendSeries(
                Text("户籍人口", "Registered residents"), "residents", (*(None for _ in found[:-1]), served / due),
                Text(f"户籍人口 {theirs}", f"Residents {theirs}"),
            )
        )  # fmt: skip
    targets = ()
    if now.target:
        label = Text(f"{day.year} 目标 {now.target:.0%}", f"{day.year} target {now.target:.0%}")
        targets = (home.TrendTarget(0, len(found) - 1, now.target, label),)
    first = f"{(found[0].value or 0) * 100:.1f}%"
    return home.Trend(
        title=Text("覆盖率 S1a，逐月", "Coverage S1a by month"),
        finding=Text(
            f"流动人口覆盖率从{found[0].day.month}月末的{first}到{day.month}月的{share}；虚线按今天的资料倒推",
            f"Migrants' coverage went from {first} at the end of January to {share}; dashed: by today's knowledge",
        ),
        months=tuple(f.day for f in found),
        series=tuple(lines),
        targets=targets,
    )


def _residents(day: date, place: str) -> tuple[int, int]:
    if level_of(place) is not Level.COUNTY:
        return 0, 0
    ours = figures.by_service(day, "S1b", place)
    counts = [counted for service, counted in figures.resident_counts(day.year).items() if service in ours]
    return sum(c[0] for c in counts), sum(c[1] for c in counts)


def ranked(day: date, place: str, lang: str) -> Plot | None:
    """Return the places directly below, worst first; None in a community."""
    level = {Level.COUNTY: Level.TOWN, Level.TOWN: Level.COMMUNITY}.get(level_of(place))
    if level is None:
        return None
    names = org.named_places(day)
    digits = 6 if level is Level.TOWN else 9
    found = figures.figures(day, level, within=place[:digits], measures=("S1a",))
    target = figures.target_of("S1a", day) or 1.0
    rows = []
    for one in found:
        low, high = intervals.share(one.numerator, one.denominator) or (None, None)
        rows.append(Ranked(names[one.division].name(lang), one.numerator, one.denominator, one.value, low, high))
    return rank(tuple(rows), target)


def gaps(day: date, place: str) -> tuple[home.Gap, ...]:
    """Return the services where migrants trail residents most; the county's only, since returns are by town at best."""
    if level_of(place) is not Level.COUNTY:
        return ()
    return all_gaps(day, place)[:GAPS_SHOWN]


def all_gaps(day: date, place: str) -> tuple[home.Gap, ...]:
    """Return every service for which both rates are known, the widest gap first."""
    law, bureaus = catalogue.law(), org.bureau_names(day)
    return tuple(
        home.Gap(
            law.services[gap.service].name, Text(*bureaus.get(law.services[gap.service].bureau, ("", ""))),
            f"/law/{gap.service}/", gap.migrants.value or 0, gap.residents.value or 0, gap.difference, *gap.interval,
        )
        for gap in figures.gaps(day, place)
        if gap.service in law.services
    )  # fmt: skip


def changes(day: date, place: str, sources: Collection[str] = ()) -> tuple[home.ChangeLine, ...]:
    """Return what changed in the last seven days: law, rolls, people. `sources`: whose rolls the reader may open."""
    since = day - timedelta(days=6)
    lines = []
    for service in catalogue.law().services.values():
        for version in service.versions:
            if since <= version.from_on <= day:
                text = Text(
                    f"{service.name.zh}：新办法 {version.from_on} 起施行",
                    f"{service.name.en}: new rules from {version.from_on}",
                )
                lines.append(
                    home.ChangeLine(
                        Text("法规", "Law"), text, Link(Text("看条件", "Conditions"), f"/law/{service.code}/")
                    )
                )
    for batch in (
        Batch.objects.filter(state="done", received_at__date__gte=since).exclude(file_name="").order_by("-id")[:3]
    ):
        rows, kept, back = (batch.counts.get(key, 0) for key in ("rows", "accepted", "rejected"))
        text = Text(
            f"{batch.file_name} {rows:,} 行，收下 {kept:,}，退回 {back:,}",
            f"{batch.file_name}: {rows:,} rows, {kept:,} kept, {back:,} given back",
        )
        result = Link(Text("看结果", "Result"), f"/rolls/{batch.pk}/") if batch.source in sources else None
        lines.append(home.ChangeLine(Text("名册", "Roll"), text, result))
    came, left = registry.movements(since, day, place)
    if came or left:
        text = Text(
            f"流入 {came:,} 人，离开 {left:,} 人，净增 {came - left:,} 人",
            f"{came:,} arrived, {left:,} left: {came - left:+,}",
        )
        lines.append(
            home.ChangeLine(Text("人员", "People"), text, Link(Text("名单", "List"), f"/people/?place={place}"))
        )
    return (*lines, *nightly_check(place))


def nightly_check(place: str) -> tuple[home.ChangeLine, ...]:
    """Return what the nightly check of stored windows found; for the county's posts only."""
    check = owed.last_check()
    if check is None or level_of(place) is not Level.COUNTY:
        return ()
    kind, day = Text("夜间核对", "Nightly check"), f"{check.finished_at.astimezone(clock.CHINA):%m-%d}"
    if check.state == "waits":
        text = Text(f"{day} 有名册还没判定，没有核对", f"{day}: a roll waited to be determined; nothing was checked")
    elif check.state == "same":
        text = Text(f"{day} {check.windows:,} 项，没有差异", f"{day}: {check.windows:,} windows, no difference")
    else:
        known = org.places(check.day)
        listed = [(place_name(known, code, "zh"), place_name(known, code, "en"), n) for code, n in check.by_community]
        more = len(listed) - PLACES_SHOWN
        zh = "、".join(f"{name} {n:,} 处" for name, _, n in listed[:PLACES_SHOWN]) + ("等" if more > 0 else "")
        en = ", ".join(f"{name} {n:,}" for _, name, n in listed[:PLACES_SHOWN])
        en += f" and {more} more" if more > 0 else ""
        text = Text(
            f"{day} 发现 {check.differing:,} 处差异，已改正：{zh}",
            f"{day}: {check.differing:,} differences, mended: {en}",
        )
    return (home.ChangeLine(kind, text, mark="amber" if check.state == "differs" else ""),)


def page(place: str, lang: str, sources: Collection[str] = ()) -> home.HomePage | None:
    """Return the home page of a place; None before the first run. `sources`: whose rolls the reader may open."""
    run = figures.latest_run()
    if run is None:
        return None
    day = run.day
    return home.HomePage(
        first_day=day.replace(month=1, day=1), last_day=day, as_of_at=run.finished_at.astimezone(clock.CHINA),
        law_version=catalogue.law_mark(day, run.law_digest), law_url="/law/", method_url="/method/",
        cards=cards(day, place), trend=trend(day, place), plot=ranked(day, place, lang),
        plot_title=Text("各镇覆盖率 S1a", "Coverage S1a by town")
        if level_of(place) is Level.COUNTY
        else Text("各社区覆盖率 S1a", "Coverage S1a by community"),
        gaps=gaps(day, place), is_standardised=False, changes=changes(day, place, sources),
        all_changes=None, next_step=None,
        left_out=LEFT_OUT, plot_url=f"/measures/S1a/?place={place}",
    )  # fmt: skip
