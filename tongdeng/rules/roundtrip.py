"""Law files read and written back with comments, order and quotes as they were, by ruamel.yaml."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from tongdeng.kernel.errors import Text, UnusableInput

_LONGEST_LINE = 10_000  # nothing is folded: a reviewer compares line by line


def read(text: str) -> Any:
    """Return a file as maps and lists that remember how they were written."""
    try:
        return _yaml(text).load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        fact = Text("这个文件不是有效的 YAML，不能用表单修改", "the file is not valid YAML, so no form can change it")
        remedy = Text("请在文本方式下改正", "Correct it as text")
        place = f"line {mark.line + 1}" if mark else ""
        raise UnusableInput("rules.edit.not_yaml", fact, place=place, remedy=remedy) from None


def write(document: Any, like: str) -> str:
    """Return a document as text, indented like the text it came from."""
    out = StringIO()
    _yaml(like).dump(document, out)
    return out.getvalue()


def _yaml(like: str) -> YAML:
    found = YAML()
    found.preserve_quotes = True
    found.width = _LONGEST_LINE
    # Lists of a service file are set in by two; a file of cases is itself a list and begins at the edge.
    is_list = re.match(r"(\s*#[^\n]*\n|\s*\n)*- ", like) is not None
    found.indent(mapping=2, sequence=2 if is_list else 4, offset=0 if is_list else 2)
    return found


def shown(value: Any) -> str:
    """Return a scalar as a form field shows it; null is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else " ".join(str(value).split())


def scalar(text: str) -> Any:
    """Return what a form field means: nothing, truth, a whole number, a day, else text."""
    if text in ("", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch("-?(0|[1-9][0-9]{0,17})", text):
        return int(text)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def flow(pairs: Mapping[str, Any]) -> CommentedMap:
    """Return a mapping written on one line."""
    found = CommentedMap(pairs)
    found.fa.set_flow_style()
    return found


def listed(items: Iterable[Any]) -> CommentedSeq:
    """Return a list written on one line."""
    found = CommentedSeq(items)
    found.fa.set_flow_style()
    return found


def put(into: CommentedMap, key: str, value: Any, order: Iterable[str] = ()) -> None:
    """Set a key, in its usual place where it is new; None takes it away."""
    if value is None:
        into.pop(key, None)
    elif key in into:
        into[key] = value
    else:
        keys = list(order)
        before = keys[: keys.index(key)] if key in keys else []
        places = [at for at, known in enumerate(into) if known in before]
        into.insert(max(places, default=-1) + 1 if before else len(into), key, value)


def both(zh: str, en: str) -> CommentedMap | None:
    """Return a text in both languages as the law writes it; None where nothing is said."""
    if not zh and not en:
        return None
    return flow({"zh": zh, "en": en} if en else {"zh": zh})


def put_both(into: CommentedMap, key: str, zh: str, en: str, order: Iterable[str] = ()) -> None:
    """Set a text in both languages, changing in it only what differs."""
    known = into.get(key)
    if not isinstance(known, CommentedMap) or not (zh or en):
        put(into, key, both(zh, en), order)
        return
    for lang, said in (("zh", zh), ("en", en)):
        if shown(known.get(lang)) != said:
            put(known, lang, said or None, ("zh", "en"))
