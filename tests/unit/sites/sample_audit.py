"""Invented values for the auditor's page."""

from datetime import timedelta

from sample_values import AT

from tongdeng.kernel.errors import Text
from tongdeng.sites.console.view_models.audit import ActGroup, ActLine, AuditPage, CheckLine, SealLine
from tongdeng.sites.shell.frame import Choice

ACTS = (
    ("people.person.viewed", Text("查看个人页面", "opened the person's page"), 1),
    ("owed.list.viewed", Text("打开应享清单", "opened the owed list"), 48),
    ("org.staff.signed_in", Text("工作人员登录", "signed in"), 0),
    ("people.persons.settled", Text("按最新记录更新资料", "brought the registration up to its newest records"), 2),
)
WEB, JOB = Text("网页", "web"), Text("后台任务", "a background job")


def audit_page() -> AuditPage:
    """Return acts of staff and jobs, sealed and not yet, and a chain in which an entry was changed."""
    lines = tuple(
        ActLine(
            number=90_210 - at, at=AT - timedelta(seconds=7 * at), who=None if code.endswith("settled") else "李红梅",
            post="东关社区 协管员", act=text, code=code, purpose=Text("提供公共服务", "providing public services"),
            subjects=subjects, origin=JOB if code.endswith("settled") else WEB, is_sealed=at > 1,
            address="" if code.endswith("settled") else "192.0.2.17",
            request="" if code.endswith("settled") else "5f0c9a7be2d41c88",
        )
        for at, (code, text, subjects) in enumerate(ACTS * 4)
    )  # fmt: skip
    codes = tuple(Choice(code, text, code == ACTS[0][0]) for code, text, _ in ACTS)
    fault = Text("记录 88123，封存 412：内容被改动", "entry 88123, seal 412 (people.person.viewed): changed")
    return AuditPage(
        lines=lines, seals=tuple(SealLine(430 - at, AT, 61, 90_208 - 61 * at, "9f0c1b2a3d4e5f60") for at in range(5)),
        seal_count=430, unsealed=2, oldest_unsealed_at=AT, check=CheckLine(AT, 90_210, 90_208, 1.4, fault),
        is_asked=True, day="2026-11-23", staff="", post="",
        groups=(ActGroup(Text("查看个人", "Looking at a person"), codes),),
        is_filtered=True, older_url="/audit/?before=1", newest_url="/audit/", export_url="/audit/export",
    )  # fmt: skip
