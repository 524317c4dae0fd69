"""Windows from answers, rhythms and deliveries. The SQL beside this file does the work; here are its terms."""

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tongdeng.owed import gaps, steps
from tongdeng.owed.questions import HALF, TODAY, Asking, Question, bits_today, mask_of
from tongdeng.rules.dialects import identifier, text_literal
from tongdeng.rules.model import Law, Rhythm, Schedule, Version
from tongdeng.snapshots.selectors import Show, clocks, set_days, tell_facts

SQL = Path(__file__).parent / "sql"
AT_ONCE = 2  # parts of the people beside each other: what one does on one core alone, the other fills
KINDS = ("once", "stream", "period", "anniversary", "schedule")
MONTHS = {Rhythm.YEARLY: 12, Rhythm.QUARTERLY: 3, Rhythm.MONTHLY: 1}
TABLES = {
    "home_kept": "n uinteger, community text, days integer, settled integer",
    "standing_kept": "n uinteger, s usmallint, status standing_status, is_unknown boolean",
    "counted_kept": "n uinteger, s usmallint, outcome window_outcome, settled integer, unknown integer, days integer",
    "owed_window": "n uinteger, s usmallint, opens_on date, due_on date, closes_on date, outcome window_outcome,"
    " outcome_on date, record bigint, is_unknown boolean, is_offered boolean, is_several boolean, p integer",
    "unknown_kept": "n uinteger, s usmallint, gap bigint",
    "tally_counted": "community text, s usmallint, days integer, settled integer, served integer, unknown integer,"
    " pairs bigint",
    "tally_unknown": "community text, s usmallint, days integer, pairs bigint",
    "tally_settled": "community text, days integer, served integer, people bigint",
    "tally_standing": "status text, is_unknown boolean, pairs bigint",
    "tally_people": "here bigint, unplaced bigint",
}

# What is kept beside the snapshot, so that a figure can be recomputed to the row. Days are masks of evaluated days.
RESULTS = {
    "window": "SELECT n::BIGINT AS n, service, opens_on, due_on, closes_on, outcome, outcome_on, record"
    " FROM owed_window JOIN service_number USING (s)",
    "counted": "SELECT n::BIGINT AS n, service, outcome, days::BIGINT AS days, settled::BIGINT AS settled,"
    " unknown::BIGINT AS unknown FROM counted_kept JOIN service_number USING (s)",
    "standing": "SELECT n::BIGINT AS n, service, status FROM standing_kept JOIN service_number USING (s)",
    "home": "SELECT n::BIGINT AS n, community, days::BIGINT AS days, settled::BIGINT AS settled FROM home_kept",
    "answer": "SELECT n::BIGINT AS n, * EXCLUDE (n) FROM answer_today",
}


# Whoever has an outcome is not asked. Of one answer there is one truth, but a schedule's steps may be meant for some.
SETTLED = """ANTI JOIN (
    SELECT pair_of(n, s) AS k FROM standing
    WHERE status <> 'unknown' AND (is_unknown OR s IN (SELECT s FROM term_mask WHERE schedule <> 0))
) AS known ON known.k = pair_of(u.n, u.s)"""


def evaluated_days(as_of: date) -> list[date]:
    """Return 31 December, each month's end since, and the day itself."""
    starts = [date(as_of.year, month, 1) for month in range(1, as_of.month + 1)]
    return sorted({start - timedelta(days=1) for start in starts} | {as_of})


def periods(as_of: date) -> Iterator[tuple[str, date, date]]:
    """Yield (rhythm, first day, last day) of each calendar period that has begun in this year."""
    for rhythm, months in MONTHS.items():
        for month in range(1, 13, months):
            first = date(as_of.year, month, 1)
            after = date(as_of.year + (month + months > 12), (month + months - 1) % 12 + 1, 1)
            if first <= as_of:
                yield rhythm.value, first, after - timedelta(days=1)


def kind_of(version: Version) -> str:
    """Return how a version's windows arise: once, stream, period, anniversary, schedule or event."""
    if version.anniversary_of:
        return "anniversary"
    if version.rhythm is Rhythm.ONCE:
        return "stream" if version.opens_from else "once"
    if version.rhythm is Rhythm.SCHEDULE:
        return "schedule"
    return "period" if version.rhythm in MONTHS else "event"


