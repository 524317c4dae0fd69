"""A sanity bound, far above what is usual: an accidental slow path shows, a busy machine does not."""

import json
import time
from collections.abc import Callable

from tests.unit.intake.cast import COMMUNITIES, GOOD, SERVICES, TODAY, id_number
from tongdeng.intake.formats import load_format
from tongdeng.intake.validation import Validator

HEADERS = [*GOOD["police"], "性别", "出生日期", "联系电话", "居住处所", "登记日期"]
USUAL = 1  # a row is judged in about the time in which it is written as JSON
TOO_SLOW = 10 * USUAL


def least(work: Callable[[], object]) -> float:
    """The least of five, of this thread alone: what other threads do and what is swept up in between is not counted."""

    def seconds() -> float:
        started = time.thread_time()
        work()
        return time.thread_time() - started

    return min(seconds() for _ in range(5))


def test_good_rows_are_judged_as_fast_as_they_are_written() -> None:
    rows = []
    for number in range(10_000):
        born = f"19{60 + number % 40}0{1 + number % 9}1{number % 9}"
        birth = f"{born[:4]}-{born[4:6]}-{born[6:]}"
        good = {**GOOD["police"], "公民身份号码": id_number(born, sequence=f"{number % 500 * 2 + 1:03}"[:3])}
        rows.append([*good.values(), "男", birth, f"100{number:08}", "租赁房屋", "2025-06-03"])
    numbered = list(enumerate(rows, start=1))

    def judged() -> None:
        validator = Validator(load_format("police"), HEADERS, today=TODAY, communities=COMMUNITIES, services=SERVICES)
        assert validator.judge(numbered).told == {}

    def written() -> None:
        for row in rows:
            json.dumps(dict(zip(HEADERS, row, strict=True)))

    assert least(judged) < TOO_SLOW * least(written)
