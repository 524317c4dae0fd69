"""What strangers' files lose, and which are not taken: judged by their content alone."""

import io
import struct
import zlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from tests.files import GPS, pdf, photo
from tongdeng.documents.cleaning import Refused, clean
from tongdeng.documents.types import JPEG, PDF, PNG, Fault


def fault_of(data: bytes) -> Fault:
    with pytest.raises(Refused) as refused:
        clean(data)
    return refused.value.fault


@pytest.mark.parametrize(("name", "kind"), [("JPEG", JPEG), ("PNG", PNG)])
def test_a_photo_loses_place_device_and_remark_and_stands_upright(name, kind):
    data = photo(kind=name)
    before = Image.open(io.BytesIO(data))
    assert before.getexif().get_ifd(GPS)  # guards the lines below: the place was there
    found, cleaned = clean(data)
    after = Image.open(io.BytesIO(cleaned))
    assert found == kind
    assert not after.getexif()
    assert not after.info.keys() & {"exif", "comment", "xmp", "icc_profile"}
    assert b"SECRET" in data
    assert b"SECRET" not in cleaned
    assert after.size == (40, 60)


def test_a_large_photo_is_kept_legible_and_no_larger():
    _, cleaned = clean(photo((4200, 1000)))
    assert max(Image.open(io.BytesIO(cleaned)).size) == 3000


def test_a_see_through_picture_lies_on_white():
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")
    _, cleaned = clean(out.getvalue())
    assert Image.open(io.BytesIO(cleaned)).getpixel((1, 1)) == (255, 255, 255)


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_unpacked():
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(head)) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    assert fault_of(b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + b"\0" * 8) == Fault.PIXELS


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"MZ\x90\0 a program called id.jpg", Fault.TYPE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", Fault.TYPE),
        (b"GIF89a then %PDF-1.7", Fault.TYPE),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1", Fault.HEIC),
        (photo()[:200], Fault.BROKEN),
        (b"%PDF-1.7 and nothing else", Fault.BROKEN),
        (pdf(encryption=pikepdf.Encryption(owner="a", user="b")), Fault.LOCKED),
        (pdf(lambda one: [one.add_blank_page() for _ in range(120)]), Fault.PAGES),
    ],
)
def test_what_is_no_photo_and_no_open_pdf_is_refused_by_its_content(data, fault):
    assert fault_of(data) == fault


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def at_opening(one):
    one.Root.OpenAction = script()


def hidden_in_a_list(one):
    one.pages[0].Annots = Array([Dictionary(Subtype=Name.Link, A=Dictionary(Next=Array([script()])))])


def starts_a_program(one):
    one.Root.OpenAction = Dictionary(S=Name.Launch, F="cmd.exe")


def carries_a_file(one):
    one.attachments["x.exe"] = b"MZ"


def opens_an_address(one):
    one.Root.OpenAction = Dictionary(S=Name.URI, URI="https://elsewhere.example/")


ACTIVE = [at_opening, hidden_in_a_list, starts_a_program, carries_a_file, opens_an_address]


@pytest.mark.parametrize("packed", [pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate])
@pytest.mark.parametrize("change", ACTIVE)
def test_a_pdf_with_a_program_or_a_file_is_refused_packed_or_not(change, packed):
    assert fault_of(pdf(change, object_stream_mode=packed)) == Fault.ACTIVE


def test_a_name_in_disguise_is_the_same_name():
    data = pdf(at_opening).replace(b"/JavaScript", b"/J#61vaScr#69pt")
    assert b"/JavaScript" not in data
    assert fault_of(data) == Fault.ACTIVE


def test_a_plain_pdf_is_taken_without_its_author():
    # Guards the refusals above: what is refused there is what was added.
    found, cleaned = clean(pdf())
    assert found == PDF
    assert b"SECRET-AUTHOR" in pdf()
    with pikepdf.open(io.BytesIO(cleaned)) as after:
        assert len(after.pages) == 1
        assert "/Info" not in after.trailer


def signed(spans: list[int]) -> bytes:
    signature = Dictionary(Type=Name.Sig, ByteRange=Array(spans), Contents=String("0123456789"))
    return pdf(lambda one: setattr(one.Root, "Perms", Dictionary(DocMDP=signature)))


def test_a_signed_pdf_is_kept_as_it_is():
    length = len(signed([0, 100, 120, 400]))
    data = signed([0, 100, 120, length - 120])
    assert len(data) == length
    assert clean(data) == (PDF, data)


@pytest.mark.parametrize("spans", [[0, 1, 2, 3], [0, 100, 120, 10_000], [5, 100, 120, 400], []])
def test_what_only_bears_the_name_of_a_signature_loses_its_author_like_any_other(spans):
    data = signed(spans)
    with pikepdf.open(io.BytesIO(data)) as before:
        assert before.docinfo["/Author"] == "SECRET-AUTHOR"
    _, cleaned = clean(data)
    with pikepdf.open(io.BytesIO(cleaned)) as after:
        assert "/Info" not in after.trailer
