"""The workbook that starts a county: its sheets and columns, read and checked as a whole. Pure; knows no database."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tongdeng.kernel.errors import NOTHING, Text
from tongdeng.org.errors import CellFault
from tongdeng.org.types import Level, Place, PostKind, county_of, level_of, town_of

Rows = Sequence[Sequence[str]]
HEADER_DEPTH = 5  # officials put a title above the headers


@dataclass(frozen=True)
class Column:
    """One column: how it is headed, and what the notes say of it."""

    key: str
    zh: str
    en: str
    note: Text
    is_needed: bool = True
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class SheetForm:
    """One sheet of the workbook."""

    name: str
    en: str
    columns: tuple[Column, ...]


DIVISIONS = SheetForm(
    "区划", "Divisions",
    (
        Column("code", "区划代码", "Code", Text("12 位；末尾的 0 表示级别", "12 digits; trailing zeros tell the level"),
               aliases=("代码",)),
        Column("name_zh", "名称", "Name", Text("全称，如 城关街道", "the full name"), aliases=("区划名称",)),
        Column("name_en", "英文名", "English name", Text("可空", "may be empty"), is_needed=False,
               aliases=("英文名称",)),
        Column("level", "级别", "Level", Text("可空：县、乡镇、社区", "may be empty: county, town, community"),
               is_needed=False),
    ),
)  # fmt: skip
BUREAUS = SheetForm(
    "部门", "Bureaus",
    (
        Column("code", "部门代码", "Code", Text("3 个字母，事项目录用的代码", "3 letters, as the catalogue uses them"),
               aliases=("代码",)),
        Column("name_zh", "名称", "Name", Text("本县的名称", "its name in this county"), aliases=("部门名称",)),
        Column("name_en", "英文名", "English name", Text("可空", "may be empty"), is_needed=False,
               aliases=("英文名称",)),
    ),
)  # fmt: skip
STAFF = SheetForm(
    "岗位与人员", "Posts and staff",
    (
        Column("login", "登录名", "Login", Text("小写字母、数字、点和横线", "small letters, digits, dot, hyphen"),
               aliases=("用户名",)),
        Column("name", "姓名", "Name", Text("本人姓名", "the person's name")),
        Column("kind", "岗位类别", "Kind of post", Text("从列表选择", "choose from the list"), aliases=("岗位",)),
        Column("division", "区划代码", "Division", Text("岗位管辖的县、乡镇或社区", "what the post serves"),
               aliases=("管辖区划",)),
        Column("bureau", "部门代码", "Bureau", Text("部门岗位必填", "needed for a bureau's post"), is_needed=False),
        Column("title_zh", "岗位名称", "Title", Text("页面上显示的名称", "as pages show it"), aliases=("职务",)),
        Column("title_en", "岗位英文名", "English title", Text("可空", "may be empty"), is_needed=False),
    ),
)  # fmt: skip
SHEETS = (DIVISIONS, BUREAUS, STAFF)

LEVELS = {
    "县": Level.COUNTY, "区": Level.COUNTY, "县级市": Level.COUNTY, "county": Level.COUNTY,
    "乡镇": Level.TOWN, "乡": Level.TOWN, "镇": Level.TOWN, "街道": Level.TOWN, "town": Level.TOWN,
    "社区": Level.COMMUNITY, "村": Level.COMMUNITY, "community": Level.COMMUNITY,
}  # fmt: skip
LEVEL_NAMES = {
    Level.COUNTY: Text("县", "county"), Level.TOWN: Text("乡镇", "town"), Level.COMMUNITY: Text("社区", "community"),
}  # fmt: skip
# Residents sign in on pages of their own, never with a post.
KINDS = {
    PostKind.OFFICE: Text("领导小组办公室", "Leading group's office"), PostKind.TOWN: Text("乡镇街道", "Town office"),
    PostKind.WORKER: Text("协管员", "Community worker"), PostKind.CLERK: Text("综合窗口", "One-stop window"),
    PostKind.POLICE: Text("公安", "Police"), PostKind.HRSS: Text("人社", "Human resources"),
    PostKind.EDUCATION: Text("教育", "Education"), PostKind.HOUSING: Text("住建", "Housing"),
    PostKind.HEALTH: Text("卫健", "Health"), PostKind.NURSE: Text("社区卫生", "Community nurse"),
    PostKind.CIVIL: Text("民政", "Civil affairs"), PostKind.JUSTICE: Text("司法", "Justice"),
    PostKind.FINANCE: Text("财政", "Finance"), PostKind.AUDITOR: Text("审计", "Auditor"),
    PostKind.ADMIN: Text("系统管理", "Administrator"),
    PostKind.SECURITY: Text("安全管理", "Security administrator"),
    PostKind.DEVICE: Text("大厅设备", "Device in a hall"),
}  # fmt: skip
# A bureau's own post sends and reads that bureau's rolls, so it must say which bureau it is.
OF_A_BUREAU = frozenset(
    {PostKind.POLICE, PostKind.HRSS, PostKind.EDUCATION, PostKind.HOUSING, PostKind.HEALTH, PostKind.CIVIL,
     PostKind.JUSTICE, PostKind.FINANCE}
)  # fmt: skip
is_login = re.compile(r"[a-z][a-z0-9._-]{1,59}").fullmatch
_BUREAU = re.compile(r"[A-Z]{3}").fullmatch
_CODE = re.compile(r"[0-9]{6}|[0-9]{9}|[0-9]{12}").fullmatch


@dataclass(frozen=True)
class BureauLine:
    """A bureau as the workbook names it."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class StaffLine:
    """A member of staff and the post."""

    login: str
    name: str
    kind: PostKind
    division: str
    bureau: str | None
    title_zh: str
    title_en: str
    row: int


