"""Reads a stranger's file in a process of its own that holds no key: `python -m tongdeng.documents.cleaning`.

The file comes in by standard input. What goes out is a line of JSON and the cleaned content: pictures are drawn anew,
so that no place, time or device they were taken with stays; a PDF without programs is written anew without its
author, unless it bears an electronic signature, which would break.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

from tongdeng.documents.types import JPEG, PDF, PNG, Fault

MEMORY, SECONDS = 1 << 30, 20
MOST_PIXELS, LONGEST_SIDE, QUALITY = 60_000_000, 3000, 85
MOST_PAGES, MOST_OBJECTS = 100, 200_000
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
# Names by which a PDF carries programs, other files or forms that send what is typed elsewhere.
ACTIVE_KEYS = {"/JavaScript", "/JS", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent", "/AA"}
ACTIVE_NAMES = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound",
    "/EmbeddedFile", "/RichMedia", "/FileAttachment", "/Screen", "/3D", "/RichMediaExecute",
}  # fmt: skip
NAMED_BY = ("/S", "/Type", "/Subtype")


class Refused(Exception):
    """The file is not taken."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def kind_of(head: bytes) -> str:
    """Return the type that the content shows, whatever the file is called. Raises Refused."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"%PDF-"):
        return PDF
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        raise Refused(Fault.HEIC)
    raise Refused(Fault.TYPE)


def clean(data: bytes) -> tuple[str, bytes]:
    """Return the type and the cleaned content. Raises Refused."""
    found = kind_of(data[:16])
    return found, _pdf(data) if found == PDF else _picture(data, found)


def _picture(data: bytes, found: str) -> bytes:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # judged here, before anything is unpacked
    name = "JPEG" if found == JPEG else "PNG"
    try:
        with Image.open(io.BytesIO(data), formats=[name]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Refused(Fault.PIXELS)
            if found == JPEG:
                image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large photo is unpacked smaller from the start
            drawn = ImageOps.exif_transpose(image)
            drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            sheet = Image.new("RGB", drawn.size, "white")  # of the pixels alone: no block of the old file comes along
            lies_on = drawn.convert("RGBA") if "A" in drawn.getbands() or "transparency" in drawn.info else None
            sheet.paste(lies_on or drawn.convert("RGB"), mask=lies_on)
    except (OSError, ValueError, SyntaxError, EOFError):
        raise Refused(Fault.BROKEN) from None
    out = io.BytesIO()
    sheet.save(out, name, **({"quality": QUALITY} if found == JPEG else {}))
    return out.getvalue()


def _pdf(data: bytes) -> bytes:
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if pdf.is_encrypted:
                raise Refused(Fault.LOCKED)
            if not 0 < len(pdf.pages) <= MOST_PAGES or len(pdf.objects) > MOST_OBJECTS:
                raise Refused(Fault.PAGES)
            is_signed = False
            for one in _dictionaries(pdf):
                if _is_active(one):
                    raise Refused(Fault.ACTIVE)
                is_signed = is_signed or _covers(one, len(data))
            return data if is_signed else _written_anew(pdf)
    except pikepdf.PasswordError:
        raise Refused(Fault.LOCKED) from None
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError):
        raise Refused(Fault.BROKEN) from None


def _dictionaries(pdf: Any) -> Iterator[Any]:
    """Yield every dictionary of a PDF, those inside others too, packed or not."""
    import pikepdf

    waiting: list[Any] = [*pdf.objects, pdf.trailer]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            inner = list(one)
        elif isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
            yield one
            inner = [one.get(key) for key in one.keys()]  # noqa: SIM118  no mapping
        else:
            continue
        waiting += [each for each in inner if isinstance(each, pikepdf.Object) and not each.is_indirect]


def _covers(one: Any, length: int) -> bool:
    """Tell whether this is a signature over the whole file: what only bears the name of one is written anew."""
    import pikepdf

    spans = one.get("/ByteRange")
    if not isinstance(spans, pikepdf.Array) or len(spans) != 4 or not isinstance(one.get("/Contents"), pikepdf.String):
        return False
    begin, first, again, rest = (int(number) for number in spans)
    return begin == 0 < first < again and again + rest == length and bytes(one.Contents).strip(b"\0") != b""


def _is_active(one: Any) -> bool:
    import pikepdf

    if not ACTIVE_KEYS.isdisjoint(one.keys()) or any(str(one.get(key, "")) in ACTIVE_NAMES for key in NAMED_BY):
        return True
    # What happens at opening may turn to a page of the same file, and do nothing else.
    return isinstance(first := one.get("/OpenAction"), pikepdf.Dictionary) and str(first.get("/S", "")) != "/GoTo"


def _written_anew(pdf: Any) -> bytes:
    """What was looked through is what is kept: nothing that another reader might find beside it."""
    if "/Metadata" in pdf.Root:
        del pdf.Root.Metadata
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    head, content = {}, b""
    try:
        head["type"], content = clean(sys.stdin.buffer.read())
    except Refused as refused:
        head["fault"] = refused.fault.value
    except MemoryError:
        head["fault"] = Fault.PIXELS.value
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + content)


if __name__ == "__main__":
    _main()
