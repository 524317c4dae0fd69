"""What a bureau is asked to correct in its own roll: a line for each finding, with the row as it was sent."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tongdeng.access import selectors as access
from tongdeng.access.exports import Cell, Sheet, bulk
from tongdeng.intake.errors import CLAIMED, FINDINGS, finding_words
from tongdeng.intake.formats import Format, load_format
from tongdeng.intake.quality import comparing, findings
from tongdeng.intake.quality.findings import Stands
from tongdeng.intake.quality.terms import terms
from tongdeng.kernel.errors import Text
from tongdeng.org import selectors as org
from tongdeng.org.types import territory_of
from tongdeng.people import selectors as registry
from tongdeng.people.types import Statement

BLOCK = 5_000
HEAD = (
    (Text("社区代码", "Community"), 15), (Text("名册文件", "File"), 22), (Text("行", "Row"), 7),
    (Text("姓名", "Name"), 12), (Text("证件号码", "ID number"), 22), (Text("列", "Column"), 16),
    (Text("现在写的", "It says"), 24), (Text("别处写的", "Elsewhere"), 24), (Text("写在哪里", "Where"), 20),
    (Text("代码", "Code"), 20), (Text("问题", "What is wrong"), 36), (Text("怎么改", "What to do"), 36),
)  # fmt: skip
CORRECT = Text(
    "请与本人或证件核对；本册有误的，更正后重新报送，无误的不用改",
    "check it with the person or the card; correct this roll where it is wrong, and leave it where it is right",
)
WORDS: dict[str, tuple[Text, Text]] = {
    "conflict": (Text("与另一份名册不一致", "differs from another roll"), CORRECT),
    "id.disagrees": (Text("与本行的证件号码不一致", "does not agree with the row's own id number"), CORRECT),
    "id.not_own": (
        Text("号码的出生日期与本行不符，可能是家长的号码", "its birth date is another one; perhaps a parent's number"),
        Text("填本人的号码，没有就留空", "give the person's own, or leave it empty"),
    ),
    "column.empty": (
        Text("没有填，有的服务因此无法判断", "empty, so some services cannot be judged"),
        Text("请补填", "fill it in"),
    ),
    "stay.stale": (
        Text("很久没有在名册里出现，可能已经离开", "not in any roll for long; the person may have left"),
        Text("仍在的，下次照常报送；已离开的，填离开日期", "send the row again, or give the date of departure"),
    ),
    "stay.double": (
        Text("同一个人还有一条更新的未结束记录", "the same person has a newer open row"),
        Text("搬走的那一条填结束日期", "give this one its end date"),
    ),
    "stay.far_past": (
        Text("开始日期太早，可能写错", "it begins too early, probably a mistake"),
        Text("请核对日期", "check the date"),
    ),
}  # fmt: skip
HIDDEN = Text("另一部门的资料，本部门无权查看", "another bureau's data, which this one may not see")


@dataclass(frozen=True)
class Line:
    """One thing to correct; `told` and `by` are empty where nothing else is known or the receiver may not see it."""

    person: int
    community: str
    file: str
    row: int | None
    name: str
    number: str
    column: Text
    said: str
    told: str
    by: Text
    code: str
    problem: Text
    remedy: Text

    def cells(self, lang: str) -> list[Cell]:
        """Return the line as a row of the sheet."""
        return [
            self.community, self.file, self.row, self.name, self.number, self.column.say(lang), self.said, self.told,
            self.by.say(lang), self.code, self.problem.say(lang), self.remedy.say(lang),
        ]  # fmt: skip


def sheet(source: str, place: str, today: date, lang: str) -> Sheet:
    """Return the file of corrections for a source's bureau, of one division, as far as the reader may see."""
    lines = list(lines_of(source, place, today))
    title = load_format(source).title
    return Sheet(
        title=Text(f"请更正：{title.zh}", f"To correct: {title.en}"), stem=f"corrections-{source}-{place}",
        columns=HEAD, rows=[line.cells(lang) for line in lines],
        subjects={line.person for line in lines},
    )  # fmt: skip


def lines_of(source: str, place: str, today: date) -> Iterator[Line]:
    """Yield what to correct, by place and person. A finding is computed from live rows: a corrected row ends it."""
    form, ended = load_format(source), org.ended_codes(today)
    # Whose roll it is sees identity and its own field; what others' rows say of anything else stays with them.
    seen_by = {"B", registry.domain_of(source)}
    persons, disputed = _persons(source, place), comparing.disputed().keys()
    for start in range(0, len(persons), BLOCK):
        block = persons[start : start + BLOCK]
        said = _statements(block, source, disputed)
        found = [(person, one) for person in block for one in _about(said[person], source, form, today, ended)]
        rows = _rows_of({one.statement.record_id for _, one in found})
        domains = {one.record_id: _domain(one) for statements in said.values() for one in statements}
        for person, one in found:
            yield _line(person, one, form, rows, hidden=_is_hidden(one, said[person], domains, seen_by))