class Year:
    """A law's terms on the evaluated days of a year up to a day."""

    def __init__(self, law: Law, as_of: date):
        """Number the services, and the days."""
        self.law, self.as_of = law, as_of
        self.days = evaluated_days(as_of)
        self.numbers = {code: number for number, code in enumerate(sorted(law.services))}
        self.versions: dict[str, dict[int, Version]] = {code: {} for code in self.numbers}
        for i, day in enumerate(self.days):
            for service, version in law.in_force_on(day):
                self.versions[service.code][i] = version
        self.opening = [code for code in self.numbers if self._days_that(code, lambda v: kind_of(v) != "event")]
        last = len(self.days) - 1
        self.today = [code for code in self.numbers if last in self.versions[code]]
        # What waits for a request is left out: whoever applies is asked then, and nobody goes to ask everyone else.
        self.gaps = gaps.Gaps({
            self.numbers[code]: self.versions[code][last].conditions
            for code in self.today if kind_of(self.versions[code][last]) != "event"
        })  # fmt: skip

    def _days_that(self, code: str, holds: Any) -> int:
        return mask_of(i for i, version in self.versions[code].items() if holds(version))

    def terms(self) -> Iterator[tuple[Any, ...]]:
        """Yield the terms of each service that opens windows, on each day on which it is in force."""
        for code in self.opening:
            for i, version in self.versions[code].items():
                yield (
                    self.numbers[code], i, self.days[i], kind_of(version), version.rhythm.value, version.due_within
                )  # fmt: skip

    def masks(self) -> Iterator[tuple[int, ...]]:
        """Yield, for each service that opens windows, the days in force, that count, and those of each kind."""
        for code in self.opening:
            kinds = [self._days_that(code, lambda v, kind=kind: kind_of(v) == kind) for kind in KINDS]
            countable = self._days_that(code, lambda v: v.provision != "hukou")
            before = max(version.opens_before.get("months", 0) for version in self.versions[code].values())
            yield (self.numbers[code], mask_of(self.versions[code]), countable, before, *kinds)

    def question(self, code: str, days: Sequence[int]) -> Question:
        """Return what a service asks on some of the evaluated days."""
        asked: dict[Any, list[int]] = {}
        for i in days:
            if i in self.versions[code]:
                asked.setdefault(self.versions[code][i].conditions, []).append(i)
        return Question(code, tuple((mask_of(numbers), conditions) for conditions, numbers in asked.items()))

    def schedules(self) -> Iterator[tuple[str, Version, Schedule]]:
        """Yield each service with a schedule, and the newest one that was in force: a plan is one plan all year."""
        for code in self.opening:
            version = self.newest(code)
            if schedule := steps.schedule_of(self.law, version):
                yield code, version, schedule

    def questions(self) -> list[Question]:
        """Return what is asked of everyone on every evaluated day."""
        days = range(len(self.days))
        only = [
            question
            for code, _, schedule in self.schedules()
            for question in steps.only_questions(code, schedule, mask_of(days)).values()
        ]
        return [*(self.question(code, days) for code in self.opening), *only]

    def waiting(self) -> dict[str, list[Question]]:
        """Return what is asked for the last day alone because no window hangs on it, some questions to a column."""
        last = len(self.days) - 1
        asked = [self.question(code, [last]) for code in self.today if code not in self.opening]
        starts = range(0, len(asked), TODAY)
        return {identifier(f"today {start}"): asked[start : start + TODAY] for start in starts}

    def newest(self, code: str) -> Version:
        """Return the version in force on the last of the days on which the service was in force."""
        return self.versions[code][max(self.versions[code])]


Ask = Callable[[Any, Year], None]


def _make_results(link: Any, year: Year) -> None:
    """Make the tables that each part of the people adds to; every connection to this database sees them."""
    _run(link, "00_words")
    answers = ", ".join(f"{identifier(code)} boolean" for code in year.today)
    for name, columns in {**TABLES, "answer_today": f"n uinteger, {answers}".rstrip(", ")}.items():
        link.execute(f"CREATE OR REPLACE TABLE {name} ({columns})")


def _make_terms(link: Any, year: Year, county: str) -> None:
    """Tell a connection the law's terms in this year, and the days."""
    set_days(link, year.days, county)
    days, as_of = ", ".join(f"DATE '{day}'" for day in year.days), year.as_of
    measured = mask_of(i for i, day in enumerate(year.days) if day.year == as_of.year)
    for name, value in {
        "as_of": f"DATE '{as_of}'", "year_start": f"DATE '{as_of.year}-01-01'", "evaluated_days": f"[{days}]",
        "measured_days": str(measured), "last_bit": str(1 << len(year.days) - 1),
    }.items():  # fmt: skip
        link.execute(f"SET VARIABLE {name} = {value}")
    _run(link, "00_masks")
    _run(link, "05_part")
    numbered = [(number, code, code in year.opening) for code, number in year.numbers.items()]
    codes = ", ".join(text_literal(code) for code in year.numbers) or "''"
    _fill(link, f"service_number (s usmallint, service ENUM ({codes}), makes_windows boolean)", numbered)
    _fill(link, "condition_name (s usmallint, k integer, name text)", list(year.gaps.names()))
    link.execute(gaps.TEXTS)
    _fill(
        link, "terms (s usmallint, i integer, day date, kind text, rhythm text, due_within bigint)", list(year.terms())
    )
    kinds = ", ".join(f"{kind} integer" for kind in KINDS)
    _fill(
        link, f"term_mask (s usmallint, in_force integer, countable integer, before_months bigint, {kinds})",
        list(year.masks()),
    )  # fmt: skip
    _fill(
        link,
        steps.STEP,
        [row for code, version, plan in year.schedules() for row in steps.rows(year.numbers[code], version, plan)],
    )
    _fill(link, "period (rhythm text, first_on date, last_on date)", list(periods(as_of)))
    this_year = [(day, i) for i, day in enumerate(year.days) if day.year == as_of.year]
    _fill(link, "measured (day date, i integer)", this_year)


