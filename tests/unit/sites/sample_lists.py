# ruff: noqa: E501  rows of sample words read better on one line
"""Invented values for the person page, rolls, search, measures and exports."""

from datetime import date

from sample_values import AT, TOWNS

from tongdeng.kernel.errors import Text
from tongdeng.sites.console.view_models import lists, person, rolls
from tongdeng.sites.shell.frame import Choice, Fault, Link, Pager, Progress

NAMES = {"police": Text("公安名册", "Police roll"), "hrss": Text("人社名册", "Labour roll")}


def profile() -> tuple[person.ProfileValue, ...]:
    """Return a profile with one agreed value, one conflict and one unknown."""
    police = Text("公安名册，2026-11-20 收到", "Police roll, received 2026-11-20")
    addresses = (
        person.SourceLine("新华路18号院2单元301", police, is_chosen=True),
        person.SourceLine("新华路18号院2单元301", Text("住建租赁备案，2026-03-06 收到", "Lease register, received 2026-03-06")),
        person.SourceLine("新泽县白马乡河口村", Text("教育学籍，2025-09-01 收到；更早，像是户籍地址", "School roll, received 2025-09-01; older, looks like the home address"), is_lost=True),
    )  # fmt: skip
    same = (
        person.SourceLine(
            Text("三处一致", "All three agree"), Text("公安、人社、教育名册", "Police, labour and school rolls")
        ),
    )
    return (
        person.ProfileValue(Text("公民身份号码", "ID number"), "9904**********1223", Text("3 个来源", "3 sources"), same, is_number=True),
        person.ProfileValue(Text("出生日期", "Born on"), Text("1992年4月12日", "12 April 1992"), Text("证件号码", "ID number"), same[:1]),
        person.ProfileValue(Text("户籍地", "Registered in"), "新泽县 白马乡", Text("公安", "Police"), same[:1]),
        person.ProfileValue(Text("现住址", "Lives at"), "东关社区 新华路18号院 2单元301", Text("3 个来源，1 处不同", "3 sources, 1 differs"), addresses, has_conflict=True),
        person.ProfileValue(Text("电话", "Phone"), "100****0217", Text("人社", "Labour"), same[:1], is_number=True),
        person.ProfileValue(Text("就业", "Work"), Text("灵活就业，2026-10-08 起", "Self-employed since 2026-10-08"), Text("人社", "Labour"), same[:1]),
        person.ProfileValue(Text("原参保地", "Insured before in"), None, Text("", ""), remedy=Link(Text("怎样补", "How to settle it"), "?why=x")),
    )  # fmt: skip


def groups() -> tuple[person.ServiceGroup, ...]:
    """Return services in every status a person can have."""
    rows = (
        ("owed", (("居住证首次申领", "First residence permit", "11-16 到期，已过", "was due 11-16"), ("灵活就业人员参保", "Insurance for the self-employed", "11-25 到期", "due 11-25"))),
        ("unknown", (("养老保险关系转移", "Pension transfer", "缺：原参保地", "missing: where insured before"),)),
        ("served", (("居住登记", "Residence registration", "2026-03-02", "2026-03-02"), ("租赁合同备案", "Lease registration", "2026-03-06", "2026-03-06"))),
        ("declined", (("职业技能培训", "Job training", "2026-09-21，可随时再申请", "2026-09-21, can apply again at any time"),)),
        ("available", (("法律援助", "Legal aid", "需要时申请", "when needed"),)),
        ("not_entitled", (("公共租赁住房", "Public rental housing", "缺 1 个条件", "1 condition not met"),)),
        ("not_due", (("居住证签注", "Permit endorsement", "领证满 1 年再办", "a year after the permit"),)),
    )  # fmt: skip
    return tuple(
        person.ServiceGroup(
            state,
            tuple(
                person.ServiceLine(Text(zh, en), f"?why={zh}", Text(note, note_en), zh == "公共租赁住房")
                for zh, en, note, note_en in lines
            ),
        )
        for state, lines in rows
    )


