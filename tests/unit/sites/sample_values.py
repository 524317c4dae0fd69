# ruff: noqa: E501  rows of sample words read better on one line
"""Invented values for every console page, so that each can be looked at without a database."""

from datetime import date, datetime

from tongdeng.kernel.errors import Text
from tongdeng.sites.console.view_models import home, owed
from tongdeng.sites.shell.frame import Choice, Fault, Frame, Imprint, Link, MenuItem, Pager, PlaceNode, Toast
from tongdeng.sites.shell.scales import Ranked, rank

AT = datetime(2026, 11, 23, 6, 0)  # noqa: DTZ001  local time, as pages show it
UNIT = Text("人项", "services")
TOWNS = (
    ("沙沟镇", 2236, 2655, 0.842, 0.828, 0.856),
    ("高店镇", 1236, 1432, 0.863, 0.844, 0.880),
    ("北岭镇", 1727, 1985, 0.870, 0.855, 0.884),
    ("南塬镇", 2555, 2890, 0.884, 0.872, 0.895),
    ("太平镇", 3658, 4105, 0.891, 0.881, 0.900),
    ("城关镇", 12690, 14210, 0.893, 0.888, 0.898),
    ("临泾镇", 1694, 1870, 0.906, 0.892, 0.918),
    ("白杨镇", 3128, 3415, 0.916, 0.906, 0.925),
    ("杏花镇", 2130, 2310, 0.922, 0.910, 0.932),
    ("青龙镇", 4065, 4380, 0.928, 0.920, 0.935),
    ("柳林镇", 3531, 3760, 0.939, 0.931, 0.946),
    ("石桥镇", 4844, 5120, 0.946, 0.940, 0.952),
    ("永安镇", 3088, 3240, 0.953, 0.945, 0.960),
    ("东河镇", 6751, 7040, 0.959, 0.954, 0.963),
)
MIGRANTS = (
    712,
    720,
    734,
    741,
    756,
    769,
    778,
    793,
    806,
    817,
    829,
    841,
    843,
    850,
    859,
    862,
    871,
    878,
    884,
    893,
    900,
    907,
    913,
)
QUARTERS = {2: 936, 5: 939, 8: 940, 11: 943, 14: 945, 17: 946, 20: 948}


def menu(current: str, waiting: dict[str, int]) -> tuple[tuple[MenuItem, ...], ...]:
    """Return the side menu with one entry marked."""
    groups = (
        (("/", "首页", "Home"), ("/people/", "人员", "People"), ("/owed/", "应享清单", "Owed list")),
        (("/measures/", "指标", "Measures"),),
        (("/rolls/", "名册导入", "Rolls"),),
    )
    return tuple(
        tuple(MenuItem(Text(zh, en), url, waiting.get(url), url == current) for url, zh, en in group)
        for group in groups
    )


def frame(current: str, *, community: bool = False, toast: Toast | None = None) -> Frame:
    """Return the frame of a county's or a community's page."""
    towns = tuple(
        PlaceNode(
            name, f"?place=99010110{at:04}", children=(PlaceNode("东关社区", "?place=x", community),) if at == 5 else ()
        )
        for at, (name, *_) in enumerate(TOWNS)
    )
    path = (Link("示例县", "?place=990101000000"), Link("城关镇", "?place=990101100000")) if community else ()
    return Frame(
        place="东关社区" if community else "示例县",
        path=path,
        tree=(PlaceNode("示例县", "?place=990101000000", not community, towns),),
        menu=menu(current, {"/owed/": 214 if community else 5079, "/rolls/": 1}),
        user_name="李红梅" if community else "周敏",
        post=Text("协管员", "Community worker") if community else Text("领导小组办公室", "Leading group's office"),
        imprint=Imprint("东关社区" if community else "示例县", Text("走访", "Visits"), "李红梅", AT, "2026-11-01"),
        toast=toast,
    )


