"""How DuckDB and Spark write what the language needs: names, whole numbers of 38 digits, months, states.

Everything else that `expressions_sql` writes means the same in both.
"""

from datetime import date

# The number types of a state by the conditions they have room for, two bits each; more than the last: text.
Room = tuple[tuple[int, str], ...]
# Spark's decimals keep six places in a quotient, which leaves 32 digits in front of the point.
_QUOTIENT_DIGITS = 32
_HALF = 10**19


class DuckDb:
    """DuckDB. Its HUGEINT holds 38 digits, its integer division cuts towards zero."""

    integer, text = "HUGEINT", "VARCHAR"
    room: Room = ((4, "UTINYINT"), (8, "USMALLINT"), (16, "UINTEGER"), (32, "UBIGINT"))

    def identifier(self, name: str) -> str:
        """Return a column name in quotes."""
        return '"' + name.replace('"', '""') + '"'

    def text_literal(self, text: str) -> str:
        """Return text in quotes."""
        return "'" + text.replace("'", "''") + "'"

    def wide(self, sql: str) -> str:
        """Return a whole number or a truth with room for 38 digits."""
        return f"{sql}::{self.integer}"

    def whole(self, dividend: str, divisor: str, digits: int) -> str:
        """Return a quotient of wide numbers, cut towards zero; it has at most so many digits."""
        return f"{dividend} // {divisor}"

    def shifted(self, sql: str, bits: int) -> str:
        """Return a number moved left by so many bits."""
        return f"({sql} << {bits})"

    def months(self, first: str, second: str) -> str:
        """Return the completed months between two days."""
        # datesub counts a month as complete on the last day of a shorter one, in both directions.
        return f"datesub('month', {first}, {second})"

    def years(self, months: str) -> str:
        """Return completed months as completed years, cut towards zero."""
        return f"({months} // 12)"

    def days(self, first: str, second: str) -> str:
        """Return the days from one day to another."""
        return f"datediff('day', {first}, {second})"


class Spark(DuckDb):
    """Spark SQL in ANSI mode: no integer beyond 64 bits, so wide numbers are decimals without places."""

    integer, text = "DECIMAL(38,0)", "STRING"
    # Signed numbers: the highest bit stays free.
    room = ((15, "INT"), (31, "BIGINT"))

    def identifier(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def text_literal(self, text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def wide(self, sql: str) -> str:
        return f"CAST({sql} AS {self.integer})"

    def whole(self, dividend: str, divisor: str, digits: int) -> str:
        # `div` gives 64 bits only. What is left over goes first, so that `/` is exact and nothing is rounded.
        exact = f"{self.wide(f'({dividend} - {dividend} % {divisor}) / {divisor}')}"
        if digits <= _QUOTIENT_DIGITS:
            return exact
        half = self.wide(str(_HALF))
        high, low = self.whole(dividend, half, _QUOTIENT_DIGITS), f"{dividend} % {half}"
        first = self.whole(high, divisor, _QUOTIENT_DIGITS)
        second = self.whole(f"({high} % {divisor} * {half} + {low})", divisor, _QUOTIENT_DIGITS)
        return f"(CASE WHEN abs({divisor}) >= 1000000 THEN {exact} ELSE {first} * {half} + {second} END)"

    def shifted(self, sql: str, bits: int) -> str:
        return f"shiftleft({sql}, {bits})"

    def months(self, first: str, second: str) -> str:
        # Spark's own months_between is a fraction with rules of its own.
        forwards, backwards = _completed(first, second), _completed(second, first)
        return f"(CASE WHEN {second} >= {first} THEN {forwards} ELSE -{backwards} END)"

    def years(self, months: str) -> str:
        return f"({months} div 12)"

    def days(self, first: str, second: str) -> str:
        return f"datediff({second}, {first})"


def _completed(first: str, second: str) -> str:
    """Return Spark SQL for the completed months to a later day."""
    months = f"(year({second}) - year({first})) * 12 + month({second}) - month({first})"
    is_complete = f"day({second}) >= day({first}) OR {second} = last_day({second})"
    return f"({months} - CASE WHEN {is_complete} THEN 0 ELSE 1 END)"


def date_literal(day: date) -> str:
    """Return a date as SQL writes it."""
    return f"DATE '{day.isoformat()}'"


DUCKDB, SPARK = DuckDb(), Spark()
identifier, text_literal = DUCKDB.identifier, DUCKDB.text_literal
