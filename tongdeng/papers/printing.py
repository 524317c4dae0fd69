"""Papers as PDF by Typst: tagged for screen readers (PDF/UA-1), text that can be selected, letters embedded.

What a paper says goes in as data; none of it is ever part of the program that sets it.
"""

from __future__ import annotations

import io
import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings

from tongdeng.papers import numbers
from tongdeng.papers.errors import NoChineseFont
from tongdeng.papers.types import Wording

if TYPE_CHECKING:
    import typst

LAYOUT = Path(__file__).with_name("layout") / "paper.typ"
FONTS = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "Noto Sans CJK SC", "SimSun", "FangSong")
STANDARD = "ua-1"
_alone = Lock()  # one compiler serves all threads, one after the other


def check_address(wording: Wording) -> str:
    """Return where a paper is checked, with its number and code; a bare text where no address is set."""
    asked = {"number": numbers.digits_of(wording.number), "code": numbers.letters_of(wording.code)}
    return f"{settings.TONGDENG_ADDRESS}/verify/?{urlencode(asked)}"


def qr_svg(wording: Wording) -> str:
    """Return the QR code of a paper as a picture."""
    import segno

    out = io.BytesIO()
    segno.make(check_address(wording), error="m", micro=False).save(out, kind="svg", border=2, omitsize=True)
    return out.getvalue().decode()


@lru_cache(maxsize=1)
def _fonts() -> tuple[typst.Fonts, str]:
    import typst

    found = typst.Fonts(include_embedded_fonts=False)
    family = next((one for one in FONTS if one in found.families()), None)
    if family is None:
        raise NoChineseFont
    return found, family


def font() -> str:
    """Return the family of letters that papers are printed with. Raises NoChineseFont."""
    return _fonts()[1]


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    import typst

    # Rooted where only the layout lies: nothing else of this machine can be read into a paper.
    return typst.Compiler(str(LAYOUT), root=str(LAYOUT.parent), font_paths=_fonts()[0])


def pdf(wording: Wording, made_at: datetime) -> bytes:
    """Return the PDF of a paper: the same bytes each time, as long as layout, letters and library are the same."""
    said = {**wording.as_json(), "font": font(), "address": settings.TONGDENG_ADDRESS, "qr": qr_svg(wording)}
    with _alone:
        made = _compiler().compile(
            format="pdf", sys_inputs={"paper": json.dumps(said, ensure_ascii=False)}, pdf_standards=STANDARD,
            timestamp=int(made_at.timestamp()),
        )  # fmt: skip
    assert isinstance(made, bytes)  # noqa: S101  one document, one file
    return made
