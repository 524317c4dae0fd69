"""Connected systems for tests: added by one person, approved by another, and called with their key."""

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import count
from typing import Any

from django.test import Client

from tests.posts import COUNTY, staffed
from tongdeng.access.selectors import acting
from tongdeng.connect import actions
from tongdeng.connect.models import Key
from tongdeng.connect.types import NewKey, NewSystem

API = "/api/v1"
UNTIL = date(2027, 6, 30)
HERE = ("127.0.0.0/8",)
_numbers = count(1)


@dataclass(frozen=True)
class Connected:
    """A system with its key."""

    id: int
    key: str

    def get(self, path: str, **query: Any) -> Any:
        return client().get(API + path, query, headers=self.headers)

    def post(self, path: str, body: Any, *, again: str = "", **more: Any) -> Any:
        """Send a write; `again`: its Idempotency-Key, a new one where none is given."""
        headers = self.headers | {"Idempotency-Key": again or fresh()}
        return client().post(API + path, json.dumps(body), content_type="application/json", headers=headers, **more)

    def upload(self, path: str, material: str, data: bytes, *, again: str = "") -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        headers = self.headers | {"Idempotency-Key": again or fresh()}
        sent = {"material": material, "file": SimpleUploadedFile("x.bin", data)}
        return client().post(API + path, sent, headers=headers)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


def fresh() -> str:
    """Return an Idempotency-Key that nobody has used."""
    return f"key-of-a-test-{next(_numbers):06}"


def client() -> Client:
    """Return somebody who calls from this machine, and is told of errors as a caller is."""
    return Client(raise_request_exception=False)


def asked(kind: str = "police", division: str = COUNTY, networks: tuple[str, ...] = HERE) -> Connected:
    """Return a system that waits for a second person."""
    number = next(_numbers)
    new = NewSystem(f"system-{number}", "业务系统", "业务科", kind, division, None, "系统岗位", "System", None, "接入")
    with acting(staffed("admin")) as by:
        return Connected(*actions.add_system(new=new, key=NewKey(UNTIL, networks, "首次"), by=by))


def approve(system: Connected) -> Connected:
    """Let the security administrator approve what waits for a system."""
    with acting(staffed("security")) as by:
        for key in Key.objects.filter(system_id=system.id, state="asked"):
            actions.decide_key(key_id=key.pk, is_approved=True, refusal="", by=by)
    return system


def connected(kind: str = "police", division: str = COUNTY) -> Connected:
    """Return a system that may call."""
    return approve(asked(kind, division))


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Return the OpenAPI document as it is served."""
    return dict(client().get(f"{API}/openapi.json").json())


def operations() -> dict[str, tuple[str, str]]:
    """Return the method and the path of every operation, by its name."""
    return {
        told["operationId"]: (method, path)
        for path, methods in document()["paths"].items()
        for method, told in methods.items()
    }
