"""A small county and its day, shared by the tests of reading and validating."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from tongdeng.intake.formats import load_format
from tongdeng.intake.rolls import read_roll
from tongdeng.intake.types import Finding, RowIn
from tongdeng.kernel.citizen_id import check_character

TODAY = date(2026, 3, 10)
COMMUNITIES = frozenset({"990101001001", "990101001002", "990101100201"})
SERVICES = {"HRS-01": "HRS", "PSB-02": "PSB", "HEA-01": "HEA", "HEA-02": "HEA"}


def id_number(birth: str = "19900101", division: str = "990101", sequence: str = "123") -> str:
    """Return a valid id number; an odd sequence is male."""
    first = division + birth + sequence
    return first + check_character(first)


ZHAO = id_number()

GOOD: dict[str, dict[str, str]] = {
    "police": {
        "姓名": "赵春梅",
        "公民身份号码": ZHAO,
        "社区代码": "990101001001",
        "现居住地址": "示例县解放路1号",
        "流入日期": "2025-06-01",
    },
    "hrss": {"姓名": "赵春梅", "公民身份号码": ZHAO},
    "education": {
        "学生姓名": "王小明",
        "出生日期": "2016-05-04",
        "学校": "示例县第一小学",
        "学段": "小学",
        "年级": "三年级",
    },
    "housing": {"房屋地址": "示例县解放路1号", "社区代码": "990101001001"},
    "deliveries": {"姓名": "赵春梅", "公民身份号码": ZHAO, "事项编码": "HRS-01", "服务日期": "2026-01-05"},
    "immunisation": {
        "儿童姓名": "王小明",
        "出生日期": "2024-05-04",
        "疫苗": "卡介苗",
        "剂次": "1",
        "接种日期": "2024-05-05",
    },
    "residents-return": {
        "年份": "2025",
        "社区代码或乡镇代码": "990101001001",
        "事项编码": "HRS-01",
        "应服务人数": "100",
        "已服务人数": "90",
    },
}


def csv_bytes(
    headers: Sequence[str], rows: Sequence[Sequence[str]], encoding: str = "utf-8", comma: str = ","
) -> bytes:
    """Return a CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=comma).writerows([headers, *rows])
    return text.getvalue().encode(encoding)


def read_bytes(source: str, content: bytes, **more: object) -> list[RowIn]:
    """Return every row of a file."""
    stream = read_roll(source, content, today=TODAY, communities=COMMUNITIES, services=SERVICES, **more)
    return [row for block in stream for row in block]


def codes(findings: Sequence[Finding]) -> list[str]:
    """Return the codes of findings."""
    return [finding.code for finding in findings]


def headers_of(source: str) -> list[str]:
    """Return the headers of a roll in the order of the contract."""
    return [column.zh for column in load_format(source).columns]
