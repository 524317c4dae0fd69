"""The law folder that is shipped: no fault, and a worked case for every version."""

from pathlib import Path

from tongdeng.rules.check import check

LAW = Path("law")


def test_the_law_has_no_fault_and_every_version_a_case():
    findings = check(LAW)
    assert [finding.say("en") for finding in (*findings.faults, *findings.warnings)] == []
