"""Is it up, and can it work? For whoever watches the machine; nothing about anybody."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """Tell that the process answers."""
    return JsonResponse({"ok": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """Tell whether the database answers and is of this version's making."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM access_installation")
            ready = cursor.fetchone()[0] == 1
    except DatabaseError:
        ready = False
    return JsonResponse({"ok": ready}, status=200 if ready else 503)
