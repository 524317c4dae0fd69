"""Documents of a case: handed in, listed, and fetched piece by piece; only through their case."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import File, Form, Path, Router
from ninja.errors import ValidationError
from ninja.files import UploadedFile

from tongdeng.audit import actions as audit
from tongdeng.desk import actions
from tongdeng.desk import selectors as desk
from tongdeng.documents.types import SUFFIXES, Kept
from tongdeng.sites.api import schemas
from tongdeng.sites.api.cases import found
from tongdeng.sites.api.entry import operation
from tongdeng.sites.api.schemas import CaseNumber, IdempotencyKey, Paper
from tongdeng.sites.api.writing import once
from tongdeng.sites.shell.documents import document_answer

router = Router(tags=["documents"])
PARTS = {"material", "file"}
BYTES = {"schema": {"type": "string", "format": "binary"}}


def _told(one: Kept) -> schemas.Document:
    return schemas.Document(
        document=one.id, material=one.material, type=one.type, size=one.size, digest=one.digest,
        held_since=one.held_since,
    )  # fmt: skip


@router.get("/cases/{case}/documents", **operation("list_documents", response=schemas.Documents))
def list_documents(request: Any, case: Path[CaseNumber]) -> schemas.Documents:
    """List what was handed in for a case."""
    one = found(case)
    audit.record("desk.case.viewed", by=request.actor, subjects=[one.person_id], detail={"case": case})
    return schemas.Documents(documents=[_told(each) for each in desk.documents_of(one)])


@router.post("/cases/{case}/documents", **operation("hand_in_document", response={201: schemas.Document}))
def hand_in_document(
    request: Any, case: Path[CaseNumber], material: Form[Paper], file: File[UploadedFile],
    idempotency_key: IdempotencyKey,
) -> HttpResponse:  # fmt: skip
    """Hand a photo or a PDF of one paper in. Photos are drawn anew, without the place where they were taken."""
    if {*request.POST, *request.FILES} != PARTS:
        raise ValidationError([{"loc": ("form",), "type": "extra_forbidden"}])
    found(case)
    return once(
        request, idempotency_key,
        lambda: _told(actions.hand_in(case_id=case, material=material, data=file.read(), by=request.actor)), 201,
    )  # fmt: skip


@router.get(
    "/cases/{case}/documents/{document}",
    **operation(
        "get_document",
        openapi_extra={"responses": {200: {"content": dict.fromkeys(SUFFIXES, BYTES)}}},
    ),
)
def get_document(request: Any, case: Path[CaseNumber], document: Path[CaseNumber]) -> HttpResponseBase:
    """Return a document of a case as it is kept."""
    return document_answer(request, found(case), document)
