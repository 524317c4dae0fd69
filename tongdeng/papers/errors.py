"""What is told where a paper cannot be written, printed or found."""

from tongdeng.kernel.errors import Text, TongdengError


class PaperIncomplete(TongdengError):
    """A paper lacks what the law wants on it, or was given what its template does not know; none is written."""

    def __init__(self, kind: str, field: str, fact: Text) -> None:
        super().__init__("papers.paper.incomplete", fact, place=f"{kind}.{field}")


class PaperNotThere(TongdengError):
    """There is no such paper, or not for whoever asks."""

    def __init__(self) -> None:
        super().__init__("papers.paper.not_there", Text("没有这份文书", "there is no such paper"))


class NoChineseFont(TongdengError):
    """This machine has no letters to print Chinese with."""

    def __init__(self) -> None:
        super().__init__(
            "papers.font.missing",
            Text("这台机器没有中文字体，不能生成 PDF", "this machine has no Chinese font, so no PDF can be made"),
            remedy=Text(
                "请管理员安装 fonts-noto-cjk；网页上的文书同样有效", "install fonts-noto-cjk; the page is as good"
            ),
        )
