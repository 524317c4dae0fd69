"""What only those who ask are told: what a request does, and what the law keeps all the same."""

from tongdeng.kernel.errors import Text
from tongdeng.privacy.types import RequestKind

HELP = {
    RequestKind.CORRECT: Text(
        "写清楚哪里不对、应该是什么。不用交材料；需要的话会联系您。",
        "Say what is wrong and what it should be. No papers are needed; if any are, you will be contacted.",
    ),
    RequestKind.EXPLAIN: Text(
        "可以问：为什么有这一项、谁看了为什么看、为什么说您符合或者不符合条件。",
        "You can ask why something is held, why somebody looked, or why you are said to qualify or not.",
    ),
    RequestKind.RESTRICT: Text(
        "限制以后，只做法律要求一定要做的事；主动来问、短信都停。",
        "Once restricted, only what the law requires is done; nobody asks you things and no messages are sent.",
    ),
    RequestKind.DELETE: Text("写明要删除什么：某一项，还是全部。", "Say what to delete: one thing, or everything."),
    RequestKind.COMPLAIN: Text(
        "写下发生了什么。被投诉的岗位看不到这份投诉。",
        "Write down what happened. The post you complain about cannot see this.",
    ),
}
KEPT = {
    RequestKind.DELETE: Text(
        "法律要求留下的不能删：您住在本县期间，公安的居住登记（居住证暂行条例）；"
        "谁看过您资料的记录，至少 6 个月（网络安全法 §21）；"
        "处理情况和评估记录 3 年（个人信息保护法 §56）。其他的会删除，名册再送来也不会自动恢复。",
        "What the law keeps cannot be deleted: the police registration while you live here (Interim Regulations on"
        " Residence Permits); the record of who looked, at least 6 months (Cybersecurity Law §21); processing records,"
        " 3 years (PIPL §56). The rest will be deleted, and does not come back by itself with the next roll.",
    ),
    RequestKind.RESTRICT: Text(
        "应享的服务照样可以自己申请，一项也不会少。", "You can still apply for every service you are owed."
    ),
}
