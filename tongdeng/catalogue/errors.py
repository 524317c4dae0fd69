"""What may stand in the way of a law."""

from tongdeng.kernel.errors import NOTHING, CheckFailed, Text, UnusableInput

REASON = Text("写明理由后再提交", "give a reason and try again")


class NotAllowed(UnusableInput):
    """The post, or the person, may not do this."""


class StaleDraft(UnusableInput):
    """Another law was published since: what was previewed is no longer what would change."""

    def __init__(self, place: str) -> None:
        super().__init__(
            "catalogue.base.stale",
            Text("此后又公布了新的法规，这份草案的依据已经不是现行法规", "another law was published since this began"),
            place=place,
            remedy=Text("把草案更新到现行法规，重新提交", "bring the draft up to date and propose it again"),
        )


def altered(digest: str) -> CheckFailed:
    """Return what is said where a bundle no longer is what its name says."""
    return CheckFailed(
        "catalogue.bundle.altered",
        Text("法规文件与其摘要不符，已被改动", "the law's files are not those its digest names: they were altered"),
        place=digest[:12],
        remedy=Text("从备份恢复", "restore it from a backup"),
    )


def unknown(what: str, place: str) -> UnusableInput:
    """Return what is said where nothing has this name or number."""
    named = {
        "bundle": Text("没有这个摘要的法规", "no law has this digest"),
        "draft": Text("没有这份草案", "there is no such draft"),
        "publication": Text("没有这次公布", "there is no such publication"),
    }[what]
    remedy = Text("tongdeng law list 列出全部", "`tongdeng law list` lists them") if what == "bundle" else NOTHING
    return UnusableInput(f"catalogue.{what}.unknown", named, place=place, remedy=remedy)
