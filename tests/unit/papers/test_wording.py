"""The words of papers, their numbers, and the PDF that is made of them."""

import io
from datetime import UTC, date, datetime

import pikepdf
import pytest

from tongdeng.kernel.errors import CheckFailed, Text
from tongdeng.papers import numbers, printing, templates
from tongdeng.papers.errors import PaperIncomplete
from tongdeng.papers.types import Wording
from tongdeng.papers.wording import worded

DAY = date(2026, 11, 29)
KINDS = {"receipt", "acceptance", "non_acceptance", "correction", "decision", "refusal", "termination", "revocation"}
REFUSAL = {
    "service": Text("居住证办理", "Residence permit"), "applied_on": date(2026, 11, 2), "decided_on": DAY,
    "reasons": ["住在本县不满半年 {service} <b>"], "clauses": [Text("居住证暂行条例 §2", "Interim Regulations §2")],
    "reconsideration": Text("县人民政府", "the county government"), "court": Text("县人民法院", "the county court"),
}  # fmt: skip


def said(kind: str, content: dict, **changed) -> Wording:
    given = {"number": numbers.number_of("不予", 2026, 12), "code": "ABCD-EFGH-JKMN", "applicant": "赵敏",
             "organ": Text("示例县公安局", "Public Security Bureau"), "on": DAY}  # fmt: skip
    return worded(templates.known()[kind], content, **{**given, **changed})


def test_every_paper_the_law_asks_for_has_a_template_with_its_source_in_both_languages():
    found = templates.known()
    assert found.keys() == KINDS
    for one in found.values():
        texts = [one.title, *one.basis, *(line.text for line in one.body)]
        assert all(text.zh.strip() and text.en.strip() for text in texts), one.kind
        assert "§" in one.basis[0].zh


@pytest.mark.parametrize("missing", ["reasons", "clauses", "reconsideration", "court", "service"])
def test_a_refusal_without_reasons_or_remedies_is_not_written(missing):
    with pytest.raises(PaperIncomplete) as refused:
        said("refusal", {key: value for key, value in REFUSAL.items() if key != missing})
    assert refused.value.place == f"refusal.{missing}"
    with pytest.raises(PaperIncomplete):
        said("refusal", {**REFUSAL, missing: [] if missing in ("reasons", "clauses") else " "})


@pytest.mark.parametrize("wrong", [{"unknown": "x"}, {"reasons": "one text"}, {"service": ["a list"]}, {"court": 3}])
def test_what_the_template_does_not_know_is_refused(wrong):
    with pytest.raises(PaperIncomplete):
        said("refusal", {**REFUSAL, **wrong})


def test_what_somebody_typed_stays_as_it_was_typed():
    words = said("refusal", REFUSAL)
    (reasons,) = [part for part in words.parts if part.text.en == "Reasons"]
    assert reasons.items == (Text(*[REFUSAL["reasons"][0]] * 2),)
    assert "2026年11月2日" in words.parts[0].text.zh
    assert "2 November 2026" in words.parts[0].text.en
    assert any("行政复议" in part.text.zh and "行政诉讼" in part.text.zh for part in words.parts)
    assert Wording.read(words.as_json()) == words


def test_a_part_is_left_out_with_its_field():
    full = said("refusal", {**REFUSAL, "would_change": ["住满半年"]})
    assert len(full.parts) == len(said("refusal", REFUSAL).parts) + 1


@pytest.mark.parametrize(
    "body",
    [
        "- {zh: '{nobody}', en: '{nobody}'}",
        "- {zh: '{service}', en: 'forgotten'}",
        "- {zh: '{maybe}', en: '{maybe}'}",
        "- {list: service, zh: 一, en: one}",
    ],
)
def test_a_faulty_template_is_refused_when_it_is_read(tmp_path, body):
    path = tmp_path / "test.yaml"
    path.write_text(
        "kind: test\nmark: 测\ntitle: {zh: 测, en: test}\nbasis: [{zh: 法 §1, en: Law §1}]\n"
        f"fields: {{service: required, maybe: optional}}\nbody:\n  {body}\n",
        encoding="utf-8",
    )
    with pytest.raises(CheckFailed):
        templates._read(path)


def test_a_number_is_known_however_it_is_typed_and_not_with_a_wrong_digit():
    number = numbers.number_of("受", 2026, 12)
    assert number == "受〔2026〕0000012-7"
    assert numbers.digits_of(number) == numbers.digits_of(" 2026 0000012 7 ") == "202600000127"
    assert numbers.digits_of("受〔2026〕0000021-7") == numbers.digits_of("") == numbers.digits_of("12") == ""
    code = numbers.new_code()
    assert numbers.letters_of(code.lower().replace("-", " ")) == code.replace("-", "")
    assert len({numbers.new_code() for _ in range(100)}) == 100


def test_a_pdf_is_tagged_its_letters_embedded_and_the_same_each_time():
    words, at = said("refusal", REFUSAL), datetime(2026, 11, 29, tzinfo=UTC)
    made = printing.pdf(words, at)
    assert made == printing.pdf(words, at)
    assert made != printing.pdf(said("refusal", {**REFUSAL, "reasons": ["另一个理由"]}), at)
    with pikepdf.open(io.BytesIO(made)) as found:
        assert bool(found.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in found.Root
        assert str(found.Root.Lang).startswith("zh")
        assert b"pdfuaid" in found.Root.Metadata.read_bytes()
        for font in found.pages[0].Resources.Font.values():
            assert "+" in str(font.BaseFont)  # a subset
            assert "/ToUnicode" in font  # text that can be selected and searched
            held = font.DescendantFonts[0].FontDescriptor
            assert {"/FontFile2", "/FontFile3"} & set(held.keys())
    assert len(made) < 200_000


def test_the_code_leads_to_the_page_where_a_paper_is_checked(settings):
    settings.TONGDENG_ADDRESS = "https://county.example"
    address = printing.check_address(said("refusal", REFUSAL))
    assert address == "https://county.example/verify/?number=202600000127&code=ABCDEFGHJKMN"
    assert printing.qr_svg(said("refusal", REFUSAL)).startswith("<?xml")