@dataclass(frozen=True)
class CountyFile:
    """What a whole workbook says."""

    county: str
    places: tuple[Place, ...]
    bureaus: tuple[BureauLine, ...]
    staff: tuple[StaffLine, ...]


@dataclass
class _Line:
    """One row while it is judged."""

    form: SheetForm
    row: int
    cells: dict[str, str]
    faults: list[CellFault]

    def fault(self, key: str, code: str, fact: Text, remedy: Text = NOTHING) -> None:
        column = next(one for one in self.form.columns if one.key == key)
        self.faults.append(CellFault(self.form.name, self.row, column.zh, f"org.county_file.{code}", fact, remedy))

    def text(self, key: str, longest: int = 60) -> str:
        """Return a cell as one line; says when a needed one is empty or any is too long."""
        value = " ".join(unicodedata.normalize("NFKC", self.cells.get(key, "")).split())
        column = next(one for one in self.form.columns if one.key == key)
        if not value and column.is_needed:
            self.fault(key, "missing", Text("这一格是空的", "the cell is empty"), column.note)
        if len(value) > longest:
            self.fault(key, "too_long", Text(f"超过 {longest} 个字", f"more than {longest} characters"))
        return value[:longest]


@dataclass
class _Reading:
    """What was read so far, and everything that is wrong with it."""

    known_bureaus: Collection[str]
    faults: list[CellFault] = field(default_factory=list)
    places: dict[str, tuple[Place, _Line]] = field(default_factory=dict)
    bureaus: dict[str, BureauLine] = field(default_factory=dict)
    staff: dict[str, StaffLine] = field(default_factory=dict)


def read(sheets: Mapping[str, Rows], known_bureaus: Collection[str]) -> tuple[CountyFile | None, list[CellFault]]:
    """Return what a workbook says, or None with every fault: `known_bureaus` are the codes the catalogue uses."""
    found = _Reading(known_bureaus)
    for form, judge in ((DIVISIONS, _division), (BUREAUS, _bureau), (STAFF, _member)):
        for line in _lines(form, sheets, found.faults):
            judge(found, line)
    counties = [code for code in found.places if level_of(code) is Level.COUNTY]
    _check_tree(found, counties)
    if not found.staff and not any(fault.sheet == STAFF.name for fault in found.faults):
        fact = Text("没有填人员，谁也不能登录", "nobody is listed, so nobody could sign in")
        found.faults.append(CellFault(STAFF.name, 0, "", "org.county_file.nobody", fact))
    if found.faults:
        return None, found.faults
    places = sorted((place for place, _ in found.places.values()), key=lambda one: one.code)
    return CountyFile(counties[0], tuple(places), tuple(found.bureaus.values()), tuple(found.staff.values())), []


