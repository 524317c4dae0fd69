"""A small law that tests write, change and break."""

from pathlib import Path

FACTS = """\
facts:
  age_years: {type: integer, zh: 周岁, en: age, domain: B}
  sex: {type: code, values: [male, female], zh: 性别, en: sex, domain: B}
  enrolled: {type: boolean, zh: 已参保, en: enrolled, domain: C, source: hrss, when_absent: false}
  arrived_on: {type: date, zh: 流入日期, en: date of arrival, domain: B}
  income: {type: decimal, zh: 收入, en: income, domain: E}
"""
SERVICE = """\
service: HRS-02
name: {zh: 失业登记, en: Unemployment registration}
bureau: HRS
versions:
  - from: 2008-01-01
    until: 2022-12-31
    basis: [{zh: 某条例 §1, checked: false}]
    conditions:
      of_working_age: age_years >= 16 and age_years < 60
      insured: enrolled
    labels: {insured: {zh: 已参保, en: insured}}
    rhythm: once
    done_when: arrived_on
"""
CASES = """\
- case: unknown insurance is not a refusal
  as_of: 2015-06-01
  given: {age_years: 30, enrolled: null}
  expect: {answer: unknown, unknown: [insured]}
"""
FILE = "services/hrs/registration.yaml"
CASE_FILE = "services/hrs/registration.cases.yaml"


def write_law(folder: Path, *, facts: str = FACTS, service: str = SERVICE, cases: str = CASES) -> Path:
    """Write the law into a folder and return it."""
    for name, text in (("facts.yaml", facts), (FILE, service), (CASE_FILE, cases)):
        write(folder, name, text)
    return folder


def write(folder: Path, name: str, text: str) -> Path:
    """Write one file of the law."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
