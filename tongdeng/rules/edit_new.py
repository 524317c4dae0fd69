"""A new service as a file: the least that is a sound one, for the form to go on from."""

import re
from collections.abc import Iterable
from datetime import date

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from tongdeng.kernel.errors import Text, UnusableInput
from tongdeng.rules import roundtrip
from tongdeng.rules.model import Rhythm
from tongdeng.rules.roundtrip import both, flow, listed

CODE = re.compile(r"([A-Z]{3})-\d{2}")
_LIKE = "service:\n"  # a file that is a mapping, whose lists are set in


def service_path(code: str, name_en: str, taken: Iterable[str]) -> str:
    """Return a path for a new service that no file has: in its bureau's folder, called by its English name."""
    bureau, known = bureau_of(code).lower(), set(taken)
    stem = re.sub("[^a-z0-9]+", "_", name_en.lower()).strip("_") or code.lower().replace("-", "_")
    names = (stem, *(f"{stem}_{number}" for number in range(2, 99)))
    return next(path for name in names if (path := f"services/{bureau}/{name}.yaml") not in known)


def bureau_of(code: str) -> str:
    """Return the bureau whose letters begin a service's code. Raises UnusableInput for what is no code."""
    found = CODE.fullmatch(code)
    if found is None:
        fact = Text(f"“{code}”不是事项编码", f"'{code}' is no code of a service")
        remedy = Text(
            "编码是部门的三个字母、短横线和两位数字，如 HRS-30", "Three letters, a hyphen, two digits: HRS-30"
        )
        raise UnusableInput("rules.edit.code", fact, place="code", remedy=remedy)
    return found[1]


def service_text(code: str, name_zh: str, name_en: str, from_on: date, clause_zh: str, clause_en: str) -> str:
    """Return the file of a service that everyone may ask for from a day on, resting on one clause not yet checked."""
    version = CommentedMap()
    version["from"] = from_on
    clause = both(clause_zh, clause_en)
    if clause:
        clause["checked"] = False
        version["basis"] = CommentedSeq([clause])
    version["provision"] = "residence"
    version["conditions"] = flow({})
    version["rhythm"] = Rhythm.PER_EVENT.value
    version["fee"] = "free"
    version["materials"] = listed(())
    document = CommentedMap({"service": code, "name": both(name_zh, name_en), "bureau": bureau_of(code)})
    document["versions"] = CommentedSeq([version])
    return roundtrip.write(document, _LIKE)