def why() -> person.Why:
    """Return the explanation of the look's example."""
    conditions = (
        person.Condition(Text("年满 18 周岁", "18 or older"), "met", Text("34 周岁（证件号码）", "34 (ID number)")),
        person.Condition(Text("在本县办了居住登记", "Registered as living here"), "met", Text("2026-03-02 登记（公安名册）", "on 2026-03-02 (police roll)")),
        person.Condition(Text("在本县连续工作满 12 个月", "12 months of work here without a break"), "unmet", Text("8 个月：2026-03-10 起（人社名册，11月5日收到）", "8 months, since 2026-03-10 (labour roll of 5 November)")),
        person.Condition(Text("在本县没有自己的住房", "No home of one's own here"), "unknown", Text("没有收到不动产登记的资料", "Nothing has come in from the land register")),
    )  # fmt: skip
    return person.Why(
        service=Text("公共租赁住房", "Public rental housing"),
        code="HUD-02",
        bureau=Text("住建局", "Housing bureau"),
        state="not_entitled",
        conditions=conditions,
        changes=(
            person.Change(Text("继续工作，2027-03-10 起满 12 个月", "Keep working: 12 months are complete on 2027-03-10")),
            person.Change(Text("查清住房：住建局可向不动产登记中心核对，不用本人交证明", "Settle the home: the housing bureau can ask the land register; no paper is needed"), Link(Text("发起核对", "Start the check"), "?check=x")),
        ),
        basis=(Link(Text("《示例县公共租赁住房管理办法》（示例）第九条", "Public Rental Housing Rules of the example county (example), section 9"), "?clause=9"),),
        in_force=Text("2026年11月1日起施行", "in force since 1 November 2026"),
        holders=(Text("住建局登记“在本县有自有住房”：请住建局核对，不要向本人要证明", "The Housing bureau records “owns a home in this county”: ask the Housing bureau, and no paper of the person"),),
        law="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        earlier=(person.Earlier(date(2026, 9, 21), Text("不符合：旧办法要求连续工作满 24 个月", "not entitled: the old rules asked for 24 months of work"), "?on=2026-09-21"),),
    )  # fmt: skip


def person_page() -> person.PersonPage:
    """Return the person of the look's example."""
    return person.PersonPage(
        name="赵春梅",
        ref="P-0018-4427-6",
        sex="female",
        age=34,
        months_here=8,
        family=(Link("陈小宝", "/people/P-0018-4431-7/"),),
        sources=4,
        records=7,
        values=profile(),
        stays=(
            person.StayLine("城关镇 东关社区", date(2026, 3, 2), None, Text("租住", "rented")),
            person.StayLine(
                "石桥镇 河湾社区", date(2025, 8, 20), date(2025, 12, 28), Text("单位宿舍", "employer's dormitory")
            ),
        ),
        as_of_on=date(2026, 11, 23),
        groups=groups(),
        why=why(),
        norights=Text(
            "健康服务由医疗机构管理，您的岗位看不到。",
            "Health services are kept by the health stations; your post does not see them.",
        ),
        next_step=Link(Text("记录服务", "Record a service"), "/owed/?person=P-0018-4427-6"),
    )


def roll_line(state: str = "done", ref: str = "B-31") -> rolls.RollLine:
    """Return one batch."""
    return rolls.RollLine(
        ref,
        f"/rolls/{ref}/",
        NAMES["police"],
        "liudong-2026-11.xlsx",
        date(2026, 11, 20),
        AT,
        "王建",
        state,
        1204,
        1187,
        17,
    )


def rolls_page() -> rolls.RollsPage:
    """Return the history with a batch in each state."""
    lines = tuple(roll_line(state, f"B-{at}") for at, state in enumerate(("running", "done", "withdrawn", "failed")))
    return rolls.RollsPage(lines, Pager(1, 4, 4), "/rolls/new/")


def upload_page() -> rolls.UploadPage:
    """Return the upload form, sent back with a fault."""
    return rolls.UploadPage(
        sources=tuple(Choice(value, text, value == "police") for value, text in NAMES.items()),
        templates=tuple(rolls.RollTemplate(text, f"/rolls/template/{value}/") for value, text in NAMES.items()),
        as_at="2026-11-23",
        newest_day=date(2026, 11, 23),
        largest_mb=200,
        faults=(Fault("file", Text("这个文件 11月20日已经导入过（批次 B-31）。要改正，请先撤回那一批。", "This file was imported on 20 November (batch B-31). To correct it, withdraw that batch first.")),),
    )  # fmt: skip


