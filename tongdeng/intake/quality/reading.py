"""What the pages say of data quality: a few queries whatever the size of the register, since everything is counted."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tongdeng.intake.formats import Format
from tongdeng.intake.models import Quality, QualityCell
from tongdeng.intake.quality.terms import terms
from tongdeng.org.types import Level, territory_of
from tongdeng.people.exports import Batch

# Warnings that say: this is nobody's number, or not surely this person's.
BAD_NUMBER = frozenset(
    {"id.placeholder", "id.scientific", "id.unreadable", "id.length", "id.check_digit", "id.birth_date", "id.format"}
)
DIGITS = {Level.COUNTY: 6, Level.TOWN: 9, Level.COMMUNITY: 12}


@dataclass
class Facts:
    """The quality of one source or of one place. `rolled` counts rows of the newest rolls, `compared` people.

    `filled` of `cells` values that the services need are there.
    """

    batch: Batch | None = None
    rolled: Counter[tuple[str, str]] = field(default_factory=Counter)  # kind, code
    compared: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # kind, code, other
    filled: int = 0
    cells: int = 0

    @property
    def rows(self) -> int:
        """Return how many rows were taken in with the newest roll."""
        return self.rolled["rows", ""]

    @property
    def bad_numbers(self) -> int:
        """Return how many rows bear a placeholder or a number that cannot be the person's."""
        return sum(count for (kind, code), count in self.rolled.items() if kind == "warning" and code in BAD_NUMBER)

    @property
    def timely(self) -> int:
        """Return how many of the rows new since the first roll came as soon as the county wants."""
        return self.compared["lag", "timely", ""]

    def people(self, kind: str) -> int:
        """Return how many people stand out in one way; of `lag`, how many rows are new since the first roll."""
        return sum(count for (one, _, _), count in self.compared.items() if one == kind)


def needed(form: Format) -> tuple[str, ...]:
    """Return the columns of a roll that the services need, in the order of the roll."""
    wanted = terms().needed.get(form.source, ())
    return tuple(column.key for column in form.columns if column.required or column.key in wanted)


def newest_batches(sources: Collection[str]) -> dict[str, Batch]:
    """Return each source's newest roll that is taken in, by the day it is true for."""
    found = Batch.objects.filter(source__in=sources, state="done").exclude(file_name="").order_by("as_at", "id")
    return {batch.source: batch for batch in found}


def measured_at() -> datetime | None:
    """Return when the register was last compared; None before the first time."""
    return QualityCell.objects.order_by("-measured_at").values_list("measured_at", flat=True).first()


def by_source(forms: Iterable[Format], place: str) -> dict[str, Facts]:
    """Return the facts of each source in one place."""
    return _gather(list(forms), place, lambda source, _: source)


def by_place(forms: Iterable[Format], place: str, level: Level) -> dict[str, Facts]:
    """Return the facts of all these sources together for each place of a level inside one."""
    return _gather(list(forms), place, lambda _, code: code[: DIGITS[level]].ljust(12, "0"))


def _gather(forms: list[Format], place: str, key: Callable[[str, str], str]) -> dict[str, Facts]:
    wanted = {form.source: frozenset(needed(form)) for form in forms}
    batches = newest_batches(wanted)
    found: defaultdict[str, Facts] = defaultdict(Facts)
    lo, hi = territory_of(place)
    rolled = Quality.objects.filter(
        batch_id__in=[batch.pk for batch in batches.values()], community__gte=lo, community__lt=hi
    )
    for source, code, kind, what, rows in rolled.values_list("source", "community", "kind", "code", "rows"):
        facts = found[key(source, code)]
        facts.rolled[kind, what] += rows
        facts.cells += rows * len(wanted[source]) if kind == "rows" else 0
        facts.filled += rows if kind == "filled" and what in wanted[source] else 0
    # A doubt between two persons may have no row behind it, and so no source.
    compared = QualityCell.objects.filter(source__in=[*wanted, ""], community__gte=lo, community__lt=hi)
    columns = ("source", "community", "kind", "code", "other", "people")
    for source, code, kind, what, other, people in compared.values_list(*columns):
        found[key(source, code)].compared[kind, what, other] += people
    for source, batch in batches.items():
        if source in found:
            found[source].batch = batch
    return dict(found)


def recurring(source: str, most: int) -> list[tuple[Batch, int, Mapping[str, int]]]:
    """Return a source's newest rolls with their rows and, by column, the rows whose value recurs suspiciously."""
    done = Batch.objects.filter(source=source, state="done").exclude(file_name="")
    batches = list(done.order_by("-as_at", "-id")[:most])
    counted = Quality.objects.filter(batch_id__in=[one.pk for one in batches], kind__in=("rows", "recurring"))
    rows: Counter[int] = Counter()
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for batch, kind, code, count in counted.values_list("batch_id", "kind", "code", "rows"):
        if kind == "rows":
            rows[batch] += count
        else:
            found[batch][code] = count
    return [(one, rows[one.pk], found[one.pk]) for one in batches]
