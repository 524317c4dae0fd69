"""What a county's workbook would change in this installation: read only, so that a page may ask it, too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from tongdeng.kernel.errors import Text
from tongdeng.org import county_file
from tongdeng.org.county_file import BureauLine, CountyFile, StaffLine
from tongdeng.org.errors import CellFault, CountyFileFaulty
from tongdeng.org.models import BureauName, Division, Staff
from tongdeng.org.selectors import law_bureaus
from tongdeng.org.types import Level, Place, territory_of


@dataclass(frozen=True)
class CountyPlan:
    """What would be written, and what is here but not in the workbook: that is reported and never removed."""

    county: str
    replaces: str | None  # the county whose empty map gives way
    added: tuple[Place, ...]
    renamed: tuple[Place, ...]
    missing: tuple[str, ...]
    bureaus: tuple[BureauLine, ...]
    missing_bureaus: tuple[str, ...]
    new_staff: tuple[StaffLine, ...]
    changed_staff: tuple[StaffLine, ...]
    missing_staff: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether everything is as the workbook says already."""
        return not (self.replaces or self.added or self.renamed or self.bureaus or self.new_staff or self.changed_staff)


def plan_county(
    sheets: Mapping[str, county_file.Rows], *, has_people: bool, is_demo: bool, on: date, place: str = ""
) -> CountyPlan:
    """Return what the workbook would change. Raises CountyFileFaulty with everything that stands against it."""
    said, faults = county_file.read(sheets, law_bureaus(on))
    if said is None:
        raise CountyFileFaulty(faults, place)
    known = {one.code: one for one in Division.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on))}
    staff = list(Staff.objects.select_related("post__unit").order_by("login"))
    replaces = next((c for c, d in known.items() if d.level == Level.COUNTY.value and c != said.county), None)
    faults = _objections(said, staff, replaces, has_people=has_people, is_demo=is_demo, on=on)
    if faults:
        raise CountyFileFaulty(faults, place)
    if replaces:
        known = {}
    new_staff, changed, missing_staff = _staff(said, staff)
    bureaus, missing_bureaus = _bureaus(said.bureaus, on)
    return CountyPlan(
        county=said.county, replaces=replaces,
        added=tuple(one for one in said.places if one.code not in known),
        renamed=tuple(
            one for one in said.places
            if one.code in known and (one.name_zh, one.name_en) != (known[one.code].name_zh, known[one.code].name_en)
        ),
        missing=tuple(sorted(known.keys() - {one.code for one in said.places})),
        bureaus=bureaus, missing_bureaus=missing_bureaus,
        new_staff=new_staff, changed_staff=changed, missing_staff=missing_staff,
    )  # fmt: skip


def _objections(
    said: CountyFile, staff: Sequence[Staff], replaces: str | None, *, has_people: bool, is_demo: bool, on: date
) -> list[CellFault]:
    """Return why this workbook may not be used here, whatever it says."""
    sheet, code = county_file.DIVISIONS.name, "org.county_file."
    other = Text("用 TONGDENG_HOME 指定另一个文件夹，从头开始", "set TONGDENG_HOME to another folder and start there")
    if is_demo:
        fact = Text("这个数据库是演示县", "this database is a demo county")
        return [CellFault(sheet, 0, "", code + "is_demo", fact, other)]
    closed = Division.objects.filter(valid_to__lte=on, code__in=[one.code for one in said.places])
    remove = Text("从工作簿删去这一行", "remove its row from the workbook")
    faults = [
        CellFault(sheet, 0, "", code + "closed", Text(f"{c} 已于 {day} 撤销", f"{c} ended on {day}"), remove)
        for c, day in closed.values_list("code", "valid_to")
    ]
    if replaces and has_people:
        fact = Text(
            f"这里已按 {replaces} 的区划收过名册，不能改成 {said.county}",
            f"rolls were taken in under the divisions of {replaces}; it cannot become {said.county}",
        )
        faults.append(CellFault(sheet, 0, "", code + "people_there", fact, other))
    lo, hi = territory_of(said.county)
    listed = {one.login for one in said.staff}
    strays = [one.login for one in staff if not lo <= one.post.lo < hi and one.login not in listed] if replaces else []
    if strays:
        names = "、".join(strays[:10])
        fact = Text(
            f"{names} 的岗位在原来的区划里", f"the posts of {', '.join(strays[:10])} lie in the former divisions"
        )
        remedy = Text("把他们也列进“岗位与人员”", "list them in “岗位与人员” as well")
        faults.append(CellFault(county_file.STAFF.name, 0, "", code + "staff_elsewhere", fact, remedy))
    return faults


def _staff(
    said: CountyFile, staff: Iterable[Staff]
) -> tuple[tuple[StaffLine, ...], tuple[StaffLine, ...], tuple[str, ...]]:
    here = {one.login: one for one in staff}
    changed = tuple(one for one in said.staff if one.login in here and not _is_same(one, here[one.login]))
    new = tuple(one for one in said.staff if one.login not in here)
    return new, changed, tuple(sorted(here.keys() - {one.login for one in said.staff}))


def _is_same(line: StaffLine, staff: Staff) -> bool:
    post = staff.post
    return keeps_post(line, staff) and (line.name, line.title_zh, line.title_en) == (
        staff.name, post.title_zh, post.title_en,
    )  # fmt: skip


def keeps_post(line: StaffLine, staff: Staff) -> bool:
    """Tell whether the workbook leaves somebody in the same post; a new title alone makes no other post."""
    post = staff.post
    return (line.kind.value, line.division, line.bureau) == (post.kind, post.unit.division_id, post.unit.bureau_id)


def _bureaus(lines: Iterable[BureauLine], on: date) -> tuple[tuple[BureauLine, ...], tuple[str, ...]]:
    """Return the names that differ from what the county and the law call them, and the county's own not listed."""
    law = law_bureaus(on)
    own = {one.bureau_id: (one.name_zh, one.name_en) for one in BureauName.objects.filter(is_own=True)}
    wanted = {}
    for one in lines:
        english = one.name_en or (own | law).get(one.code, ("", ""))[1] or one.name_zh
        wanted[one.code] = BureauLine(one.code, one.name_zh, english)
    changed = tuple(
        one for code, one in wanted.items() if own.get(code, law.get(code)) != (one.name_zh, one.name_en)
    )  # fmt: skip
    return changed, tuple(sorted((own | law).keys() - wanted.keys()))


def summary(plan: CountyPlan) -> dict[str, object]:
    """Return the counts and lists that the command prints and the page shows."""
    return {
        "county": plan.county,
        "replaced": plan.replaces,
        "divisions": {"added": len(plan.added), "renamed": len(plan.renamed), "missing": list(plan.missing)},
        "bureaus": {"changed": len(plan.bureaus), "missing": list(plan.missing_bureaus)},
        "staff": {
            "added": len(plan.new_staff), "changed": len(plan.changed_staff), "missing": list(plan.missing_staff),
        },
    }  # fmt: skip
