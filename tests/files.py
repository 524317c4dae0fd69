"""Files that people might hand in: a photo that knows where it was taken, and PDFs of every kind."""

import io
from collections.abc import Callable
from typing import Any

import pikepdf
from PIL import Image

GPS, ORIENTATION, LATITUDE = 0x8825, 0x0112, 2


def photo(size: tuple[int, int] = (60, 40), kind: str = "JPEG") -> bytes:
    """Return a photo with the place, the device and a remark in it, taken with the phone on its side."""
    image = Image.new("RGB", size, "#8090a0")
    image.putpixel((0, 0), (200, 30, 30))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x0110] = "SECRET-PHONE"
    exif.get_ifd(GPS).update({1: "N", LATITUDE: (31.0, 14.0, 5.0)})
    out = io.BytesIO()
    image.save(out, kind, exif=exif, **({"comment": b"SECRET-REMARK"} if kind == "JPEG" else {}))
    return out.getvalue()


def pdf(change: Callable[[Any], None] | None = None, **saving: Any) -> bytes:
    """Return a PDF of one page with its author's name, changed before it is saved."""
    document = pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Author"] = "SECRET-AUTHOR"
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out, **saving)
    return out.getvalue()
