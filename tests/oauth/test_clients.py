"""Authlib, a client of OAuth 2.0 and OpenID Connect that many use, goes through each grant."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from tests.oauth.conftest import OAUTH, OPENID, Serve, document

BACK = "https://app.example/back"
VERIFIER = "a" * 64


def client(**more: object) -> OAuth2Session:
    return OAuth2Session("understudy", "understudy", redirect_uri=BACK, **more)


def consent(url: str, choice: str = "allow", **more: str) -> str:
    """Click a button on the page as a browser does; return where the browser is sent."""
    page = httpx.get(url)
    assert page.status_code == 200, page.text
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
    fields = {name: value.replace("&amp;", "&") for name, value in fields.items()}
    sent = {**fields, **more, "consent": choice}
    answer = httpx.post(page.url.copy_with(query=None), data=sent)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


@pytest.mark.parametrize("way", ["client_secret_basic", "client_secret_post"])
def test_a_client_gets_a_token_for_itself(serve: Serve, way: str) -> None:
    url = serve(document(OAUTH)).url
    with client(token_endpoint_auth_method=way, scope="read") as app:
        token = app.fetch_token(f"{url}/oauth/token", grant_type="client_credentials")
        assert token["scope"] == "read"
        assert app.get(f"{url}/v2/notes").status_code == 200


def test_a_user_gets_a_token_by_password_and_a_new_one_by_refreshing(serve: Serve) -> None:
    url = serve(document(OAUTH)).url
    with client() as app:
        first = app.fetch_token(f"{url}/oauth/token", username="understudy", password="understudy")
        assert app.get(f"{url}/v2/notes").status_code == 200
        second = app.refresh_token(f"{url}/oauth/token", first["refresh_token"])
        assert second["access_token"] != first["access_token"]
        assert app.get(f"{url}/v2/notes").status_code == 200


def test_a_wrong_password_is_an_invalid_grant(serve: Serve) -> None:
    url = serve(document(OAUTH)).url
    with client() as app, pytest.raises(OAuthError, match="invalid_grant"):
        app.fetch_token(f"{url}/oauth/token", username="understudy", password="wrong")


@pytest.mark.parametrize("method", ["S256", "plain"])
def test_a_user_lets_a_client_in_on_a_page_and_the_code_is_good_once(
    serve: Serve, method: str
) -> None:
    url = serve(document(OAUTH)).url
    with client(scope="read", code_challenge_method=method) as app:
        asked, _ = app.create_authorization_url(
            f"{url}/oauth/authorize",
            code_verifier=VERIFIER if method == "S256" else None,
            **({} if method == "S256" else {"code_challenge": VERIFIER}),
            **({} if method == "S256" else {"code_challenge_method": "plain"}),
        )
        back = consent(asked, username="ann")
        app.fetch_token(f"{url}/oauth/token", authorization_response=back, code_verifier=VERIFIER)
        assert app.get(f"{url}/v2/notes").status_code == 200
        with pytest.raises(OAuthError, match="invalid_grant"):
            app.fetch_token(
                f"{url}/oauth/token", authorization_response=back, code_verifier=VERIFIER
            )
        assert app.get(f"{url}/v2/notes").status_code == 401


def test_a_user_who_denies_is_sent_back_with_the_reason(serve: Serve) -> None:
    url = serve(document(OAUTH)).url
    with client() as app:
        asked, state = app.create_authorization_url(f"{url}/oauth/authorize")
        told = parse_qs(urlsplit(consent(asked, "deny")).query)
    assert told["error"] == ["access_denied"]
    assert told["state"] == [state]


def test_a_public_client_needs_the_verifier_of_its_challenge(serve: Serve) -> None:
    url = serve(document(OAUTH)).url
    with OAuth2Session(
        "understudy",
        redirect_uri=BACK,
        token_endpoint_auth_method="none",
        code_challenge_method="S256",
    ) as app:
        asked, _ = app.create_authorization_url(
            f"{url}/oauth/authorize", code_verifier=VERIFIER, __approve="ann"
        )
        back = httpx.get(asked).headers["location"]
        with pytest.raises(OAuthError, match="invalid_grant"):
            app.fetch_token(
                f"{url}/oauth/token", authorization_response=back, code_verifier="b" * 64
            )
        token = app.fetch_token(
            f"{url}/oauth/token", authorization_response=back, code_verifier=VERIFIER
        )
        assert app.refresh_token(f"{url}/oauth/token", token["refresh_token"])["access_token"]


def test_an_id_token_is_verified_by_the_key_set_of_the_discovery_document(serve: Serve) -> None:
    url = serve(document(OPENID)).url
    found = httpx.get(f"{url}/realms/a/.well-known/openid-configuration").json()
    assert found["issuer"] == f"{url}/realms/a"
    with client(scope="openid email read") as app:
        asked, _ = app.create_authorization_url(found["authorization_endpoint"], nonce="n-1")
        token = app.fetch_token(
            found["token_endpoint"], authorization_response=consent(asked, username="ann")
        )
        keys = jwt.PyJWKClient(found["jwks_uri"])
        key = keys.get_signing_key_from_jwt(token["id_token"])
        claims = jwt.decode(
            token["id_token"], key, ["RS256"], audience="understudy", issuer=found["issuer"]
        )
        assert claims["nonce"] == "n-1"
        assert claims["email"] == "ann@example.com"
        user = app.get(found["userinfo_endpoint"]).json()
        assert user["sub"] == claims["sub"] == "ann"
        signed = jwt.decode(token["access_token"], key, ["RS256"], audience=found["issuer"])
        assert signed["scope"] == "openid email read"
        assert app.get(f"{url}/v2/notes").status_code == 200


def test_a_token_is_introspected_and_revoked(serve: Serve) -> None:
    url = serve(document(OPENID)).url
    found = httpx.get(f"{url}/realms/a/.well-known/openid-configuration").json()
    with client(scope="read") as app:
        token = app.fetch_token(found["token_endpoint"], grant_type="client_credentials")
        access = token["access_token"]
        known = app.introspect_token(found["introspection_endpoint"], token=access)
        assert known.json()["active"] is True
        assert known.json()["client_id"] == "understudy"
        assert app.revoke_token(found["revocation_endpoint"], token=access).status_code == 200
        known = app.introspect_token(found["introspection_endpoint"], token=access)
        assert known.json() == {"active": False}
        assert app.get(f"{url}/v2/notes").status_code == 401
