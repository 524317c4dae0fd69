"""Signing in through the county's own OpenID provider: discovery, code with PKCE, and a signature that is checked."""

from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

# Signatures whose key the provider keeps to itself: with a shared secret, or none at all, anybody could sign.
SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


class CountyProvider(OpenIDConnectOAuth2Adapter):
    """allauth's adapter, which believes a token that came over TLS; here its signature is checked as well."""

    def _decode_id_token(self, app: Any, id_token: str) -> Any:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        try:
            return jwt.decode(
                id_token, _key(id_token, answer.json()), algorithms=SIGNATURES, audience=app.client_id,
                issuer=self.openid_config["issuer"], leeway=60, options={"require": ["exp", "iat", "sub"]},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise OAuth2Error("the identity token does not hold") from error


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
