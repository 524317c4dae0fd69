"""Which pairs are compared at all. Two rows with valid numbers never are: the numbers have spoken."""

_FREE = "(l.number IS NULL OR r.number IS NULL)"
# A blank in any of these means that the rule does not hold; each finds what the others miss.
KEYS: tuple[tuple[str, ...], ...] = (
    ("plain", "born"),
    ("sound", "born"),
    ("plain", "phone"),
    ("sound", "phone"),
    ("born", "phone"),
    ("first_character", "phone"),
    ("last_character", "phone"),
    ("first_character", "born", "sex"),
    ("guardian", "born"),
    ("digits_head",),
    ("digits_tail",),
    ("plain", "digits_year"),
)
# Rules for training, each of which leaves the other's comparison to be learned. Not the phone: families share one, and
# what expectation maximisation finds among them are families, not persons.
TRAINING: tuple[tuple[str, ...], ...] = (("plain",), ("born",))


def rule(keys: tuple[str, ...]) -> str:
    """Return the condition that all keys agree."""
    return " AND ".join(f"l.{key} = r.{key}" for key in keys)


def rules() -> list[dict[str, str]]:
    """Return the blocking rules of a run."""
    return [{"blocking_rule": f"{rule(keys)} AND {_FREE}", "sql_dialect": "duckdb"} for keys in KEYS]
