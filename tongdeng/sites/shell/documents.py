"""Answering with a document that was handed in with a case: piece by piece, and only through that case."""

from itertools import chain
from typing import Any

from django.http import Http404, StreamingHttpResponse

from tongdeng.desk import selectors as desk
from tongdeng.documents import actions
from tongdeng.documents.errors import DocumentNotThere


def document_answer(request: Any, case: desk.Case, number: int) -> StreamingHttpResponse:
    """Answer with a document of a case, to be kept under a name that says no person's; 404 for one of another case."""
    try:
        opened = actions.open_document(document_id=number, subject=desk.subject(case), by=request.actor)
        first = next(opened.pieces, b"")  # a file that is gone or was changed is told before anything is sent
    except DocumentNotThere:
        raise Http404 from None
    # The key is read above, in the request's own transaction; the pieces need the file alone.
    headers = {"Content-Disposition": f'attachment; filename="{opened.file_name}"'}
    return StreamingHttpResponse(chain((first,), opened.pieces), content_type=opened.document.type, headers=headers)
