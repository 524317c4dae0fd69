"""A sanity bound, far above what is usual: an accidental slow path shows, a busy machine does not."""

import time

from tests.unit.intake.cast import COMMUNITIES, GOOD, SERVICES, TODAY, id_number
from tongdeng.intake.formats import load_format
from tongdeng.intake.validation import Validator


def test_good_rows_are_judged_in_microseconds():
    headers = [*GOOD["police"], "性别", "出生日期", "联系电话", "居住处所", "登记日期"]
    rows = []
    for number in range(10_000):
        born = f"19{60 + number % 40}0{1 + number % 9}1{number % 9}"
        birth = f"{born[:4]}-{born[4:6]}-{born[6:]}"
        good = {**GOOD["police"], "公民身份号码": id_number(born, sequence=f"{number % 500 * 2 + 1:03}"[:3])}
        rows.append([*good.values(), "男", birth, f"100{number:08}", "租赁房屋", "2025-06-03"])
    validator = Validator(load_format("police"), headers, today=TODAY, communities=COMMUNITIES, services=SERVICES)
    started = time.process_time()
    judged = validator.judge(list(enumerate(rows, start=1)))
    spent = time.process_time() - started
    assert judged.told == {}
    assert spent / len(rows) < 50e-6
