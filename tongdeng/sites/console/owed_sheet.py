"""The owed list as a sheet: ids and phones stay masked, as on the page."""

from tongdeng.kernel import clock, ids
from tongdeng.kernel.errors import Text
from tongdeng.owed import selectors as owed
from tongdeng.people.exports import cards
from tongdeng.sites.console import owed_page
from tongdeng.sites.console.exports import Cell, Sheet
from tongdeng.sites.shell.templatetags.shell import language, say, sex

COLUMNS = (
    (Text("住处", "Dwelling"), 34), (Text("姓名", "Name"), 12), (Text("性别", "Sex"), 6), (Text("年龄", "Age"), 6),
    (Text("人员编号", "Person number"), 15), (Text("证件号码", "ID number"), 22), (Text("电话", "Phone"), 14),
    (Text("事项", "Service"), 28), (Text("说明", "Note"), 34), (Text("到期", "Due"), 12),
    (Text("办结日期", "Done on"), 12), (Text("上次联系", "Last contact"), 16),
)  # fmt: skip


def sheet(address: owed_page.Address) -> Sheet:
    """Return every line of the list as it is filtered, not only the page shown."""
    lines = owed.lines(address.wanted(everything=True))
    numbers = cards.masked_numbers(line.person_id for line in lines)
    title = owed_page.TABS[address.tab][1]
    return Sheet(
        title=Text(f"应享清单（{title.zh}）", f"Owed list ({title.en})"), stem=f"owed-{address.place}", columns=COLUMNS,
        rows=[_row(line, numbers.get(line.person_id, ("", ""))) for line in lines],
        subjects={line.person_id for line in lines},
    )  # fmt: skip


def _row(line: owed.Line, numbers: tuple[str, str]) -> list[Cell]:
    today, lang = clock.today(), language()
    if line.opens_on and line.due_on:
        reason = owed.why_now(line.service, line.opens_on, line.due_on)
    else:
        reason = owed.what_is_missing(line.service, line.missing, today)
    return [
        line.address, line.name, sex(line.sex), owed_page.age(line.born_on, today), ids.show(line.person_id), *numbers,
        owed.service_name(line.service).say(lang), reason.say(lang), line.due_on, line.outcome_on,
        str(say(owed_page.contact_words(line))),
    ]  # fmt: skip
