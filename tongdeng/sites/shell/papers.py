"""What both sites show of papers and messages: a paper's page, its PDF, and the words of a message's state."""

from typing import Any

from django.http import Http404, HttpResponse

from tongdeng.kernel.errors import Text
from tongdeng.notify.types import State, Way
from tongdeng.papers import actions
from tongdeng.papers.errors import NoChineseFont, PaperNotThere
from tongdeng.papers.types import Issued

WAYS = {
    Way.APP: Text("只在这里", "only here"),
    Way.PHONE: Text("手机短信", "text message"),
    Way.EMAIL: Text("电子邮件", "e-mail"),
}
# Mark and words. The letter itself can be read in My services whatever became of the word outside.
STATES = {
    State.WAITING: ("doing", Text("等待发出", "waiting to leave")),
    State.SENDING: ("doing", Text("正在发出", "on its way")),
    State.SENT: ("served", Text("已发出", "sent")),
    State.FAILED: ("overdue", Text("没有发出", "not sent")),
    State.LATE: ("overdue", Text("过了时间，没有发出", "too late, not sent")),
    State.UNKNOWN: ("unknown", Text("发出时中断，不知道有没有收到；不会再发", "cut off while leaving; not sent again")),
    State.UNWANTED: ("declined", Text("本人只在网上看", "the person reads it online only")),
    State.NOWHERE: ("unknown", Text("没有号码或地址", "no number or address is known")),
}
NOT_KEPT = ("not_due", Text("发送记录已过保存期", "how it left is no longer kept"))


def paper_or_404(request: Any, number: int) -> Issued:
    """Return a paper that the reader may see, and write down that they did."""
    try:
        return actions.view_paper(paper_id=number, by=request.actor)
    except PaperNotThere:
        raise Http404 from None


def pdf_answer(request: Any, number: int) -> HttpResponse:
    """Answer with a paper as PDF, to be kept under a name that says no person's."""
    try:
        found, content = actions.print_paper(paper_id=number, by=request.actor)
    except PaperNotThere:
        raise Http404 from None
    except NoChineseFont as error:
        text = f"{error.fact.zh}。{error.remedy.zh}\n{error.fact.en}. {error.remedy.en}\n"
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    name = f"{found.kind}-{found.id}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
