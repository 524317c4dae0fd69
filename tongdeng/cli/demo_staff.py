"""The demo's staff: one of each post. Their passwords are no secret, so they exist in a demo only."""

from tongdeng.audit.types import command
from tongdeng.kernel import clock
from tongdeng.kernel.errors import Text
from tongdeng.org import actions
from tongdeng.org import selectors as org
from tongdeng.org.types import PostKind

COUNTY, TOWN, COMMUNITY = "990101000000", "990101001000", "990101001001"
# sign-in name: (name, kind, place, title, bureau)
STAFF: dict[str, tuple[str, PostKind, str, Text, str | None]] = {
    "office": ("周敏", PostKind.OFFICE, COUNTY, Text("领导小组办公室", "Leading group's office"), "GOV"),
    "worker": ("李红梅", PostKind.WORKER, COMMUNITY, Text("协管员", "Community worker"), None),
    "clerk": ("王秀珍", PostKind.CLERK, COUNTY, Text("综合窗口", "One-stop window"), "GSC"),
    "police": ("孙立民", PostKind.POLICE, COUNTY, Text("公安局人口大队", "Police, population unit"), "PSB"),
    "hrss": ("陈卫东", PostKind.HRSS, COUNTY, Text("人社局", "Human resources bureau"), "HRS"),
    "education": ("吴静", PostKind.EDUCATION, COUNTY, Text("教育局", "Education bureau"), "EDU"),
    "housing": ("郑强", PostKind.HOUSING, COUNTY, Text("住建局", "Housing bureau"), "HUD"),
    "health": ("何丽华", PostKind.HEALTH, COUNTY, Text("卫健局", "Health bureau"), "HEA"),
    "nurse": ("李文秀", PostKind.NURSE, COMMUNITY, Text("社区卫生服务站", "Community health station"), "HEA"),
    "civil": ("马建平", PostKind.CIVIL, COUNTY, Text("民政局", "Civil affairs bureau"), "CIV"),
    "justice": ("高文斌", PostKind.JUSTICE, COUNTY, Text("司法局", "Justice bureau"), "JUS"),
    "finance": ("林志刚", PostKind.FINANCE, COUNTY, Text("财政局", "Finance bureau"), "FIN"),
    "town": ("黄海燕", PostKind.TOWN, TOWN, Text("街道办事处", "Town office"), None),
    "auditor": ("徐大勇", PostKind.AUDITOR, COUNTY, Text("审计", "Auditor"), None),
    "admin": ("胡晓明", PostKind.ADMIN, COUNTY, Text("系统管理", "System administrator"), None),
    "security": ("曹永安", PostKind.SECURITY, COUNTY, Text("安全管理", "Security administrator"), None),
    "kiosk": ("大厅取号机", PostKind.DEVICE, COUNTY, Text("大厅设备", "Device in the hall"), None),
    "resident": ("赵春梅", PostKind.RESIDENT, COUNTY, Text("居民", "Resident"), None),
}


def add_everyone() -> None:
    """Add all of them, each with the password `demo-` and the sign-in name."""
    places = org.places(clock.today())
    for login, (name, kind, place, title, bureau) in STAFF.items():
        assert place in places  # noqa: S101  the demo runs on the invented county only
        actions.add_staff(
            login=login, name=name, kind=kind, division=place, titles=(title.zh, title.en), bureau=bureau,
            password=f"demo-{login}", by=command("install"),
        )  # fmt: skip


def sign_ins() -> Text:
    """Return the line that tells how to sign in."""
    names = " ".join(STAFF)
    return Text(
        f"登录名：{names}；密码为 demo- 加登录名，例如 demo-office",
        f"Sign-ins: {names}; the password is demo- and the name, for example demo-office",
    )
