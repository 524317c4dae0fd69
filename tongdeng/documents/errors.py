"""What is told somebody whose file is not taken, or who asks for one that is not there."""

from tongdeng.documents.types import LARGEST, Fault
from tongdeng.kernel.errors import Text, TongdengError, UnusableInput

MEGABYTES = LARGEST >> 20
AGAIN = Text("请重新拍照或扫描后再上传", "take the photo or scan again, and send that")
FACTS: dict[Fault, tuple[Text, Text]] = {
    Fault.EMPTY: (Text("文件是空的", "the file is empty"), AGAIN),
    Fault.LARGE: (
        Text(f"文件超过 {MEGABYTES} MB", f"the file is larger than {MEGABYTES} MB"),
        Text("请把照片拍小一点，或分成几份上传", "take a smaller photo, or send it in parts"),
    ),
    Fault.TYPE: (
        Text("只收照片（JPEG、PNG）和 PDF，这个文件都不是", "photos (JPEG, PNG) and PDF are taken; this is neither"),
        Text("请拍照或另存为 PDF 后再上传", "take a photo of it, or save it as PDF"),
    ),
    Fault.HEIC: (
        Text("这是苹果手机的 HEIC 照片，这里打不开", "this is a HEIC photo of an iPhone, which cannot be opened here"),
        Text(
            "在手机“设置、相机、格式”里选“兼容性最佳”，再拍一张；或直接在上传时拍照",
            "choose Settings, Camera, Formats, Most Compatible and take it again; or take it while sending",
        ),
    ),
    Fault.BROKEN: (Text("文件打不开，可能没有传完整", "the file cannot be opened; it may have been cut off"), AGAIN),
    Fault.PIXELS: (
        Text("照片的尺寸太大", "the picture has too many pixels"),
        Text("请用手机的普通模式拍照", "take it in the phone's usual mode"),
    ),
    Fault.PAGES: (
        Text("PDF 的页数太多", "the PDF has too many pages"),
        Text("请只上传需要的那几页", "send only the pages that are needed"),
    ),
    Fault.LOCKED: (
        Text("PDF 设了密码", "the PDF is locked by a password"),
        Text("请去掉密码后再上传", "remove the password and send it again"),
    ),
    Fault.ACTIVE: (
        Text("PDF 里有程序或附件，不能收", "the PDF holds a program or attached files and is not taken"),
        Text("请打印成新的 PDF，或拍照后再上传", "print it to a new PDF, or take a photo of it"),
    ),
}
FACTS[Fault.SEEN] = (
    Text(
        "这份材料涉及健康，只看一下就还给本人，不收也不存",
        "this paper is about health: it is looked at and given back, never kept",
    ),
    Text("请带到窗口", "bring it to the window"),
)


class DocumentRefused(UnusableInput):
    """A file is not taken; nothing of it was kept."""

    def __init__(self, fault: Fault, material: str = "") -> None:
        fact, remedy = FACTS[fault]
        super().__init__(f"documents.file.{fault}", fact, place=material, remedy=remedy)


class DocumentNotThere(TongdengError):
    """There is no such document for this subject, or not for whoever asks: the two are told alike."""

    def __init__(self) -> None:
        super().__init__(
            "documents.document.not_there",
            Text("没有这份材料", "there is no such document"),
            remedy=Text("请从它所属的办件打开", "open it from the case it belongs to"),
        )


class OtherPurpose(TongdengError):
    """A document may not be used for what it was not handed in for (国务院关于在线政务服务的若干规定 2019 §7)."""

    def __init__(self) -> None:
        super().__init__(
            "documents.document.other_purpose",
            Text("这份材料是为别的事项交的，不能用在这里", "this document was handed in for another purpose"),
            remedy=Text("请本人为这个事项另交一份", "ask the person for one for this purpose"),
        )
