"""The API as one thing: its operations, its document, and its addresses."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI

from tongdeng.sites.api import cases, documents, problems, services, webhooks

ABOUT = """What departments' own systems read and do, within the post that the county gave them.
同等 API：部门系统在县里给它的岗位范围里读和办。

Every write needs an `Idempotency-Key`; sent again with the same body it is done once and answered alike. A refused
request changes nothing and is not remembered. Errors are `application/problem+json` (RFC 9457) with a stable `code`."""
# What any operation may answer besides its own; which of them fits, says the operation.
EVERYWHERE = {
    401: "No key, or one that does not open here", 403: "Not for the post that this system holds",
    404: "No such thing, or not within this system's reach", 429: "Too many calls within this minute",
    500: "Something broke; nothing was done",
}  # fmt: skip
READS = {422: "The request is not of the form that is asked for"}
WRITES = {
    400: "The body cannot be read", 409: "Not as things stand: the code says why",
    422: "The request is not of the form that is asked for, or its Idempotency-Key came with another one",
}  # fmt: skip
REPEATED = {
    "Idempotency-Replayed": {
        "description": "`true`: this very request came before, and this is the answer it got",
        "schema": {"type": "string", "enum": ["true"]}, "required": False,
    }
}  # fmt: skip


class Api(NinjaAPI):
    """Ninja's API, whose document also tells how errors look."""

    def get_openapi_schema(self, **more: Any) -> Any:
        """Return the OpenAPI 3.1 document."""
        document = super().get_openapi_schema(**more)
        document["components"]["schemas"]["Problem"] = problems.schema()
        for path_ in document["paths"].values():
            for method, told in path_.items():
                _complete(method, told)
        return document


def _complete(method: str, told: dict[str, Any]) -> None:
    """Add the errors of an operation to what the document says of it."""
    is_write = any(one["name"].lower() == "idempotency-key" for one in told["parameters"])
    known = EVERYWHERE | (READS if method == "get" else WRITES)
    if form := told.get("requestBody", {}).get("content", {}).get("multipart/form-data"):
        form["schema"]["additionalProperties"] = False
        known = known | {415: "The file is not taken: neither photo nor PDF, too large, or broken"}
    if is_write:
        for response in told["responses"].values():
            response.setdefault("headers", {}).update(REPEATED)
    problem = {problems.MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    told["responses"] |= {status: {"description": why, "content": problem} for status, why in known.items()}


api = Api(
    title="同等 Tongdeng", version="1", description=ABOUT, docs_url=None, openapi_url="openapi.json",
    urls_namespace="api",
)  # fmt: skip
problems.install(api)
for one in (services, cases, documents, webhooks):
    api.add_router("", one.router)


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """Answer for every address below /api/ that is none."""
    return problems.nowhere()


urlpatterns = [
    path("api/v1/", include((api.urls[0], "ninja"), namespace="api")),
    re_path(r"^api/", nowhere, name="api_nowhere"),
]
