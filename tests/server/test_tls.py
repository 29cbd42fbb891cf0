"""TLS: a certificate made on the spot or files of the user, over a real port, with clear
refusals.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import trustme
from click.testing import CliRunner

from mockserver.cli import main
from mockserver.errors import ServerError
from mockserver.server import MockServer
from tests.conftest import fresh_app

KEY = {"X-Api-Key": "bookshop-key"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two certificates and keys, and the authority of both."""
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    for name in ("one", "other"):
        leaf = authority.issue_cert("localhost", "127.0.0.1")
        leaf.cert_chain_pems[0].write_to_path(folder / f"{name}.pem")
        leaf.private_key_pem.write_to_path(folder / f"{name}.key")
    (folder / "text").write_text("not a certificate", "utf-8")
    (folder / "broken").write_text(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "utf-8"
    )
    return folder


def trusting(authority: Path) -> httpx.Client:
    return httpx.Client(verify=ssl.create_default_context(cafile=str(authority)), trust_env=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_made_certificate_is_good_for_the_address_and_the_name(host: str) -> None:
    with (
        MockServer(app=fresh_app("bookshop"), tls=True) as mock,
        trusting(mock.authority) as client,
    ):
        assert mock.url.startswith("https://127.0.0.1:")
        url = mock.url.replace("127.0.0.1", host)
        assert client.get(f"{url}/shelves", headers=KEY).json()["total"] == 3


def test_a_certificate_is_good_for_ipv6() -> None:
    with (
        MockServer(app=fresh_app("bookshop"), host="::1", tls=True) as mock,
        trusting(mock.authority) as client,
    ):
        assert client.get(f"{mock.url}/shelves", headers=KEY).status_code == 200


def test_a_client_that_does_not_know_the_authority_is_warned() -> None:
    stranger = httpx.Client(trust_env=False)
    refused = pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED")
    with MockServer(app=fresh_app("bookshop"), tls=True) as mock, stranger, refused:
        stranger.get(f"{mock.url}/shelves", headers=KEY)


def test_links_in_replies_are_https() -> None:
    with (
        MockServer(app=fresh_app("bigcommerce-v2"), tls=True) as mock,
        trusting(mock.authority) as client,
    ):
        sent = {"image_file": "http://example.com/a.jpg"}
        made = client.post(
            f"{mock.url}/stores/s/v2/products/29/images", headers={"X-Auth-Token": "tok"}, json=sent
        )
        assert made.status_code == 201
        assert made.headers["Location"].startswith(mock.url)


def test_plain_http_to_a_tls_port_does_not_end_the_server() -> None:
    with (
        MockServer(app=fresh_app("bookshop"), tls=True) as mock,
        trusting(mock.authority) as client,
    ):
        with pytest.raises(httpx.TransportError):
            client.get(f"{mock.url.replace('https', 'http')}/shelves", headers=KEY)
        assert client.get(f"{mock.url}/shelves", headers=KEY).status_code == 200


def test_what_was_made_is_removed_when_the_server_stops() -> None:
    with MockServer(app=fresh_app("bookshop"), tls=True) as mock:
        folder = mock.authority.parent
        assert (folder / "key.pem").stat().st_mode & 0o077 == 0
    assert not folder.exists()
    with pytest.raises(ServerError, match="tls=True"):
        _ = mock.authority


def test_nothing_is_left_behind_when_the_port_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(ServerError, match="is taken"),
    ):
        MockServer(app=fresh_app("bookshop"), port=taken.getsockname()[1], tls=True).start()
    assert list(tmp_path.iterdir()) == []


def test_files_of_the_user_are_used(files: Path) -> None:
    own = (files / "one.pem", files / "one.key")
    with (
        MockServer(app=fresh_app("bookshop"), tls=own) as mock,
        trusting(files / "ca.pem") as client,
    ):
        assert client.get(f"{mock.url}/shelves", headers=KEY).status_code == 200


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            ["--tls-cert", "absent.pem", "--tls-key", "one.key"],
            "absent.pem: the certificate cannot be read: No such",
        ),
        (
            ["--tls-cert", "one.pem", "--tls-key", "absent.key"],
            "absent.key: the private key cannot be read: No such",
        ),
        (
            ["--tls-cert", "one.pem", "--tls-key", "other.key"],
            "other.key: this is not the private key of",
        ),
        (["--tls-cert", "one.pem"], "its private key is missing; give the file with --tls-key"),
        (["--tls-key", "one.key"], "its certificate is missing; give the file with --tls-cert"),
        (
            ["--tls-cert", "text", "--tls-key", "one.key"],
            "text: this is no certificate in PEM form",
        ),
        (
            ["--tls-cert", "one.pem", "--tls-key", "text"],
            "text: this is no private key in PEM form",
        ),
        (
            ["--tls-cert", "broken", "--tls-key", "one.key"],
            "broken and one.key are no certificate and private key",
        ),
        (
            ["--tls-cert", ".", "--tls-key", "one.key"],
            ".: the certificate cannot be read: Is a directory",
        ),
    ],
)
def test_wrong_files_are_told_and_end_with_2(
    files: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], told: str
) -> None:
    monkeypatch.chdir(files)
    ran = CliRunner().invoke(main, ["mock", "bookshop", "-p", "0", *options])
    assert ran.exit_code == 2, ran.output
    assert ran.output.startswith("understudy: ")
    assert told in ran.output
    assert ran.output.count("\n") == 1


def test_a_locked_key_is_told_and_nobody_is_asked_for_its_password(
    files: Path, tmp_path: Path
) -> None:
    from cryptography.hazmat.primitives import serialization as forms

    key = forms.load_pem_private_key((files / "one.key").read_bytes(), None)
    locked = tmp_path / "locked.key"
    how = (forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.BestAvailableEncryption(b"secret"))
    locked.write_bytes(key.private_bytes(*how))
    with pytest.raises(ServerError, match="locked by a password"):
        MockServer(app=fresh_app("bookshop"), tls=(files / "one.pem", locked)).start()


def test_the_command_tells_where_the_authority_is_and_removes_it_at_the_end(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from mockserver.cli import main; main()",
        "mock",
        "bookshop",
        "-p",
        "0",
        "--tls",
    ]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        said = ""
        while "listening on" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        url = re.search(r"listening on (https://\S+)", said)
        authority = re.search(r"REQUESTS_CA_BUNDLE=(\S+)", said)
        assert url is not None
        assert authority is not None
        with trusting(Path(authority[1])) as client:
            assert client.get(f"{url[1]}/shelves", headers=KEY).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert list(tmp_path.glob("understudy-tls-*")) == []
