"""What is given, what it opens, and how an issuer refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from mockserver.app import Settings
from mockserver.errors import SettingsError
from tests.asgi.stage import Answer, Play, Stage
from tests.oauth.conftest import OAUTH, OPENID, document, listing

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
APP = {"client_id": "understudy", "client_secret": "understudy"}
OWN = {"grant_type": "client_credentials", **APP}
TOKEN = "POST /oauth/token"


def stage(play: Play, scheme: dict[str, Any], auth: str = "known", **paths: Any) -> Stage:
    spec = document(scheme, **paths)
    rest = {name: spec[name] for name in ("servers", "components")}
    return play(spec["paths"], settings=Settings(cors=False, auth=auth), **rest)


def send(at: Stage, call: str, fields: dict[str, str], **headers: str) -> Answer:
    return at.ask(call, urlencode(fields).encode(), {**FORM, **headers})


def read(at: Stage, token: str, path: str = "/v2/notes") -> Answer:
    return at.ask(f"GET {path}", headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": "tea", **APP}, 400, "unsupported_grant_type"),
        ({**OWN, "client_secret": "no"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, 401, "invalid_client"),
        ({**OWN, "scope": "fly"}, 400, "invalid_scope"),
        ({"grant_type": "refresh_token", **APP, "refresh_token": "x"}, 400, "invalid_grant"),
        ({"grant_type": "authorization_code", **APP, "code": "x"}, 400, "invalid_grant"),
        ({"grant_type": "password", **APP, "username": "x"}, 400, "invalid_request"),
    ],
)
def test_what_is_wrong_is_told_in_the_words_of_the_standard(
    play: Play,
    fields: dict[str, str],
    status: int,
    error: str,
) -> None:
    answer = send(stage(play, OAUTH), TOKEN, fields)
    assert (answer.status, answer.json["error"]) == (status, error)
    assert answer.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in answer.headers) is (status == 401)


def test_a_token_is_good_for_its_time_and_in_its_space(play: Play) -> None:
    at = stage(play, OAUTH)
    told = send(at, TOKEN, OWN).json
    assert told["token_type"] == "Bearer"
    assert read(at, told["access_token"]).status == 200
    assert read(at, told["access_token"], "/__space/b/v2/notes").status == 401
    assert at.space is not None
    at.space.clock.advance(seconds=told["expires_in"])
    refused = read(at, told["access_token"])
    assert refused.status == 401
    assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_a_reset_takes_back_what_was_given(play: Play) -> None:
    at = stage(play, OAUTH)
    token = send(at, TOKEN, OWN).json["access_token"]
    at.ask("POST /__admin/reset")
    assert read(at, token).status == 401


def test_a_scope_that_was_not_granted_is_told(play: Play) -> None:
    at = stage(play, OAUTH)
    token = send(at, TOKEN, {**OWN, "scope": "write"}).json["access_token"]
    refused = read(at, token)
    assert refused.status == 403
    assert refused.headers["www-authenticate"] == (
        'Bearer error="insufficient_scope", scope="read"'
    )


def test_known_credentials_go_on_opening(play: Play) -> None:
    assert read(stage(play, OAUTH), "understudy").status == 200


def test_any_client_and_any_token_is_let_in_where_the_mock_says_so(play: Play) -> None:
    at = stage(play, OAUTH, "any")
    told = send(at, TOKEN, {**OWN, "client_id": "a", "client_secret": "b"})
    assert told.status == 200
    assert read(at, "of-another-issuer").status == 200


def key_file(folder: Path, key: ec.EllipticCurvePrivateKey, kid: str) -> Path:
    """Write the key set of another issuer."""
    public = json.loads(ECAlgorithm.to_jwk(key.public_key()))
    file = folder / "jwks.json"
    file.write_text(json.dumps({"keys": [{**public, "kid": kid}]}))
    return file


def test_a_token_that_another_issuer_has_signed_opens_by_its_keys(
    play: Play, tmp_path: Path
) -> None:
    key, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    at = stage(play, OAUTH, f"jwks={key_file(tmp_path, key, 'k1')}")
    assert at.space is not None
    now = int(at.space.clock().timestamp())
    claims = {"sub": "ann", "scope": "read", "exp": now + 60}

    def status(claims: dict[str, Any], signer: Any = key, kid: str = "k1") -> int:
        token = jwt.encode(claims, signer, "ES256", headers={"kid": kid})
        return read(at, token).status

    assert status(claims) == 200
    assert status({**claims, "scope": "write"}) == 403
    assert status(claims, other) == 401
    assert status(claims, kid="k2") == 401
    at.space.clock.advance(seconds=60)
    assert status(claims) == 401
    assert read(at, "understudy").status == 200


@pytest.mark.parametrize(
    "text", ["{", "{}", '{"keys": []}', '{"keys": [{"kty": "oct", "k": "a"}]}']
)
def test_a_file_without_public_keys_is_told(play: Play, tmp_path: Path, text: str) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(text)
    with pytest.raises(SettingsError, match="no key set"):
        stage(play, OAUTH, f"jwks={file}")


def test_tokens_are_signed_by_the_algorithm_that_the_document_names(play: Play) -> None:
    scheme = {**OAUTH, "bearerFormat": "JWT", "description": "JWTs, signed with ES256."}
    at = stage(play, scheme)
    token = send(at, TOKEN, OWN).json["access_token"]
    (key,) = at.ask("GET /.well-known/jwks.json").json["keys"]
    assert (key["kty"], key["alg"]) == ("EC", "ES256")
    claims = jwt.decode(token, jwt.PyJWK(key), ["ES256"], options={"verify_aud": False})
    assert claims["sub"] == "understudy"
    assert read(at, token).status == 200


def test_a_client_of_ones_own_is_named_by_auth(play: Play) -> None:
    at = stage(play, OAUTH, "clients=app:secret")
    told = send(at, TOKEN, {**OWN, "client_id": "app", "client_secret": "secret"})
    assert told.status == 200


def test_a_described_endpoint_tells_in_its_own_words(play: Play) -> None:
    told = {
        "type": "object",
        "required": ["accessToken", "refreshToken"],
        "properties": {
            "accessToken": {"type": "string"},
            "tokenType": {"type": "string", "enum": ["bearer"]},
            "expiresIn": {"type": "integer", "example": 60},
            "refreshToken": {"type": "string"},
            "scope": {"type": "array", "items": {"type": "string"}},
            "region": {"type": "string", "example": "eu"},
        },
    }
    wrong = {"type": "object", "properties": {"message": {"type": "string"}}}
    sent = {
        "type": "object",
        "required": ["grantType", "tenant"],
        "properties": {"grantType": {"type": "string"}, "tenant": {"type": "string"}},
    }
    endpoint = {
        "requestBody": {"content": {"application/json": {"schema": sent}}},
        "responses": {
            "200": {"description": "OK", "content": {"application/json": {"schema": told}}},
            "400": {"description": "no", "content": {"application/json": {"schema": wrong}}},
        },
    }
    at = stage(play, OAUTH, **{"/oauth/token": {"post": endpoint}})
    asks = {
        "grantType": "client_credentials",
        "clientId": "understudy",
        "clientSecret": "understudy",
    }
    given = at.ask("POST /v2/oauth/token", {**asks, "tenant": "t"})
    assert given.status == 200
    body = given.json
    assert (body["tokenType"], body["expiresIn"], body["region"]) == ("bearer", 60, "eu")
    assert body["scope"] == ["read", "write"]
    assert body["refreshToken"]
    assert read(at, body["accessToken"]).status == 200
    refused = at.ask("POST /v2/oauth/token", asks)
    assert refused.status == 400
    assert "tenant" in refused.json["message"]


def test_a_page_asks_the_user_and_names_what_is_wrong(play: Play) -> None:
    at = stage(play, OAUTH)
    asked = {
        "response_type": "code",
        "client_id": "understudy",
        "redirect_uri": "https://app.example/back?a=1",
        "state": 's"<',
    }
    page = at.ask(f"GET /oauth/authorize?{urlencode(asked)}")
    assert page.status == 200
    assert b'value="s&#34;&lt;"' in page.body
    approved = at.ask(f"GET /oauth/authorize?{urlencode({**asked, '__approve': 'true'})}")
    back = parse_qs(urlsplit(approved.headers["location"]).query)
    assert (back["a"], back["state"]) == (["1"], ['s"<'])
    unknown = {**asked, "client_id": "no"}
    assert at.ask(f"GET /oauth/authorize?{urlencode(unknown)}").status == 400
    hidden = {**asked, "redirect_uri": "javascript:alert(1)"}
    assert at.ask(f"GET /oauth/authorize?{urlencode(hidden)}").status == 400
    wrong = {**asked, "scope": "fly"}
    refused = at.ask(f"GET /oauth/authorize?{urlencode(wrong)}")
    assert "error=invalid_scope" in refused.headers["location"]


def test_an_implicit_flow_gives_its_token_in_the_fragment(play: Play) -> None:
    flow = {"authorizationUrl": "https://login.example/go", "scopes": {"read": "see"}}
    at = stage(play, {"type": "oauth2", "flows": {"implicit": flow}})
    asked = {
        "response_type": "token",
        "client_id": "understudy",
        "redirect_uri": "https://app.example/",
        "__approve": "ann",
    }
    back = at.ask(f"GET /go?{urlencode(asked)}").headers["location"]
    token = parse_qs(urlsplit(back).fragment)["access_token"][0]
    assert read(at, token).status == 200


def test_a_log_in_gives_a_token_that_opens_and_a_log_out_takes_it_back(play: Play) -> None:
    given = {
        "type": "object",
        "properties": {
            "user": {"type": "object", "properties": {"jwt": {"type": "string"}}},
        },
    }
    content = {"application/json": {"schema": given}}
    sent = {"content": {"application/json": {"schema": {"type": "object"}}}}
    paths = {
        "/login": {
            "post": {
                "requestBody": sent,
                "responses": {"200": {"description": "OK", "content": content}},
            }
        },
        "/logout": {"post": {"responses": {"204": {"description": "gone"}}}},
    }
    scheme = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    at = stage(play, scheme, **paths)
    first = at.ask("POST /v2/login", {"email": "a@b.example"}).json["user"]["jwt"]
    second = at.ask("POST /v2/login", {"email": "a@b.example"}).json["user"]["jwt"]
    assert first != second
    claims = jwt.decode(first, options={"verify_signature": False})
    assert claims["sub"] == "a@b.example"
    assert read(at, first).status == 200
    assert read(at, "another").status == 401
    at.ask("POST /v2/logout", headers={"Authorization": f"Bearer {first}"})
    assert [read(at, first).status, read(at, second).status] == [401, 200]


def test_the_served_document_and_the_discovery_document_lead_to_the_mock(play: Play) -> None:
    at = stage(play, OPENID)
    served = at.ask("GET /__admin/").body.decode()
    name = served.split("/docs/")[1].split("/")[0]
    shown = at.ask(f"GET /__admin/docs/{name}/openapi.json").json
    place = shown["components"]["securitySchemes"]["o"]["openIdConnectUrl"]
    assert place == "/realms/a/.well-known/openid-configuration"
    found = at.ask(f"GET /__space/b{place}").json
    assert urlsplit(found["jwks_uri"]).path == "/__space/b/realms/a/.well-known/jwks.json"


def test_a_token_endpoint_that_no_flow_names_is_known_by_what_it_takes(play: Play) -> None:
    sent = {
        "type": "object",
        "properties": {"grant_type": {"type": "string", "enum": ["client_credentials"]}},
    }
    told = {"type": "object", "properties": {"access_token": {"type": "string"}}}
    form = {"application/x-www-form-urlencoded": {"schema": sent}}
    answer = {"description": "OK", "content": {"application/json": {"schema": told}}}
    post = {"security": [], "requestBody": {"content": form}, "responses": {"200": answer}}
    scheme = {"type": "http", "scheme": "bearer"}
    at = stage(play, scheme, **{"/session/new": {"post": post}})
    token = send(at, "POST /v2/session/new", OWN).json["access_token"]
    assert read(at, token).status == 200


def test_a_document_that_declares_no_tokens_has_no_issuer(play: Play) -> None:
    at = stage(play, {"type": "apiKey", "in": "header", "name": "X-Key"})
    assert at.space is not None
    assert at.space.model.security.issued == frozenset()
    assert at.space.model.made == ()
    assert at.ask("POST /oauth/token").status == 404


def test_a_described_revocation_takes_a_token_back(play: Play) -> None:
    sent = {"type": "object", "properties": {"token": {"type": "string"}}}
    body = {"content": {"application/x-www-form-urlencoded": {"schema": sent}}}
    post = {"requestBody": body, "responses": {"200": {"description": "OK"}}}
    at = stage(play, OAUTH, **{"/oauth/revoke": {"post": post}, "/more": {"get": listing("o")}})
    token = send(at, TOKEN, OWN).json["access_token"]
    assert send(at, "POST /v2/oauth/revoke", {**APP, "token": token}).status == 200
    assert read(at, token, "/v2/more").status == 401
