"""How two rows are compared: each comparison is a ladder of levels in SQL, the surest first."""

from typing import Any

Level = dict[str, Any]


NOT_STATED = "not stated"


def _null(column: str, unless: str = "") -> Level:
    sql = f"{column}_l IS NULL OR {column}_r IS NULL{unless}"
    return {"sql_condition": sql, "is_null_level": True, "label_for_charts": NOT_STATED}


def _level(sql: str, label: str, **more: Any) -> Level:
    return {"sql_condition": sql, "label_for_charts": label, **more}


def _comparison(name: str, *levels: Level) -> dict[str, Any]:
    rest = {"sql_condition": "ELSE", "label_for_charts": "differs"}
    return {"output_column_name": name, "comparison_levels": [*levels, rest]}


def _common(column: str) -> dict[str, Any]:
    # What many share says less: a frequent name, the telephone of a dormitory.
    return {"tf_adjustment_column": column, "tf_adjustment_weight": 1.0, "tf_minimum_u_value": 1e-7}


ONE_CHARACTER = "levenshtein(plain_l, plain_r) = 1 AND length(plain_l) > 1 AND length(plain_r) > 1"
SHAPE = "list_contains(near_l, plain_r)"
SWAPPED_DAY = "born_l = left(born_r, 4) || right(born_r, 2) || substr(born_r, 5, 2)"

NAME = _comparison(
    "plain",
    _null("plain"),
    _level("plain_l = plain_r", "same", **_common("plain")),
    _level("sound_l = sound_r", "sounds the same"),
    _level(SHAPE, "one character of nearly the same shape"),
    _level(ONE_CHARACTER, "one character off"),
)
# Birth dates are eight digits here. The date inside a valid number counts before the one beside it.
BORN = _comparison(
    "born",
    _null("born"),
    _level("born_l = born_r", "same"),
    _level(SWAPPED_DAY, "day and month swapped"),
    _level("levenshtein(born_l, born_r) = 1", "one digit off"),
    _level("left(born_l, 4) = left(born_r, 4)", "same year"),
)
# Two who were both given somebody else's number are of one family, and not one person for that.
NUMBER = _comparison(
    "digits",
    _null("digits", " OR (is_foreign_l AND is_foreign_r)"),
    _level("digits_l = digits_r", "same"),
    _level("damerau_levenshtein(digits_l, digits_r) = 1", "one digit wrong, lost or swapped"),
    _level("damerau_levenshtein(digits_l, digits_r) = 2", "two digits wrong"),
)
SEX = _comparison("sex", _null("sex"), _level("sex_l = sex_r", "same"))
PHONE = _comparison(
    "phone",
    _null("phone"),
    _level("phone_l = phone_r", "same", **_common("phone")),
    _level("damerau_levenshtein(phone_l, phone_r) = 1", "one digit off"),
)
HUKOU = _comparison(
    "hukou",
    _null("hukou"),
    _level("hukou_l = hukou_r", "same county"),
    _level("left(hukou_l, 4) = left(hukou_r, 4)", "same prefecture"),
)
GUARDIAN = _comparison(
    "guardian",
    _null("guardian_plain"),
    _level("guardian_l = guardian_r", "same number"),
    _level("guardian_plain_l = guardian_plain_r", "same name"),
)
ALL = (NAME, NUMBER, BORN, SEX, PHONE, HUKOU, GUARDIAN)

# What each comparison is called beside a decision.
CALLED = {
    "plain": "name", "digits": "number", "born": "born", "sex": "sex", "phone": "phone", "hukou": "hukou",
    "guardian": "guardian",
}  # fmt: skip

# The column of the rows behind each comparison, for saying loudly that one is missing; the last cannot replace a name.
BEHIND = {
    "name": ("name",), "id_number": ("id_number", "id_claimed"), "born_on": ("born_on",), "sex": ("sex",),
    "phone": ("phone",), "hukou_code": ("hukou_code",), "guardian": ("guardian_name", "guardian_number"),
}  # fmt: skip
