"""Signing in through the county's own OpenID provider: discovery, code with PKCE, and a signature that is checked.

Who somebody is, the identity token alone says. allauth sees to it that an answer belongs to this session, once, by its
state; that the token belongs to this answer, by its nonce, is seen to here.
"""

import base64
import hashlib
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

# Signatures whose key the provider keeps to itself: with a shared secret, or none at all, anybody could sign.
SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


class _Client(OAuth2Client):
    """Asks for a token that bears the challenge of PKCE as its nonce: only this session has the secret behind it."""

    def get_redirect_url(self, authorization_url: str, scope: Any, extra_params: Any) -> str:
        asked = {**extra_params, "nonce": extra_params["code_challenge"]}
        return str(super().get_redirect_url(authorization_url, scope, asked))


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class CountyProvider(OpenIDConnectOAuth2Adapter):
    """allauth's adapter, which believes a token that came over TLS; here its signature and nonce are checked too."""

    client_class = _Client

    def get_provider(self) -> Any:
        provider = super().get_provider()
        provider.oauth2_adapter_class = type(self)  # it leads there as well
        return provider

    def get_access_token_data(
        self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: str | None = None
    ) -> Any:
        found = super().get_access_token_data(request, app, client, pkce_code_verifier)
        if not found.get("id_token"):
            raise OAuth2Error("no identity token came")
        self._nonce = _challenge(pkce_code_verifier or "")
        return found

    def _decode_id_token(self, app: Any, id_token: str) -> Any:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        try:
            claims = jwt.decode(
                id_token, _key(id_token, answer.json()), algorithms=SIGNATURES, audience=app.client_id,
                issuer=self.openid_config["issuer"], leeway=60, options={"require": ["exp", "iat", "sub", "nonce"]},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise OAuth2Error("the identity token does not hold") from error
        if claims["nonce"] != self._nonce:
            raise OAuth2Error("the identity token is of another sign-in")
        return claims


def _key(id_token: str, known: Any) -> Any:
    """Return the key that a token names; a provider with a single key need not name it."""
    keys = [one for one in jwt.PyJWKSet.from_dict(known).keys if one.public_key_use in (None, "sig")]
    kid = jwt.get_unverified_header(id_token).get("kid")
    found = [one for one in keys if one.key_id == kid] if kid else keys
    if len(found) != 1:
        raise jwt.InvalidKeyError
    return found[0].key


def _answer(kind: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        return kind.adapter_view(CountyProvider(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None


def leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider; by a button, so that no link elsewhere can sign somebody in."""
    if request.method != "POST":
        raise Http404
    return _answer(OAuth2LoginView, request, provider_id)


def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take what the provider sent back."""
    return _answer(OAuth2CallbackView, request, provider_id)


urlpatterns = [
    path("sign-in/<slug:provider_id>/", leave, name="openid_connect_login"),
    path("sign-in/<slug:provider_id>/back/", come_back, name="openid_connect_callback"),
]