def _statements(persons: Sequence[int], source: str, disputed: Collection[int]) -> dict[int, list[Statement]]:
    """Return the source's own rows of these persons, and where records disagree those of the others as well."""
    said: dict[int, list[Statement]] = defaultdict(list)
    apart = [person for person in persons if person in disputed]
    alone = [person for person in persons if person not in disputed]
    for people, among in ((apart, {source, *registry.compared_sources()}), (alone, {source})):
        for person, statement in registry.statements_of(people, among):
            said[person].append(statement)
    return said


def _persons(source: str, place: str) -> list[int]:
    lo, hi = territory_of(place)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.person_id FROM people_link l JOIN people_record r ON r.id = l.record_id"
            " WHERE r.source = %s AND r.superseded_at IS NULL AND l.superseded_at IS NULL"
            " AND l.territory >= %s AND l.territory < %s GROUP BY l.person_id ORDER BY min(l.territory), l.person_id",
            [source, lo, hi],
        )
        return [row[0] for row in cursor.fetchall()]


def _about(
    statements: Sequence[Statement], source: str, form: Format, today: date, ended: Mapping[str, tuple[str, ...]]
) -> Iterator[Stands]:
    newest = findings.newest_by_source(statements)
    own = newest[source]
    needed = {*terms().needed.get(source, ()), *(column.key for column in form.columns if column.required)}
    if source in registry.compared_sources():
        for one in findings.conflicts(newest, registry.ranks(), terms().conflicts):
            if one.statement is own:
                yield one
    yield from findings.lacks(own, form, needed, today)
    if source in registry.stay_sources():
        mine = sorted((one for one in statements if one.source == source), key=lambda one: one.newness, reverse=True)
        spells = {tuple(one.values.get(key) for key in form.spell): one for one in reversed(mine)}
        yield from findings.stays_of(list(spells.values())[::-1], today=today, terms=terms(), ended=ended)


def _domain(statement: Statement) -> str:
    service = statement.values.get("service")
    return access.service_domain(service) if service else registry.domain_of(statement.source)


def _is_hidden(
    one: Stands, statements: Sequence[Statement], domains: Mapping[int, str], seen_by: Collection[str]
) -> bool:
    """Tell whether the other row lies in a domain that the receiving bureau may not see."""
    if one.by is None or one.by == one.statement.source:
        return False
    other = findings.newest_by_source(statements)[one.by]
    return domains[other.record_id] not in seen_by


def _rows_of(records: set[int]) -> dict[int, tuple[str, int]]:
    """Return the file and row in which each record was last seen."""
    bulk.values("stage_lines", "record_id", "bigint", records)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (s.record_id) s.record_id, b.file_name, s.row_number FROM stage_lines"
            " JOIN people_sighting s USING (record_id) JOIN people_batch b ON b.id = s.batch_id"
            " WHERE s.withdrawn_at IS NULL ORDER BY s.record_id, s.as_at DESC, s.batch_id DESC"
        )
        found = {record: (file, row) for record, file, row in cursor.fetchall()}
    bulk.drop("stage_lines")
    return found


def _line(person: int, one: Stands, form: Format, rows: Mapping[int, tuple[str, int]], *, hidden: bool) -> Line:
    values = one.statement.values
    file, row = rows.get(one.statement.record_id, ("", None))
    column = form.column(one.column)
    problem, remedy = _words(one.code)
    by = HIDDEN if hidden else Text("", "")
    if one.by is not None and not hidden:
        by = Text("本行的证件号码", "the row's own number") if one.by == form.source else _title(one.by)
    return Line(
        person=person, community=str(values.get("community_code") or ""), file=file, row=row,
        name=str(values.get("name") or ""), number=str(values.get("id_number") or values.get("id_claimed") or ""),
        column=Text(column.zh, column.en), said=_as_sent(form, one.column, one.said),
        told="" if hidden else _as_sent(form, one.column, one.told), by=by, code=one.code, problem=problem,
        remedy=remedy,
    )  # fmt: skip


def _words(code: str) -> tuple[Text, Text]:
    found = WORDS.get(code) or WORDS.get(code.partition(".")[0])
    if found is not None:
        return found
    remedy = FINDINGS[code][1]
    return finding_words(code), remedy if remedy.zh else CLAIMED


def _title(source: str) -> Text:
    return Text(*registry.source_name(source)[:2])


def _as_sent(form: Format, key: str, value: Any) -> str:
    """Return a value in the words of the roll: 男, not the code we keep."""
    if value is None:
        return ""
    words = {kept: word for word, kept in reversed(form.column(key).choices.items())}
    return str(words.get(value, value))
