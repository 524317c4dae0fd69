"""Signing in through an OpenID provider: a real one on 127.0.0.1, with discovery, code and PKCE, and signed tokens."""

import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from django.conf import settings
from django.test import Client

from tests import factors
from tests.databases import owner_here
from tests.posts import COUNTY
from tongdeng.audit.types import command
from tongdeng.config.settings import signin
from tongdeng.org import actions
from tongdeng.org.models import Staff
from tongdeng.org.types import PostKind

# The provider is a library of others, and warns of its own libraries.
pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.filterwarnings("ignore::DeprecationWarning")]
BACK = "http://testserver/sign-in/county/back/"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Start a provider, and give its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the provider's own libraries
        import oidc_provider_mock

        with oidc_provider_mock.run_server_in_thread() as server:
            yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture(autouse=True)
def county_provider(provider: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Name the provider as an installation does: by its environment."""
    for key, value in {"URL": provider, "CLIENT": "tongdeng", "SECRET": "shared", "NAME": "政务统一认证"}.items():
        monkeypatch.setenv(f"TONGDENG_OIDC_{key}", value)
    monkeypatch.setattr(settings, "SOCIALACCOUNT_PROVIDERS", signin.provider(tmp_path))


def hired(login: str, subject: str) -> Staff:
    """Add somebody, and say who that is at the provider."""
    staff = actions.add_staff(
        login=login, name="周敏", kind=PostKind.OFFICE, division=COUNTY, titles=("岗位", "Post"), bureau=None,
        password="a river of paper boats", by=command("setup"),
    )  # fmt: skip
    if subject:
        assert actions.link_subject(login=login, provider="county", subject=subject, by=command("setup"))
    return factors.enrolled(staff)


def gone_to_provider(client: Client) -> str:
    """Press the button, and return where it leads."""
    answer = client.post("/sign-in/county/")
    assert answer.status_code == 302, answer.content.decode()[:500]
    return str(answer.url)


def agreed(address: str, subject: str) -> str:
    """Sign in at the provider as somebody, and return where it leads back to."""
    page = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
    assert page.status_code == 302, page.text
    return page.headers["Location"]


def came_back(client: Client, address: str) -> Any:
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == BACK
    return client.get(f"{parts.path}?{parts.query}")


def test_somebody_linked_signs_in_and_still_needs_the_second_factor() -> None:
    hired("linked", "subject-1")
    client = Client()
    assert "政务统一认证" in client.get("/sign-in/").content.decode()
    address = gone_to_provider(client)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    answer = came_back(client, agreed(address, "subject-1"))
    assert answer.url == "/sign-in/second/"
    assert client.get("/").url.startswith("/sign-in/")
    factors.second_step(client)
    assert client.get("/").status_code == 200
    assert "统一身份认证、验证码" in client.get("/account/").content.decode()


def test_a_stranger_makes_no_account_and_no_claim_does() -> None:
    hired("office-head", "")  # nobody said who that is at the provider, whatever somebody there claims
    before = Staff.objects.count()
    client = Client()
    answer = came_back(client, agreed(gone_to_provider(client), "office-head"))
    assert answer.url == "/sign-in/?stranger"
    assert "没有和这里的用户对应" in client.get(answer.url).content.decode()
    assert client.get("/").url.startswith("/sign-in/")
    assert Staff.objects.count() == before
    with owner_here() as owner:
        assert owner.execute("SELECT count(*) FROM socialaccount_socialaccount").fetchone() == (0,)


def test_a_closed_account_is_not_let_in() -> None:
    staff = hired("gone", "subject-2")
    Staff.objects.using("owner").filter(pk=staff.pk).update(is_active=False)
    client = Client()
    assert came_back(client, agreed(gone_to_provider(client), "subject-2")).url == "/sign-in/?stranger"


def altered(address: str, **said: str | None) -> str:
    """Return an address that says something else under these names; None: nothing."""
    parts = urlsplit(address)
    query = {name: value for name, value in {**dict(parse_qsl(parts.query)), **said}.items() if value is not None}
    return parts._replace(query=urlencode(query)).geturl()


def asked_of(address: str, name: str) -> str:
    """Return what an address says under a name."""
    return parse_qs(urlsplit(address).query)[name][0]


def test_an_answer_nobody_asked_for_is_refused() -> None:
    hired("lured", "subject-3")
    address = agreed(gone_to_provider(Client()), "subject-3")
    assert came_back(Client(), address).url == "/sign-in/?failed"


@pytest.mark.parametrize("state", ["made-up", None])
def test_an_answer_with_another_state_is_refused_and_with_its_own_it_is_let_in(state: str | None) -> None:
    hired(f"state-{state}", f"subject-state-{state}")
    client = Client()
    address = agreed(gone_to_provider(client), f"subject-state-{state}")
    assert came_back(client, altered(address, state=state)).url == "/sign-in/?failed"
    assert client.get("/").url.startswith("/sign-in/")
    assert came_back(client, address).url == "/sign-in/second/"


def test_a_state_serves_once() -> None:
    hired("again", "subject-5")
    client = Client()
    address = gone_to_provider(client)
    # Two codes for the same request, either of which the provider takes: whichever comes second fails by its state.
    first, second = agreed(address, "subject-5"), agreed(address, "subject-5")
    assert asked_of(first, "code") != asked_of(second, "code")
    assert came_back(client, first).url == "/sign-in/second/"
    assert came_back(client, second).url == "/sign-in/?failed"


def test_a_token_with_another_nonce_or_none_is_refused_and_with_its_own_it_is_let_in() -> None:
    hired("nonce", "subject-6")
    # Signed by the provider itself in every case, for this very client.
    for nonce, way in (("of another sign-in", "?failed"), (None, "?failed"), (..., "second/")):
        client = Client()
        address = gone_to_provider(client)
        asked = address if nonce is ... else altered(address, nonce=nonce)
        assert came_back(client, agreed(asked, "subject-6")).url == f"/sign-in/{way}", nonce


def answering(monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Let the provider's answer to a code be another one."""
    real = OAuth2Client.get_access_token
    monkeypatch.setattr(OAuth2Client, "get_access_token", lambda *args, **kwargs: change(real(*args, **kwargs)))


def test_the_token_of_an_earlier_sign_in_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    hired("replayed", "subject-7")
    seen: list[dict[str, Any]] = []
    with monkeypatch.context() as patch:
        answering(patch, lambda found: seen.append(found) or found)
        client = Client()
        assert came_back(client, agreed(gone_to_provider(client), "subject-7")).url == "/sign-in/second/"
    answering(monkeypatch, lambda found: {**found, "id_token": seen[0]["id_token"]})
    client = Client()
    assert came_back(client, agreed(gone_to_provider(client), "subject-7")).url == "/sign-in/?failed"


def test_without_a_token_nobody_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    hired("tokenless", "subject-8")
    answering(monkeypatch, lambda found: {name: value for name, value in found.items() if name != "id_token"})
    client = Client()
    assert came_back(client, agreed(gone_to_provider(client), "subject-8")).url == "/sign-in/?failed"


@pytest.mark.parametrize("algorithm", ["RS256", "HS256", "none"])
def test_a_token_signed_by_somebody_else_is_refused(algorithm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import jwt
    from cryptography.hazmat.primitives.asymmetric import rsa

    hired("forged", "subject-4")
    foreign = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    key = {"RS256": foreign, "HS256": "shared" * 8, "none": ""}[algorithm]

    def forged(found: dict[str, Any]) -> dict[str, Any]:
        claims = jwt.decode(found["id_token"], options={"verify_signature": False})
        return {**found, "id_token": jwt.encode(claims, key, algorithm=algorithm)}

    answering(monkeypatch, forged)
    client = Client()
    assert came_back(client, agreed(gone_to_provider(client), "subject-4")).url == "/sign-in/?failed"


def test_a_link_alone_starts_nothing_and_the_page_allows_this_provider_only(provider: str) -> None:
    client = Client()
    assert client.get("/sign-in/county/").status_code == 404
    hired("reader", "")
    policy = client.get("/sign-in/").headers["Content-Security-Policy"]
    assert re.search(r"form-action ([^;]*)", policy)[1] == f"'self' {provider}"


def test_without_a_provider_there_is_no_button(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.delenv("TONGDENG_OIDC_URL")
    monkeypatch.setattr(settings, "SOCIALACCOUNT_PROVIDERS", signin.provider(tmp_path))
    client = Client()
    assert "政务统一认证" not in client.get("/sign-in/").content.decode()
    assert client.post("/sign-in/county/").status_code == 404