def _lines(form: SheetForm, sheets: Mapping[str, Rows], faults: list[CellFault]) -> Iterator[_Line]:
    rows = next((sheets[name] for name in (form.name, form.en) if name in sheets), None)
    if rows is None:
        fact = Text(f"没有名为“{form.name}”的表", f"there is no sheet called “{form.name}”")
        remedy = Text("用空白工作簿填写，不要改表名", "fill in the empty workbook and keep the sheets' names")
        faults.append(CellFault(form.name, 0, "", "org.county_file.no_sheet", fact, remedy))
        return
    heads = [_headers(form, row) for row in rows[:HEADER_DEPTH]]
    depth = next((at for at, head in enumerate(heads) if len(head) > 1), 0)
    places = heads[depth] if heads else {}
    missing = [column for column in form.columns if column.is_needed and column.key not in places]
    for column in missing:
        fact = Text(f"没有“{column.zh}”这一列", f"the column “{column.zh}” ({column.en}) is missing")
        faults.append(CellFault(form.name, depth + 1, column.zh, "org.county_file.no_column", fact))
    if missing:
        return
    for number, row in enumerate(rows[depth + 1 :], start=depth + 2):
        if any(cell.strip() for cell in row):
            cells = {key: row[at] for key, at in places.items() if at < len(row)}
            yield _Line(form, number, cells, faults)


def _headers(form: SheetForm, row: Sequence[str]) -> dict[str, int]:
    names = {
        words.casefold(): column.key for column in form.columns for words in (column.zh, column.en, *column.aliases)
    }
    plain = (unicodedata.normalize("NFKC", cell).replace("*", "").strip().casefold() for cell in row)
    found: dict[str, int] = {}
    for at, words in enumerate(plain):
        if words in names:
            found.setdefault(names[words], at)
    return found


def _code(line: _Line, key: str) -> str:
    """Return a 12-digit division code, or an empty text after saying what is wrong with it."""
    code = line.text(key).replace(" ", "")
    if not code:
        return ""
    if not _CODE(code) or code[:6] == "000000":
        line.fault(key, "code", Text(f"“{code[:20]}”不是区划代码", f"“{code[:20]}” is no division code"),
                   Text("写 12 位数字，该列设为文本格式", "write 12 digits and set the column to text"))  # fmt: skip
        return ""
    return code.ljust(12, "0")


def _twice(line: _Line, key: str, value: str, known: Collection[str]) -> bool:
    if value in known:
        line.fault(key, "twice", Text(f"“{value}”写了两次", f"“{value}” stands here twice"),
                   Text("删去一行", "remove one of the rows"))  # fmt: skip
    return value in known


def _division(found: _Reading, line: _Line) -> None:
    code, name, english = _code(line, "code"), line.text("name_zh"), line.text("name_en")
    said = line.text("level").casefold()
    if not code or _twice(line, "code", code, found.places):
        return
    level = level_of(code)
    if said and LEVELS.get(said) is not level:
        fact = Text(f"代码表示{LEVEL_NAMES[level].zh}，级别却写“{said}”", f"the code is a {level.value}'s")
        line.fault("level", "level", fact, Text("级别可以空着", "the level may be left empty"))
    parent = None if level is Level.COUNTY else county_of(code) if level is Level.TOWN else town_of(code)
    found.places[code] = (Place(code, name, english or name, level, parent), line)


