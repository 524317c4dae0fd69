"""The office's home."""

from dataclasses import dataclass
from datetime import date, datetime
from math import ceil

from tongdeng.kernel.errors import Text
from tongdeng.sites.shell.frame import Link
from tongdeng.sites.shell.scales import Plot


@dataclass(frozen=True)
class FigureCard:
    """One measure. With a target the card says what is missing; without one it says `note`."""

    title: Text
    numerator: int | None
    denominator: int | None
    value: float | None
    unit: Text
    code: str = ""
    url: str = ""
    target: float | None = None
    note: Text | None = None
    mark: str = ""

    @property
    def missing(self) -> int:
        """Return how many more would reach the target."""
        if self.target is None or not self.denominator or self.numerator is None:
            return 0
        # A target of 95% of 20 is 19, which binary fractions would make 20.
        return max(0, ceil(round(self.target * self.denominator, 6)) - self.numerator)


@dataclass(frozen=True)
class TrendSeries:
    """One line: `look` is `migrants` or `residents`; months before `dashed` are known only by today's knowledge."""

    name: Text
    look: str
    values: tuple[float | None, ...]
    note: Text
    dashed: int = 0


@dataclass(frozen=True)
class TrendTarget:
    """A target over some months, as positions in the list of months."""

    first: int
    last: int
    value: float
    label: Text


@dataclass(frozen=True)
class Trend:
    """A measure by month; `finding` says in a sentence what the lines show."""

    title: Text
    finding: Text
    months: tuple[date, ...]
    series: tuple[TrendSeries, ...]
    targets: tuple[TrendTarget, ...]

    @property
    def floor(self) -> int:
        """Return where the axis starts, in percent: the ten under the smallest value."""
        values = [value for series in self.series for value in series.values if value is not None]
        lowest = min([*values, *(target.value for target in self.targets)], default=0.0)
        return int(lowest * 10 + 1e-9) * 10

    def options(self, lang: str) -> dict[str, object]:
        """Return what the chart module draws, in one language."""
        labels = [f"{m:%Y-%m}" if lang == "en" else f"{m.year}年{m.month}月" for m in self.months]
        return {
            "months": labels,
            "min": self.floor,
            "series": [
                {
                    "name": line.name.say(lang),
                    "look": line.look,
                    "label": line.note.say(lang),
                    "dashed": line.dashed,
                    "values": [None if value is None else round(value * 100, 1) for value in line.values],
                }
                for line in self.series
            ],
            "targets": [
                {"from": labels[t.first], "to": labels[t.last], "value": t.value * 100, "label": t.label.say(lang)}
                for t in self.targets
            ],
        }

    def rows(self) -> list[tuple[date, list[float | None]]]:
        """Return the same numbers month by month, newest first, for the table."""
        columns = [line.values for line in self.series]
        return [(month, [values[at] for values in columns]) for at, month in enumerate(self.months)][::-1]


@dataclass(frozen=True)
class Gap:
    """One service: migrants' and residents' rate, and the difference with its interval."""

    service: Text
    bureau: Text
    url: str
    migrants: float
    residents: float
    difference: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class ChangeLine:
    """Something that changed this week."""

    kind: Text
    text: Text
    link: Link | None = None
    mark: str = ""


@dataclass(frozen=True)
class HomePage:
    """The office's home. `gaps` is empty where no return about residents came in; `plot` None in a community."""

    first_day: date
    last_day: date
    as_of_at: datetime
    law_version: str
    law_url: str
    method_url: str
    cards: tuple[FigureCard, ...]
    trend: Trend | None
    plot: Plot | None
    plot_title: Text
    gaps: tuple[Gap, ...]
    is_standardised: bool
    changes: tuple[ChangeLine, ...]
    all_changes: Link | None
    next_step: Link | None
    left_out: Text | None = None
    plot_url: str = ""
