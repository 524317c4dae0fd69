"""Packages of several departments: those that are shipped, what a faulty file is told, and one that a county adds."""

import shutil
from pathlib import Path

import pytest

from tongdeng.rules.check import check
from tongdeng.rules.packages import Package, read_packages

LAW = Path("law")
CODES = frozenset({"PSB-01", "PSB-02", "MIB-01"})
GOOD = """\
package: lease
name: {zh: 租房一件事, en: Renting}
summary: {zh: 租了房子, en: You rent a home}
basis: [{zh: 某规定, en: some rule}]
services:
  - service: PSB-01
  - {service: MIB-01, after: [PSB-01], why: {zh: 先登记, en: registration first}}
"""


def reading(folder: Path, text: str, name: str = "lease.yaml") -> tuple[dict[str, Package], list[str]]:
    (folder / "packages").mkdir(exist_ok=True)
    (folder / "packages" / name).write_text(text, encoding="utf-8")
    found, faults = read_packages(folder, CODES)
    return found, [f"{one.place} {one.code} {one.word}" for one in faults]


def test_what_is_shipped_has_no_fault_and_is_said_in_both_languages():
    found, faults = read_packages(LAW, frozenset(check(LAW).law.services))
    assert faults == ()
    assert {"arrival", "newborn"} <= found.keys()
    for one in found.values():
        said = [one.title, one.summary, *(clause.text for clause in one.basis)]
        said += [member.why for member in one.members if member.after]
        assert all(text.zh.strip() and text.en.strip() for text in said), one.name
        assert one.basis, one.name


def test_a_county_adds_a_package_by_adding_a_file(tmp_path):
    found, faults = reading(tmp_path, GOOD)
    assert faults == []
    assert found["lease"].order({"PSB-01", "MIB-01"}) == {"PSB-01": (), "MIB-01": ("PSB-01",)}


def test_what_is_left_out_is_not_waited_for(tmp_path):
    found, _ = reading(tmp_path, GOOD)
    assert found["lease"].order({"MIB-01"}) == {"MIB-01": ()}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("service: PSB-01", "service: PSB-10", "packages/lease.yaml:6 rules.package.service PSB-10"),
        ("- service: PSB-01\n", "- service: PSB-02\n", "packages/lease.yaml:6 rules.package.order PSB-01"),
        ("after: [PSB-01]", "after: [MIB-01]", "packages/lease.yaml:6 rules.package.order MIB-01"),
        ("MIB-01, after", "PSB-01, after", "packages/lease.yaml:6 rules.package.twice PSB-01"),
        (", why: {zh: 先登记, en: registration first}", "", "packages/lease.yaml:7 rules.yaml.missing_key why"),
        (", en: Renting", "", "packages/lease.yaml:2 rules.package.language name"),
        ("basis: [{zh: 某规定, en: some rule}]\n", "", "packages/lease.yaml:1 rules.yaml.missing_key basis"),
        ("package: lease", "package: rent", "packages/lease.yaml:1 rules.package.file rent"),
        ("service: PSB-01", "servise: PSB-01", "packages/lease.yaml:6 rules.yaml.unknown_key servise"),
        ("services:", "services: [", "packages/lease.yaml:6 rules.yaml.syntax - service: PSB-01"),
    ],
)
def test_a_fault_is_told_with_its_place_and_word_and_the_package_is_not_there(tmp_path, before, after, said):
    assert before in GOOD
    found, faults = reading(tmp_path, GOOD.replace(before, after, 1))
    assert said in faults
    assert found == {}


def test_the_check_of_the_law_looks_at_packages(tmp_path):
    folder = tmp_path / "law"
    shutil.copytree(LAW, folder)
    file = folder / "packages" / "arrival.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("service: EDU-01", "service: EDU-99"), encoding="utf-8")
    assert [one.code for one in check(folder).faults] == ["rules.package.service"]
