"""What lets a client in is told nowhere: by its name, by its place, by its shape."""

from __future__ import annotations

import gzip
import json

import pytest

from mockserver.control.bodymask import masked_body, names_secret
from mockserver.control.masking import masked, masked_exchange, masked_target
from mockserver.control.shapes import masked_shapes
from mockserver.exchange import Answer, Exchange, Headers, Sent

SECRET = "TOPSECRET"
JSON = "application/json"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "value",
    [
        {"sessionId": SECRET},
        {"jwt": SECRET, "otp": SECRET},
        {"token": {"value": SECRET, "kind": SECRET}},
        {"passwords": [SECRET, [SECRET]]},
        {"user": {"credentials": {"a": [{"b": SECRET}]}}},
        {"clientSecret": SECRET, "cvc": SECRET, "cardNumber": SECRET},
    ],
)
def test_all_that_stands_below_the_name_of_a_secret_is_masked(value: object) -> None:
    assert SECRET not in masked_body(json.dumps(value).encode(), JSON).decode()


@pytest.mark.parametrize(
    "name", ["nextPageToken", "author", "max_tokens_page", "inside", "session", "key", "card"]
)
def test_a_name_that_only_looks_like_a_secret_is_none(name: str) -> None:
    assert not names_secret(name)


def test_numbers_below_the_name_of_a_secret_stay() -> None:
    body = b'{"tokens": 12, "token": {"expires_in": 3600}}'
    assert masked_body(body, JSON) == body


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("application/x-ndjson", '{"password": "TOPSECRET"}\n{"password": "TOPSECRET"}\n'),
        ("application/json", '{"name": "a", "password": "TOPSECRET", '),
        ("application/json; charset=utf-8", '{"password": "TOPSECRET"}'),
        ("text/plain", 'it was {"secret": "TOPSECRET"} before'),
        ("application/x-www-form-urlencoded", "a=b&user[password]=TOPSECRET"),
        ("application/xml", "<a><password>TOPSECRET</password></a>"),
        (
            'multipart/form-data; boundary="xyz"',
            '--xyz\r\nContent-Disposition: form-data; name="password"\r\n\r\nTOPSECRET\r\n--xyz--',
        ),
        (
            "multipart/form-data; boundary=xyz",
            '--xyz\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: application/json'
            '\r\n\r\n{"otp": "TOPSECRET"}\r\n--xyz--\r\n',
        ),
    ],
)
def test_a_secret_is_masked_in_whatever_the_body_is_written(media_type: str, content: str) -> None:
    assert SECRET not in masked_body(content.encode(), media_type).decode()


def test_the_other_parts_of_a_multipart_body_stay() -> None:
    parts = (
        b'--xyz\r\nContent-Disposition: form-data; name="note"\r\n\r\nhi\xff\r\n'
        b'--xyz\r\nContent-Disposition: form-data; name="password"\r\n\r\nTOPSECRET\r\n--xyz--\r\n'
    )
    shown = masked_body(parts, "multipart/form-data; boundary=xyz")
    assert shown == parts.replace(b"TOPSECRET", b"***")


def test_a_body_in_a_content_coding_is_masked() -> None:
    body = gzip.compress(b'{"password": "TOPSECRET", "name": "ada"}')
    shown = masked_body(body, JSON, "gzip")
    assert json.loads(gzip.decompress(shown)) == {"password": "***", "name": "ada"}


def test_a_coded_body_without_secrets_is_the_same_bytes() -> None:
    body = gzip.compress(b'{"name": "ada"}')
    assert masked_body(body, JSON, "gzip") is body


def test_a_body_that_cannot_be_decoded_is_masked_whole() -> None:
    assert masked_body(b"TOPSECRET", JSON, "br") == b"***"


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        "https://ada:TOPSECRET@shop.example/a",
        "-----BEGIN RSA PRIVATE KEY-----\nTOPSECRET\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nTOPSECRET cut off",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111111111111111",
        "3782 822463 10005",
        "sk_live_TOPSECRET1234",
        "AKIAIOSFODNN7EXAMPLE",
    ],
)
def test_a_secret_is_known_by_its_shape(text: str) -> None:
    shown = masked_shapes(f"before {text} after")
    assert "***" in shown
    assert text not in shown
    assert SECRET not in shown
    assert shown.startswith("before ")


@pytest.mark.parametrize(
    "text",
    [
        "gid://shopify/Product/7982853619734",
        "4111111111111112",
        "2024-01-01T10:00:00Z",
        "https://shop.example/@ada/a",
        "550e8400-e29b-41d4-a716-446655440000",
        "ey.ey.ey",
    ],
)
def test_what_is_no_secret_keeps_its_shape(text: str) -> None:
    assert masked_shapes(text) == text


def test_a_target_keeps_its_spelling_but_for_secrets() -> None:
    target = "/a%20b?api_key=TOPSECRET&q=a+b&page=7&empty"
    assert masked_target(target, frozenset()) == "/a%20b?api_key=***&q=a+b&page=7&empty"


@pytest.mark.parametrize("name", ["Referer", "Location"])
def test_the_query_of_a_url_in_a_header_is_masked(name: str) -> None:
    url = "https://shop.example/a?token=TOPSECRET&page=2"
    shown = masked([(name, url)], frozenset())
    assert shown == [(name, "https://shop.example/a?token=***&page=2")]


def test_a_parameter_of_the_path_is_masked_by_its_name() -> None:
    sent = Sent("POST", "/v1/resets/TOPSECRET/steps", Headers([]), b"")
    exchange = Exchange(sent, Answer(204, {}, b""), operation="POST /resets/{token}/steps")
    assert masked_exchange(exchange, frozenset()).sent.path == "/v1/resets/***/steps"


OWN = frozenset({"nickname"})


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        ('{"Nickname": "TOPSECRET", "page": 1}', JSON),
        ('{"a": [{"nickname": {"first": "TOPSECRET"}}]}', JSON),
        ('{"nickname": "TOPSECRET"}\n{"nickname": "TOPSECRET"}', "application/jsonl"),
        ('{"nickname": "TOPSECRET", ', JSON),
        ("user[nickname]=TOPSECRET&page=1", "application/x-www-form-urlencoded"),
        ("<user><nickname>TOPSECRET</nickname></user>", "application/xml"),
        (
            '--xyz\r\nContent-Disposition: form-data; name="nickname"\r\n\r\nTOPSECRET\r\n--xyz--',
            "multipart/form-data; boundary=xyz",
        ),
    ],
)
def test_what_a_user_calls_a_secret_is_one_in_every_body(content: str, media_type: str) -> None:
    assert SECRET in masked_body(content.encode(), media_type).decode()
    assert SECRET not in masked_body(content.encode(), media_type, names=OWN).decode()


def test_what_a_user_calls_a_secret_is_one_wherever_it_stands() -> None:
    headers = {"Nickname": SECRET, "Content-Type": JSON}
    content = b'{"nickname": "TOPSECRET"}'
    sent = Sent("POST", f"/of/{SECRET}?nickname={SECRET}", headers, content)
    answer = Answer(200, headers, content)
    exchange = Exchange(sent, answer, 0.0, 0.0, operation="POST /of/{nickname}")
    assert SECRET in repr(masked_exchange(exchange, frozenset()))
    shown = masked_exchange(exchange, frozenset(), OWN)
    for message in (shown.sent, shown.answer):
        assert message is not None
        assert SECRET not in repr(message.headers) + message.content.decode()
    assert SECRET not in shown.sent.target
