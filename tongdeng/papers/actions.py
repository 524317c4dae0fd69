"""Issuing papers, printing them, checking them."""

import json
from collections.abc import Collection, Mapping

from django.db import IntegrityError, transaction

from tongdeng.audit import actions as audit
from tongdeng.audit.types import Actor
from tongdeng.kernel import clock
from tongdeng.kernel.crypto import sm3
from tongdeng.kernel.errors import Text
from tongdeng.keys.exports import Keys, Root
from tongdeng.papers import numbers, printing, selectors, templates
from tongdeng.papers.errors import PaperNotThere
from tongdeng.papers.models import Check, Ended, Paper, Print
from tongdeng.papers.types import Addressee, Genuine, Issued, Matter, Value
from tongdeng.papers.wording import worded

_module = Keys(Root.REGISTER)


@transaction.atomic
def issue_paper(
    *, kind: str, matter: Matter, to: Addressee, organ: Text, content: Mapping[str, Value], by: Actor
) -> Issued:
    """Write a paper of a matter and return it; one of this kind and step that is there already is returned as it is.

    Raises PaperIncomplete where the template's fields are not filled.
    """
    same_paper = {"subject_kind": matter.kind, "subject_id": matter.id, "kind": kind, "step": matter.step}
    if (found := Paper.objects.filter(**same_paper).first()) is not None:
        return selectors.issued(found)
    template, at, today = templates.known()[kind], clock.now(), clock.today()
    serial, code = selectors.next_serial(), numbers.new_code()
    number = numbers.number_of(template.mark, today.year, serial)
    words = worded(template, content, number=number, code=code, applicant=to.name, organ=organ, on=today)
    plain, digits = json.dumps(words.as_json(), ensure_ascii=False, sort_keys=True).encode(), numbers.digits_of(number)
    try:
        with transaction.atomic():
            row = Paper.objects.create(
                id=serial, person_id=to.person_id, territory=to.territory, domain=to.domain, desks=list(to.desks),
                number=digits,
                digest=sm3(plain), content_sealed=_module.seal(to.domain, plain), made_at=at, staff_id=by.staff_id,
                **same_paper,
            )  # fmt: skip
    except IntegrityError:
        # Somebody issued it between the look and the write. Where that one is out of sight, this is no paper of ours.
        if (found := Paper.objects.filter(**same_paper).first()) is None:
            raise
        return selectors.issued(found)
    Check.objects.create(
        number=digits, code_hash=numbers.code_hash(digits, code), kind=kind, shown_number=number, organ_zh=organ.zh,
        organ_en=organ.en, made_at=at,
    )  # fmt: skip
    audit.record(
        "papers.paper.issued", by=by, subjects=[to.person_id],
        detail={"paper": row.pk, "kind": kind, "for": matter.kind, "number": matter.id},
    )  # fmt: skip
    return selectors.issued(row)


@transaction.atomic
def end_papers(*, kind: str, number: int, kinds: Collection[str], by: Actor) -> int:
    """Note that papers of these kinds of a matter are no longer in force, and return how many; they stay as issued."""
    found = list(Paper.objects.filter(subject_kind=kind, subject_id=number, kind__in=kinds))
    Ended.objects.bulk_create([Ended(number=one.number, at=clock.now()) for one in found], ignore_conflicts=True)
    audit.record(
        "papers.papers.ended", by=by, subjects={one.person_id for one in found},
        detail={"papers": len(found), "for": kind, "number": number},
    )  # fmt: skip
    return len(found)


@transaction.atomic
def view_paper(*, paper_id: int, by: Actor) -> Issued:
    """Return a paper to somebody who reads it. Raises PaperNotThere."""
    found = selectors.find_paper(paper_id)
    if found is None:
        raise PaperNotThere
    audit.record("papers.paper.viewed", by=by, subjects=[found.person_id], detail={"paper": paper_id})
    return found


@transaction.atomic
def print_paper(*, paper_id: int, by: Actor) -> tuple[Issued, bytes]:
    """Return a paper and its PDF, whose hash is kept to be compared with. Raises PaperNotThere, NoChineseFont."""
    found = selectors.find_paper(paper_id)
    if found is None:
        raise PaperNotThere
    pdf = printing.pdf(found.wording, found.made_at)
    made = Print(number=numbers.digits_of(found.wording.number), digest=sm3(pdf), at=clock.now())
    Print.objects.bulk_create([made], ignore_conflicts=True)
    audit.record("papers.paper.printed", by=by, subjects=[found.person_id], detail={"paper": paper_id})
    return found, pdf


@transaction.atomic
def check_paper(*, number: str, code: str, by: Actor, file: bytes | None = None) -> Genuine | None:
    """Tell whether a number and its code are of a paper of ours, and whether a PDF is as it was handed out."""
    found = selectors.find_genuine(number=number, code=code, file=file)
    audit.record(
        "papers.paper.checked", by=by,
        detail={"genuine": int(found is not None), "same_file": None if found is None else found.is_same_file},
    )  # fmt: skip
    return found
