"""What a roll says beyond who somebody is, in the words of its own columns: for rolls that tell of no spell."""

from collections.abc import Iterator
from datetime import date

from tongdeng.intake.exports import Format, load_format
from tongdeng.kernel.errors import Text
from tongdeng.people import selectors as registry
from tongdeng.people.exports import profiles
from tongdeng.people.types import Statement

Told = tuple[Text, str, date]  # what, source, true as at


def told_by_rolls(profile: profiles.PersonProfile) -> Iterator[tuple[Text, list[Told]]]:
    """Yield for each such roll its title and its rows about a person, newest first."""
    for source in dict.fromkeys(one.source for one in profile.plain):
        form = load_format(source)
        told = [(_words(form, one), source, one.row_on or one.as_at) for one in profile.plain if one.source == source]
        yield form.title, told


def _words(form: Format, statement: Statement) -> Text:
    said = [
        (column, statement.values.get(column.key)) for column in form.columns if column.key not in registry.RESOLVED
    ]
    filled = [(column, _meaning(column.choices, value)) for column, value in said if value is not None]
    return Text(
        "；".join(f"{column.zh}：{value}" for column, value in filled),
        "; ".join(f"{column.en}: {value}" for column, value in filled),
    )


def _meaning(choices: dict[str, object], value: object) -> str:
    return next((words for words, code in choices.items() if code == value), str(value))