def ask_in_bulk(link: Any, year: Year) -> None:
    """Make the table `asked`: for some days of a person the masks of each service, and the gaps of today."""
    asking = Asking(link, year.law.facts, clocks(), year.days)
    query = asking.ask(year.questions(), year.waiting(), year.gaps.words())
    link.execute(f"CREATE OR REPLACE TEMP TABLE asked AS {query}")


def determine(
    link: Any, law: Law, as_of: date, county: str, parts: Sequence[Show] = (), ask: Ask = ask_in_bulk,
    *, at_once: int = AT_ONCE,
) -> None:  # fmt: skip
    """Make the tables owed_window, unknown_today, answer_today and the tallies from the tables of a snapshot.

    Each of `parts` shows some of the people to a connection of its own, some `at_once`; without any, the link shows
    everyone. `county` is its six digits.
    """
    year = Year(law, as_of)
    _make_results(link, year)
    _make_terms(link, year, county)
    if not parts:
        _add_shown(link, year, ask)
        return

    def add(own_parts: Sequence[Show]) -> None:
        own = link.cursor()
        _make_terms(own, year, county)
        for show in own_parts:
            show(own)
            _add_shown(own, year, ask)
        own.close()

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(add, [parts[first::at_once] for first in range(at_once)]))


def _add_shown(link: Any, year: Year, ask: Ask) -> None:
    """Determine the people whom a connection shows, and add them to the results."""
    tell_facts(link)
    for name, which in (("part_first", "min"), ("part_last", "max")):
        link.execute(f"SET VARIABLE {name} = (SELECT {which}(n)::UINTEGER FROM person)")
    ask(link, year)
    _make_shape(link, year)
    _make_pairs(link, year)
    for step in ("10_states", "20_spans", "25_steps", "30_settling", "35_given_steps"):
        _run(link, step)
    shapes = [
        f"SELECT n, s, {_asked(code)} AS p FROM early JOIN shape USING (n) WHERE s = {year.numbers[code]}"
        for code in year.opening
    ]
    _table(link, "early_shape", shapes, "0::UINTEGER AS n, 0::USMALLINT AS s, 0 AS p")
    for step in ("40_windows", "50_coverage", "60_standing"):
        _run(link, step)
    _tally_unknown(link, year)
    _keep(link, year)


def _keep(link: Any, year: Year) -> None:
    """Add to what outlives a part: whose answers hold today, and who is unknown why."""
    last = len(year.days) - 1
    bits = {code: (_asked(code), last, HALF + last) for code in year.today}
    for column, packed in year.waiting().items():
        bits |= {one.name: (column, *bits_today(place)) for place, one in enumerate(packed)}
    answers = [
        # Not the bit of `not no` alone, which is unknown.
        f"CASE WHEN {column} & {1 << yes | 1 << not_no} <> {1 << not_no} THEN {column} & {1 << yes} <> 0 END"
        f" AS {identifier(code)}"
        for code, (column, yes, not_no) in bits.items()
    ]
    query = f"SELECT {', '.join(['n', *answers])} FROM shape"
    link.execute(f"INSERT INTO answer_today BY NAME {query}")
    unsure = [
        f"SELECT n, {number}::USMALLINT AS s, ({year.gaps.code(number)})::BIGINT AS gap FROM shape"
        f" WHERE unknown_days({_asked(code)}) >> {last} & 1 = 1"
        for code, number in year.numbers.items()
        if number in year.gaps.services
    ]
    if unsure:
        link.execute(f"INSERT INTO unknown_kept FROM ({' UNION ALL '.join(unsure)}) AS u {SETTLED}")


def _run(link: Any, step: str) -> None:
    link.execute((SQL / f"{step}.sql").read_text(encoding="utf-8"))


def _asked(code: str) -> str:
    return Question(code, ()).column


