"""Every sentence that reading a roll may say: the fact, then the way out. Codes are stable, texts are not."""

from datetime import datetime

from tongdeng.intake.types import Finding
from tongdeng.kernel import clock
from tongdeng.kernel.errors import NOTHING, Text, TongdengError, UnusableInput

REJECTED = Text("本行未收，请更正后重新导入", "the row was not taken; correct it and import it again")
DROPPED = Text("该值未采用，其余照收，请在来源处更正", "the value was dropped, the rest kept; correct it at its source")
CLAIMED = Text(
    "作为“自报号码”保留，请与本人核对证件后更正", "kept as a claimed number; check it against the card and correct it"
)
FLAGGED = Text("两者都已保留，请核对", "both were kept; please check")
DONE = Text("已自动规整，无需处理", "repaired, nothing to do")

# code: (fact, way out). `{shown}` is what the cell says, masked or empty where it is personal.
# Without a way out of its own, an invalid value is dropped, or rejects the row where the column is required.
FINDINGS: dict[str, tuple[Text, Text]] = {
    "repaired.spaces": (Text("有多余的空格", "there were stray blanks"), DONE),
    "repaired.width": (Text("有全角字符", "there were full-width characters"), DONE),
    "repaired.case": (Text("字母为小写", "letters were in lower case"), DONE),
    "repaired.name": (Text("姓名中的间隔号或空格不统一", "dots or blanks in the name were written differently"), DONE),
    "repaired.phone": (Text("电话写法不统一", "the phone number was written differently"), DONE),
    "repaired.number": (Text("数字写法不统一", "the number was written differently"), DONE),
    "id.upgraded": (Text("15位旧号码，已升为18位", "an old 15-digit number, upgraded to 18"), DONE),
    "date.serial": (Text("日期是电子表格的序列数", "the date was a spreadsheet's serial number"), DONE),
    "date.time_dropped": (Text("日期后带有时刻", "a time of day followed the date"), DONE),
    "place.padded": (Text("乡镇代码为9位，已补足12位", "a 9-digit township code, padded to 12"), DONE),
    "cell.blank_word": (Text("填写的是“无”一类的字样，按空白处理", "a word for nothing, taken as empty"), DONE),
    "address.same_as_hukou": (
        Text("现居住地址与户籍地址相同", "the living address equals the hukou address"),
        Text("如系误填，请更正为现居住地址", "if it was entered by mistake, give the living address"),
    ),
    "id.length": (Text("号码应为18位，实为{shown}位", "an id number has 18 characters, this has {shown}"), CLAIMED),
    "id.check_digit": (
        Text("号码的校验位不符，可能有错字", "the check digit is wrong, probably a typing error"),
        CLAIMED,
    ),
    "id.birth_date": (Text("号码中的出生日期不存在或在将来", "the birth date inside the number cannot be"), CLAIMED),
    "id.format": (Text("不是公民身份号码的格式", "not the form of a citizen id number"), CLAIMED),
    "id.scientific": (
        Text("号码被电子表格变成了科学计数（如1.1E+17），已无法还原", "a spreadsheet turned the number into 1.1E+17"),
        Text("号码未采用；请把该列设为文本格式后重新导出", "it was dropped; set the column to text and export again"),
    ),
    "id.placeholder": (
        Text("填写的是占位号码", "a placeholder, not a number"),
        Text("号码未采用；没有号码时请留空", "it was dropped; leave the cell empty when there is no number"),
    ),
    "id.unreadable": (Text("无法识别为证件号码", "cannot be read as an id number"), NOTHING),
    "id.division": (
        Text("号码前6位{shown}不是现行区划代码", "the first six digits {shown} are no division of today"),
        Text("号码照常使用；如为旧区划属正常", "the number is used; normal where the division is an old one"),
    ),
    "id.birth_disagrees": (Text("出生日期与身份号码不一致", "birth date and id number disagree"), FLAGGED),
    "id.sex_disagrees": (Text("性别与身份号码不一致", "sex and id number disagree"), FLAGGED),
    "date.unreadable": (
        Text("“{shown}”不是日期，应如2026-03-01", "“{shown}” is no date; write 2026-03-01"),
        NOTHING,
    ),
    "date.lunar": (
        Text("看来是农历日期，应按证件写公历", "this looks like a lunar date; write the solar one, as on the card"),
        NOTHING,
    ),
    "date.impossible": (Text("没有“{shown}”这一天", "there is no such day as “{shown}”"), NOTHING),
    "date.future": (Text("日期“{shown}”在将来", "the date “{shown}” lies in the future"), NOTHING),
    "date.placeholder": (Text("“{shown}”是占位日期", "“{shown}” is a placeholder, not a date"), NOTHING),
    "date.order": (Text("早于“{shown}”", "earlier than “{shown}”"), FLAGGED),
    "date.ends_before_start": (Text("早于“{shown}”，不成立", "earlier than “{shown}”, which cannot be"), NOTHING),
    "community.unknown": (
        Text("社区代码“{shown}”不存在", "there is no community with the code “{shown}”"),
        NOTHING,
    ),
    "community.succeeded": (
        Text("社区代码已改：{shown}", "the community has a new code: {shown}"),
        Text("已按现行社区处理，请改用新代码", "the row is read under the new one; please use it"),
    ),
    "community.parted": (
        Text("社区代码已撤销并拆分：{shown}", "the community was split and its code ended: {shown}"),
        Text("请按住址改为其中一个现行代码", "give the one of these in which the address lies"),
    ),
    "place.unknown": (Text("没有代码为“{shown}”的社区或乡镇", "no community or town has the code “{shown}”"), NOTHING),
    "division.unreadable": (
        Text("“{shown}”不是区划代码（6、9或12位数字）", "“{shown}” is no division code (6, 9 or 12 digits)"),
        NOTHING,
    ),
    "division.unknown": (
        Text("“{shown}”不是现行区划代码", "“{shown}” is no division of today"),
        Text("已照原样保留；如为旧区划属正常", "kept as written; normal where the division is an old one"),
    ),
    "service.unknown": (Text("事项编码“{shown}”不在目录中", "the catalogue has no service “{shown}”"), NOTHING),
    "care.not_yet": (
        Text("卫健类事项“{shown}”须进密封库，密封库尚未启用", "the health service “{shown}” must go behind the seal"),
        Text("本行未收，请留存，待密封库启用后再导入", "the row was not taken; keep it until the seal is in use"),
    ),
    "choice.unknown": (Text("“{shown}”不在可选项中", "“{shown}” is none of the choices"), NOTHING),
    "number.unreadable": (Text("“{shown}”不是整数", "“{shown}” is no whole number"), NOTHING),
    "number.negative": (Text("“{shown}”不应为负数", "“{shown}” must not be negative"), NOTHING),
    "number.range": (Text("“{shown}”超出合理范围", "“{shown}” is out of range"), NOTHING),
    "money.unreadable": (Text("“{shown}”不是精确到分的金额", "“{shown}” is no amount to the fen"), NOTHING),
    "phone.unreadable": (Text("不是电话号码", "not a phone number"), NOTHING),
    "phone.placeholder": (Text("填写的是占位电话", "a placeholder, not a phone number"), NOTHING),
    "phone.scientific": (
        Text("电话被电子表格变成了科学计数", "a spreadsheet turned the phone number into 1.3E+10"),
        Text("电话未采用；请把该列设为文本格式后重新导出", "it was dropped; set the column to text and export again"),
    ),
    "phone.several": (
        Text("填写了多个电话", "several phone numbers in one cell"),
        Text("只采用第一个，其余随原始行保留", "the first is used, the others stay in the row as received"),
    ),
    "name.unreadable": (Text("无法识别为姓名", "cannot be read as a name"), NOTHING),
    "name.odd": (
        Text("姓名中有数字或符号", "digits or signs in the name"),
        Text("已保留，请核对", "kept; please check"),
    ),
    "text.too_long": (Text("内容过长（{shown}字）", "too long ({shown} characters)"), NOTHING),
    "code.scientific": (
        Text("编号被电子表格变成了科学计数“{shown}”", "a spreadsheet turned the number into “{shown}”"),
        Text("该值未采用；请把该列设为文本格式后重新导出", "not used; set the column to text and export again"),
    ),
    "credit_code.invalid": (Text("统一社会信用代码校验不符", "the credit code fails its check"), NOTHING),
    "required.missing": (Text("必填项为空", "a required value is missing"), REJECTED),
    "person.indistinct": (
        Text(
            "没有身份号码、出生日期和电话，无法与他人区分",
            "no id number, birth date or phone: nobody can be told apart",
        ),
        Text("本行未收，请至少补充一项", "the row was not taken; add at least one of them"),
    ),
    "tenant.indistinct": (
        Text("承租人无法与他人区分（缺姓名，或证件号和电话都没有）", "the tenant cannot be told from another person"),
        Text("房屋已收，承租人未收，请补充后重报", "the dwelling was kept without the tenant; complete and send again"),
    ),
    "count.served_exceeds_due": (Text("已服务人数多于应服务人数", "more people served than due"), REJECTED),
    "row.surplus": (
        Text(
            "本行比表头多{shown}个单元格，各列可能已错位", "{shown} cells more than headers: columns may have shifted"
        ),
        REJECTED,
    ),
    "row.cell_too_long": (Text("有单元格超过{shown}字", "a cell holds more than {shown} characters"), REJECTED),
    "row.header_again": (
        Text("又是一行表头", "the headers once more"),
        Text("本行未收，删去即可", "the row was not taken; simply leave it out"),
    ),
    "row.unreadable": (Text("本行无法按表格读取", "the row cannot be read as a table row"), REJECTED),
}