def _check_tree(found: _Reading, counties: list[str]) -> None:
    if len(counties) != 1 and found.places:
        fact = Text(
            f"县应当正好一个，现在有 {len(counties)} 个", f"there must be one county; there are {len(counties)}"
        )
        remedy = Text("县的代码后 6 位是 0", "a county's code ends with six zeros")
        found.faults.append(CellFault(DIVISIONS.name, 0, "", "org.county_file.one_county", fact, remedy))
        return
    for place, line in found.places.values():
        if counties and county_of(place.code) != counties[0]:
            fact = Text(f"“{place.code}”不在本县（{counties[0]}）", f"{place.code} is not of this county")
            line.fault("code", "other_county", fact)
        elif place.parent and place.parent not in found.places:
            fact = Text(f"没有它的上级 {place.parent}", f"what it lies in, {place.parent}, is not listed")
            line.fault("code", "no_parent", fact, Text("先列出上级", "list that as well"))


def _bureau_code(line: _Line, key: str) -> str:
    code = line.text(key).upper()
    if code and not _BUREAU(code):
        line.fault(key, "bureau_code", Text(f"“{code[:20]}”不是 3 个字母", f"“{code[:20]}” is not three letters"))
        return ""
    return code


def _bureau(found: _Reading, line: _Line) -> None:
    code, name, english = _bureau_code(line, "code"), line.text("name_zh"), line.text("name_en")
    if code and not _twice(line, "code", code, found.bureaus):
        found.bureaus[code] = BureauLine(code, name, english)


def _kind(line: _Line) -> PostKind | None:
    said = line.text("kind")
    kind = next(
        (one for one, text in KINDS.items() if said.casefold() in (one.value, text.zh, text.en.casefold())), None
    )
    if said and kind is None:
        names = "、".join(text.zh for text in KINDS.values()), ", ".join(one.value for one in KINDS)
        line.fault("kind", "kind", Text(f"没有“{said}”这类岗位", f"there is no kind of post “{said}”"),
                   Text(f"可选：{names[0]}", f"one of: {names[1]}"))  # fmt: skip
    return kind


def _reach(line: _Line, kind: PostKind, division: str) -> None:
    """Refuse a post that would see a wider area than its kind serves."""
    level = level_of(division)
    if kind is PostKind.TOWN and level is not Level.TOWN:
        line.fault("division", "reach", Text("乡镇岗位要写乡镇的代码", "a town post serves a town"))
    if kind in (PostKind.WORKER, PostKind.NURSE) and level is Level.COUNTY:
        line.fault(
            "division", "reach", Text("这类岗位管一个社区或乡镇，不管全县", "such a post serves a community or a town")
        )


def _member(found: _Reading, line: _Line) -> None:
    login, name, kind = line.text("login").casefold(), line.text("name", 40), _kind(line)
    division, bureau = _code(line, "division"), _bureau_code(line, "bureau")
    title, english = line.text("title_zh"), line.text("title_en")
    if login and not is_login(login):
        remedy = Text(
            "小写字母开头，只用小写字母、数字、点和横线", "begin with a small letter; small letters, digits, . _ -"
        )
        line.fault("login", "login", Text(f"“{login}”不能作登录名", f"“{login}” is no sign-in name"), remedy)
    if division and division not in found.places:
        line.fault(
            "division", "unknown_division", Text(f"“区划”表没有 {division}", f"{division} is not in the sheet “区划”")
        )
        division = ""
    if bureau and bureau not in found.bureaus and bureau not in found.known_bureaus:
        line.fault("bureau", "unknown_bureau", Text(f"“部门”表没有 {bureau}", f"{bureau} is not in the sheet “部门”"))
    if kind in OF_A_BUREAU and not line.cells.get("bureau", "").strip():
        line.fault("bureau", "bureau_needed", Text("部门岗位要写部门代码", "a bureau's post needs the bureau's code"))
    if kind and division:
        _reach(line, kind, division)
    if not login or _twice(line, "login", login, found.staff) or kind is None:
        return
    found.staff[login] = StaffLine(login, name, kind, division, bureau or None, title, english or title, line.row)