def roll_running() -> rolls.RollPage:
    """Return a batch on its way."""
    return rolls.RollPage(
        roll_line("running"),
        Progress(7466, 12040, 7391, 75),
        "/rolls/B-31/progress/",
        stop_url="/rolls/B-31/stop/",
        pace=Text("每秒约 3,700 行，约剩 5 秒", "about 3,700 rows a second, about 5 seconds left"),
    )


def roll_done() -> rolls.RollPage:
    """Return a finished batch with two rejects."""
    tallies = (
        ("行", "Rows", 1204),
        ("收下", "Accepted", 1187),
        ("退回", "Given back", 17),
        ("新的人", "New people", 186),
        ("已有的人", "Known people", 998),
        ("待复核", "To review", 3),
        ("提醒", "Warnings", 41),
    )
    return rolls.RollPage(
        roll_line(),
        None,
        "",
        tallies=tuple(rolls.Tally(Text(zh, en), number) for zh, en, number in tallies),
        rejects=(
            rolls.RejectLine(17, "社区代码", "intake.community.unknown", Text("没有 990101999999 这个社区。请对照区划表。", "There is no community 990101999999. See the list of divisions.")),
            rolls.RejectLine(1042, "流入日期", "intake.date.impossible", Text("2026-02-30 不是日期。", "2026-02-30 is not a date.")),
        ),
        pager=Pager(1, 2, 17, next_url="?page=2"),
        rejects_url="/rolls/B-31/rejects.csv",
        next_step=Link(Text("复核 3 处疑问", "Review 3 doubts"), "/review/"),
    )  # fmt: skip


def people_page() -> lists.PeoplePage:
    """Return three people found, one of them elsewhere."""
    return lists.PeoplePage(
        "春梅",
        (
            lists.FoundPerson("赵春梅", "female", 34, "9904**********1223", "城关镇 东关社区", 2, "/people/P-0018-4427-6/"),
            lists.FoundPerson("阿依古丽·买买提·艾合买提江", "female", 27, "9904**********3348", "石桥镇 河湾社区", 0, "/people/P-0018-4432-5/"),
            lists.FoundPerson("李*梅", None, None, "", None, None),
        ),
        Pager(1, 3, 3),
    )  # fmt: skip


def measures_page() -> lists.MeasuresPage:
    """Return coverage by town with the county's total."""
    rows = [
        lists.MeasureRow(name, k, n, share, low, high, n // 14, "?place=x", missing=max(0, round(0.95 * n) - k))
        for name, k, n, share, low, high in TOWNS
    ]
    total = lists.MeasureRow("示例县", 53333, 58412, 53333 / 58412, 0.911, 0.915, 4236, is_total=True, missing=2159)
    empty = lists.MeasureRow("新设乡", 0, 0, None, None, None, 0)
    return lists.MeasuresPage(
        measures=(Link("S1a", ""), Link("S1b", "/measures/S1b/"), Link("S1c", "/measures/S1c/"), Link("S9", "/measures/S9/")),
        code="S1a",
        title=Text("覆盖率：提供或告知后谢绝", "Coverage: given or declined after being told"),
        meaning=Text("今年到期或有结果的人项里，已提供或告知后谢绝的比例", "Of the services due or settled this year, the share given or declined after being told"),
        target=0.95,
        levels=(Link(Text("按镇", "By town"), ""), Link(Text("按社区", "By community"), "?by=community")),
        level=Text("镇", "Town"),
        rows=(total, *rows, empty),
        as_of_at=AT,
        export_url="/measures/S1a/export/",
    )  # fmt: skip


def export_form() -> lists.ExportForm:
    """Return the form before an export, sent back because no purpose was chosen."""
    purposes = (
        ("visit", "走访联系", "Visits"),
        ("meeting", "协调会材料", "Papers for a meeting"),
        ("audit", "审计", "Audit"),
    )
    return lists.ExportForm(
        what=Text("应享清单：东关社区", "Owed list: Dongguan community"),
        rows=214,
        action="/owed/export/",
        purposes=tuple(Choice(value, Text(zh, en)) for value, zh, en in purposes),
        expires_on=date(2026, 12, 23),
        back="/owed/",
        faults=(
            Fault(
                "purpose",
                Text("请选一个用途。没有用途不能导出。", "Choose a purpose. Nothing is exported without one."),
            ),
        ),
    )