# Findings with words of their own under a code that others know already.
SAID_AS = {"community.parted": "community.unknown"}

RESAVE = Text(
    "请另存为 CSV（UTF-8 或 GB18030）或 XLSX 后重试", "save it as CSV (UTF-8 or GB18030) or XLSX and try again"
)
EMPTY = Text("请检查导出条件后重新导出", "check how it was exported and export it again")
HEADERS = Text(
    "第一行应为表头；请对照空白名册，导入页上可以下载，也可用 tongdeng roll template {shown} 生成",
    "the first row must hold the headers; the import page or tongdeng roll template {shown} gives an empty roll",
)

# code: (fact, way out) of a file that cannot be used as a whole.
UNUSABLE: dict[str, tuple[Text, Text]] = {
    "roll.missing_file": (
        Text("文件不存在或不能读取", "the file does not exist or cannot be read"),
        Text("请检查路径和权限", "check the path and its permissions"),
    ),
    "roll.empty": (Text("文件是空的", "the file is empty"), EMPTY),
    "roll.no_rows": (Text("文件只有表头，没有数据", "the file has headers and no rows"), EMPTY),
    "roll.too_large": (
        Text("文件过大：{shown}", "the file is too large: {shown}"),
        Text("请拆分后分批导入", "split it and import the parts"),
    ),
    "roll.wrong_kind": (Text("这是{shown}，不是名册", "this is {shown}, not a roll"), RESAVE),
    "roll.encoding": (Text("文字编码损坏：{shown}", "the text is damaged: {shown}"), RESAVE),
    "roll.long_line": (
        Text("有一行超过{shown}字节，不像名册", "a line of more than {shown} bytes: not a roll"),
        RESAVE,
    ),
    "roll.open_quote": (
        Text(
            "第{shown}行起的引号没有成对，之后的行无法分开", "a quotation mark opened in line {shown} is never closed"
        ),
        Text("请更正该行的引号，或另存为 XLSX", "correct the quotation mark there, or save as XLSX"),
    ),
    "roll.reader_died": (
        Text(
            "读取名册的进程中途结束，什么都没有改动",
            "the process reading the roll ended too early; nothing was changed",
        ),
        Text(
            "请再导入一次；如果又不成，请检查内存是否够用",
            "import it again; if it fails again, see whether memory ran out",
        ),
    ),
    "roll.bomb": (
        Text("压缩内容异常（{shown}），为安全起见未打开", "suspicious compression ({shown}); it was not opened"),
        RESAVE,
    ),
    "roll.damaged": (
        Text("工作簿损坏，不能打开", "the workbook is damaged and cannot be opened"),
        Text(
            "请在 Excel 或 WPS 里打开，另存为新的 XLSX 再试；打不开就请重新导出",
            "open it in Excel or WPS and save it as a new XLSX; if that fails, export it again",
        ),
    ),
    "roll.several_sheets": (
        Text("工作簿里有几张名册：{shown}", "the workbook has several sheets with a roll: {shown}"),
        Text(
            "请合并成一张，或者每张另存为一个文件，分别导入；不用的请删除或隐藏",
            "put them in one sheet, or save each as a file of its own; delete or hide those not meant",
        ),
    ),
    "roll.not_a_roll": (
        Text("没有认出任何表头；文件中有：{shown}", "no header is known; the file has: {shown}"),
        HEADERS,
    ),
    "roll.columns_missing": (Text("缺少必需的列：{shown}", "required columns are missing: {shown}"), HEADERS),
    "roll.columns_doubled": (
        Text("有几列是同一项：{shown}", "several columns mean the same: {shown}"),
        Text("请只保留一列，或改列名", "keep one of them, or rename the other"),
    ),
    "care.roll_not_yet": (
        Text(
            "“{shown}”名册属于密封库，密封库尚未启用",
            "the roll “{shown}” belongs behind the seal, which is not in use yet",
        ),
        Text(
            "文件未收，请留存；只比对身份可用 link 命令",
            "it was not taken; keep it. `link` can compare identities alone",
        ),
    ),
    "divisions.columns_missing": (
        Text("区划变更文件缺少列：{shown}", "a file of divisions' changes lacks columns: {shown}"),
        Text(
            "列名：日期、变更、原代码、新代码、新名称、English name、划入地址、说明",
            "the columns are 日期, 变更, 原代码, 新代码, 新名称, English name, 划入地址, 说明",
        ),
    ),
    "format.unknown": (
        Text("没有名为“{shown}”的名册", "there is no roll called “{shown}”"),
        Text("可选：{shown}", "known rolls: {shown}"),
    ),
    "format.aliases": (
        Text("列名对照文件有误：{shown}", "the file of header aliases is faulty: {shown}"),
        Text(
            '每个来源一节，每行："列名" = ["别名", ...]', 'one section per source, each line: "column" = ["alias", ...]'
        ),
    ),
}