def trend() -> home.Trend:
    """Return 23 months of coverage with the residents' quarters."""
    months = tuple(date(2025 + at // 12, at % 12 + 1, 1) for at in range(23))
    return home.Trend(
        title=Text("覆盖率 S1a，逐月", "Coverage S1a by month"),
        finding=Text(
            "流动人口覆盖率从2025年1月的71.2%升到2026年11月的91.3%，低于2026年目标95%；户籍人口94.8%",
            "Migrants' coverage rose from 71.2% in January 2025 to 91.3% in November 2026, below the target of 95%; residents 94.8%",
        ),
        months=months,
        series=(
            home.TrendSeries(
                Text("流动人口", "Migrants"),
                "migrants",
                tuple(value / 1000 for value in MIGRANTS),
                Text("流动人口 91.3%", "Migrants 91.3%"),
                dashed=12,
            ),
            home.TrendSeries(
                Text("户籍人口", "Residents"),
                "residents",
                tuple(QUARTERS[at] / 1000 if at in QUARTERS else None for at in range(23)),
                Text("户籍人口，每季汇总，最近 94.8%", "Residents, by quarter, last 94.8%"),
            ),
        ),
        targets=(
            home.TrendTarget(0, 11, 0.80, Text("2025 目标 80%", "Target 2025: 80%")),
            home.TrendTarget(12, 22, 0.95, Text("2026 目标 95%", "Target 2026: 95%")),
        ),
    )


def gaps() -> tuple[home.Gap, ...]:
    """Return five gaps, largest first."""
    rows = (
        ("灵活就业人员参保", "Insurance for the self-employed", "人社", "Labour", 412, 638, -226, -239, -213),
        ("老年人健康管理", "Health care for the old", "卫健", "Health", 589, 746, -157, -200, -115),
        ("居民医保参保", "Residents' medical insurance", "医保", "Medical insurance", 831, 969, -138, -145, -131),
        ("职业技能培训", "Job training", "人社", "Labour", 184, 295, -111, -123, -99),
        ("学前一年免保教费", "Free last year of kindergarten", "教育", "Education", 879, 963, -84, -107, -61),
    )
    return tuple(
        home.Gap(Text(zh, en), Text(b_zh, b_en), "?service=x", *(number / 1000 for number in numbers))
        for zh, en, b_zh, b_en, *numbers in rows
    )


def home_page() -> home.HomePage:
    """Return the office's home of the look's example."""
    changes = (
        ("时限", "Time", "黄牌 2 件：住建局公租房审查超过承诺时限", "2 yellow cards: public housing checks took longer than promised", "督办", "Remind", "yellow"),
        ("法规", "Law", "公租房新办法 11月1日起施行：新符合 126 人", "New public housing rules since 1 November: 126 people now qualify", "名单", "List", ""),
        ("名册", "Rolls", "公安名册 1,204 行，收下 1,187，退回 17", "Police roll of 1,204 rows: 1,187 accepted, 17 given back", "退回", "Rows", ""),
        ("人员", "People", "新登记 186 人，离开 143 人，净增 43 人", "186 people registered, 143 left: 43 more", "按镇", "By town", ""),
    )  # fmt: skip
    cards = (
        home.FigureCard(Text("覆盖率：提供或告知后谢绝", "Coverage: given or declined"), 53333, 58412, 53333 / 58412, UNIT, "S1a", "/measures/S1a/", 0.95),
        home.FigureCard(Text("实际提供率", "Services given"), 51886, 58412, 51886 / 58412, UNIT, "S1b", "/measures/S1b/", note=Text("另有谢绝 1,447 人项，不扣任何人的分", "1,447 more were declined; nobody loses a point for that")),
        home.FigureCard(Text("至少享受过一项的人", "People with at least one service"), 16614, 17750, 16614 / 17750, Text("人", "people"), "S1c", "/measures/S1c/", note=Text("住满 6 个月的人；1,136 人一项未享", "People here for 6 months; 1,136 had none")),
        home.FigureCard(Text("情况不明", "Not known"), 4236, 62648, 4236 / 62648, UNIT, mark="unknown", note=Text("不计入覆盖率；2,581 只缺一项资料", "Outside coverage; 2,581 lack one fact only")),
    )  # fmt: skip
    return home.HomePage(
        first_day=date(2026, 1, 1),
        last_day=date(2026, 11, 22),
        as_of_at=AT,
        law_version="2026-11-01",
        law_url="/law/",
        method_url="/measures/S1a/",
        cards=cards,
        trend=trend(),
        plot=rank(tuple(Ranked(name, *numbers) for name, *numbers in TOWNS), 0.95),
        plot_title=Text("各镇覆盖率 S1a", "Coverage S1a by town"),
        gaps=gaps(),
        is_standardised=True,
        changes=tuple(
            home.ChangeLine(Text(k, k_en), Text(zh, en), Link(Text(link, link_en), "?x"), mark)
            for k, k_en, zh, en, link, link_en, mark in changes
        ),
        all_changes=Link(Text("全部 23 条", "All 23"), "/changes/"),
        plot_url="/measures/S1a/",
        next_step=Link(Text("准备四季度协调会材料", "Prepare the fourth quarter's meeting"), "/meetings/"),
    )


def item(
    zh: str,
    en: str,
    why: str,
    why_en: str,
    due: date,
    late: tuple[str, str] | None,
    contact: Text,
    signal: str = "",
    told: bool = False,
) -> owed.OwedItem:
    """Return one line of the owed list."""
    return owed.OwedItem(Text(zh, en), Text(why, why_en), due, Text(*late) if late else None, contact, signal, told)


def owed_groups() -> tuple[owed.OwedGroup, ...]:
    """Return three dwellings of the look's example."""
    never = Text("未联系", "no contact")
    phone, visit, desk = (
        Text(f"11-06 {zh}", f"11-06 {en}") for zh, en in (("电话", "phone"), ("上门", "visit"), ("窗口", "counter"))
    )
    late, soon = ("过 5 个工作日", "5 working days late"), ("2 个工作日", "2 working days")
    people = (
        ("P-0018-4427-6", "赵春梅", "female", 34, (
            item("居住证首次申领", "First residence permit", "住满 6 个月，有租房合同", "here 6 months, with a lease", date(2026, 11, 16), late, phone, "overdue"),
            item("灵活就业人员参保", "Insurance for the self-employed", "10月起灵活就业", "self-employed since October", date(2026, 11, 25), soon, never, "amber"))),
        ("P-0018-4428-4", "陈建国", "male", 36, (
            item("就业登记", "Job registration", "11月2日换单位", "new employer on 2 November", date(2026, 12, 2), None, never),
            item("职业技能培训", "Job training", "本人提出，焊工", "asked for it: welding", date(2026, 12, 31), None, visit, told=True))),
        ("P-0018-4429-2", "阿依古丽·买买提", "female", 41, (
            item("居住证签注", "Permit endorsement", "12月4日满周年", "a year old on 4 December", date(2026, 11, 25), ("约定上门", "visit agreed"), phone, "amber"),)),
        ("P-0018-4430-9", "高文斌", "male", 52, (
            item("社会保障卡申领", "Social security card", "本人 11月20日提出", "asked for it on 20 November", date(2026, 11, 24), ("1 个工作日", "1 working day"), desk, "amber"),)),
    )  # fmt: skip
    listed = [
        owed.OwedPerson(ref, name, sex, age, f"/owed/?person={ref}", items) for ref, name, sex, age, items in people
    ]
    return (
        owed.OwedGroup("新华路 18 号院", tuple(listed[:2])),
        owed.OwedGroup("东关小区 3 号楼", (listed[2],)),
        owed.OwedGroup("北街 42 号", (listed[3],)),
    )


def record_panel(*, faults: tuple[Fault, ...] = (), result: str = "") -> owed.RecordPanel:
    """Return the panel of the first person, fresh or sent back with faults."""
    ways = (("visit", "上门", "Visit"), ("phone", "电话", "Phone"), ("counter", "窗口", "Counter"))
    return owed.RecordPanel(
        ref="P-0018-4427-6",
        name="赵春梅",
        sex="female",
        age=34,
        person_url="/people/P-0018-4427-6/",
        id_number="9904**********1223",
        phone="100****0217",
        address="新华路 18 号院 2 单元 301",
        since=date(2026, 3, 2),
        services=(
            Choice("1", Text("居住证首次申领", "First residence permit"), is_chosen=not faults),
            Choice("2", Text("灵活就业人员参保", "Insurance for the self-employed")),
        ),
        channels=tuple(Choice(value, Text(zh, en)) for value, zh, en in ways),
        action="/owed/record/",
        back="/owed/",
        day="2026-11-23",
        newest_day=date(2026, 11, 23),
        result=result,
        faults=faults,
    )


def owed_page(panel: owed.RecordPanel) -> owed.OwedPage:
    """Return a community's owed list."""
    tabs = (
        ("owed", "应享未享", "Owed", 214),
        ("unknown", "情况不明", "Not known", 46),
        ("served", "本周已办", "Done this week", 58),
        ("declined", "已谢绝", "Declined", 37),
    )
    narrow = (("已过期", "Overdue", 12), ("一周内", "Within a week", 31), ("未联系过", "No contact yet", 68))
    return owed.OwedPage(
        summary=owed.OwedSummary(1652, 1401, 37, 214, 137, 0.870, 0.95, AT),
        tabs=tuple(owed.Tab(state, Text(zh, en), n, "/owed/?tab=x", state == "owed") for state, zh, en, n in tabs),
        filters=tuple(owed.Filter(Text(zh, en), n, "/owed/?only=x", zh == "已过期") for zh, en, n in narrow),
        services=(owed.Filter(Text("居住证首次申领", "First residence permit"), 31, "/owed/?service=CIV-01"),),
        service=None,
        is_by_dwelling=True,
        other_order_url="/owed/?order=due",
        groups=owed_groups(),
        pager=Pager(1, 12, 214, next_url="/owed/?page=2"),
        panel=panel,
        export_url="/owed/export/",
        norights=Text(
            "健康类 37 人项由东关社区卫生服务站办理；您的岗位只看得到件数。",
            "37 health services are in the hands of Dongguan health station; your post sees the number only.",
        ),
    )