def _make_shape(link: Any, year: Year) -> None:
    """Make the table `shape`: a row for each person, with all of `asked`."""
    whole = f"lo = 0 AND hi = {len(year.days)}"
    listed = [*(question.column for question in year.questions()), *year.waiting(), *year.gaps.words()]
    joined = ", ".join(["n::UINTEGER AS n", *(f"bit_or({column}) AS {column}" for column in listed)])
    link.execute(
        f"CREATE OR REPLACE TEMP TABLE shape AS SELECT {', '.join(['n::UINTEGER AS n', *listed])} FROM asked"
        f" WHERE {whole} UNION ALL SELECT {joined} FROM asked WHERE NOT ({whole}) GROUP BY asked.n"
    )


def _make_pairs(link: Any, year: Year) -> None:
    """Make the tables pair (whoever is entitled on some day), dated (by which date) and proved (that it was given)."""
    pairs, dated, proved = [], [], []
    # A date that nobody gives is never there.
    given = {row[0] for row in link.execute("DESCRIBE told").fetchall()}
    for code in year.opening:
        own = f"n::UINTEGER AS n, {year.numbers[code]}::USMALLINT AS s"
        opening = mask_of(i for i, version in year.versions[code].items() if kind_of(version) != "event")
        pairs.append(f"SELECT {own}, {_asked(code)} AS p FROM shape WHERE {_asked(code)} & {opening} <> 0")
        version = year.newest(code)
        for fact in (version.opens_from, version.anniversary_of):
            if fact in given:
                told = f"{own}, {identifier(fact)} AS on_day, days_of(lo, hi) AS days"
                dated.append(f"SELECT {told} FROM told WHERE {identifier(fact)} IS NOT NULL")
        if version.done_when in given:
            proof = identifier(version.done_when)
            proved.append(
                f"SELECT DISTINCT {own}, {proof} AS on_day FROM told WHERE {proof} <= getvariable('evaluated_days')[hi]"
            )
    _table(link, "pair", pairs, "0::UINTEGER AS n, 0::USMALLINT AS s, 0 AS p")
    _table(link, "dated", dated, "0::UINTEGER AS n, 0::USMALLINT AS s, DATE '2000-01-01' AS on_day, 0 AS days")
    _make_step_bases(link, year, given)
    _table(link, "proved", proved, "0::UINTEGER AS n, 0::USMALLINT AS s, DATE '2000-01-01' AS on_day")


def _make_step_bases(link: Any, year: Year, given: Collection[str]) -> None:
    """Make the tables step_base (the dates that schedules count from) and step_only (for whom a step is meant)."""
    bases, only = [], []
    for code, _, schedule in year.schedules():
        own = f"n::UINTEGER AS n, {year.numbers[code]}::USMALLINT AS s"
        for fact in sorted({step.counted_from for step in steps.steps_of(schedule)} & set(given)):
            column = identifier(fact)
            told = f"{own}, '{fact}' AS base, {column} AS on_day, days_of(lo, hi) AS days"
            # Whoever is entitled on no day needs no dates.
            entitled = f"n IN (SELECT n FROM pair WHERE s = {year.numbers[code]})"
            bases.append(f"SELECT {told} FROM told WHERE {column} IS NOT NULL AND {entitled}")
        for place, question in steps.only_questions(code, schedule, 0).items():
            only.append(f"SELECT {own}, {place} AS place, {question.column} AS p FROM shape")
    _table(
        link,
        "step_base",
        bases,
        "0::UINTEGER AS n, 0::USMALLINT AS s, '' AS base, DATE '2000-01-01' AS on_day, 0 AS days",
    )
    _table(link, "step_only", only, "0::UINTEGER AS n, 0::USMALLINT AS s, 0 AS place, 0 AS p")


def _table(link: Any, name: str, parts: Sequence[str], empty: str) -> None:
    query = " UNION ALL ".join(parts) or f"SELECT {empty} WHERE FALSE"
    link.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")


def _tally_unknown(link: Any, year: Year) -> None:
    """Add how many pairs are unknown on which days; most pairs never are, and only the others meet a community."""
    unsure = []
    for code in year.opening:
        opening = mask_of(i for i, version in year.versions[code].items() if kind_of(version) != "event")
        own = f"(unknown_days({_asked(code)}) & {opening})::USMALLINT AS own"
        unsure.append(f"SELECT n, {year.numbers[code]}::USMALLINT AS s, {own} FROM shape WHERE own <> 0")
    if unsure:
        link.execute(
            "INSERT INTO tally_unknown SELECT community, s, own & days AS common, count(*)"
            f" FROM ({' UNION ALL '.join(unsure)}) AS u JOIN home USING (n) WHERE common <> 0 GROUP BY ALL"
        )


def _fill(link: Any, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    link.execute(f"CREATE OR REPLACE TEMP TABLE {table}")
    if rows:
        # In one statement: each of hundreds would be planned anew.
        one = f"({', '.join('?' * len(rows[0]))})"
        values = [value for row in rows for value in row]
        link.execute(f"INSERT INTO {table.split()[0]} VALUES {', '.join([one] * len(rows))}", values)