def join(fact: Text, remedy: Text, shown: Text | str = "") -> Text:
    """Return the fact and the way out as one sentence, with what the cell says put in."""
    words = shown if isinstance(shown, Text) else Text(shown, shown)
    zh, en = fact.zh.replace("{shown}", words.zh), fact.en.replace("{shown}", words.en)
    return Text(f"{zh}。{remedy.zh}。" if remedy.zh else f"{zh}。", f"{en}; {remedy.en}" if remedy.en else en)


def finding(column: str, code: str, shown: str = "", *, rejects: bool = False) -> Finding:
    """Return a finding; `rejects` says that an invalid value costs the row and not only itself."""
    fact, remedy = FINDINGS[code]
    if rejects:
        remedy = Text(f"{remedy.zh}；{REJECTED.zh}", f"{remedy.en}; {REJECTED.en}") if code in SAID_AS else REJECTED
    elif not remedy.zh:
        remedy = DROPPED
    return Finding(column, SAID_AS.get(code, code), join(fact, remedy, shown))


def finding_words(code: str) -> Text:
    """Return what a finding's code means, without the cell it was found in; the code itself for an unknown one."""
    fact = FINDINGS.get(code, (Text(code, code), NOTHING))[0]
    return Text(*(part.replace("“{shown}”", "…").replace("{shown}", "…") for part in fact))


def unusable(code: str, place: str, shown: Text | str = "", *, remedy_shown: str = "") -> UnusableInput:
    """Return the error for a file that cannot be used at all; nothing was changed."""
    fact, remedy = UNUSABLE[code]
    words = shown if isinstance(shown, Text) else Text(shown, shown)
    said = Text(fact.zh.replace("{shown}", words.zh), fact.en.replace("{shown}", words.en))
    way_out = Text(*(part.replace("{shown}", remedy_shown) for part in remedy))
    return UnusableInput(code, said, place=place, remedy=way_out)


class AlreadyImported(UnusableInput):
    """A file of the same content was taken in before, as `batch_id`."""

    def __init__(self, batch_id: int, received_at: datetime, name: str) -> None:
        at = received_at.astimezone(clock.CHINA)
        super().__init__(
            "intake.file.already_imported",
            Text(
                f"这个文件已经导入过，是第 {batch_id} 批（{at:%Y-%m-%d %H:%M}）",
                f"this file was imported before, as batch {batch_id} on {at:%Y-%m-%d}",
            ),
            place=name,
            remedy=Text(
                f"如果当时导错了，先撤回：tongdeng roll withdraw {batch_id} --reason …",
                f"if that was a mistake, take it back first: tongdeng roll withdraw {batch_id} --reason ...",
            ),
        )
        self.batch_id = batch_id


class Cancelled(TongdengError):
    """Somebody stopped the import; nothing of it was kept."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "intake.roll.cancelled",
            Text("导入已停止，什么都没有留下", "the import was stopped; nothing of it was kept"),
            place=name,
            remedy=Text("需要时重新导入", "import it again when it is wanted"),
        )
