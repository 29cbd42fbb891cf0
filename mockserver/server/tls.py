"""A certificate for the server: files of the user, checked, or one made on the spot; an SSL context
out.
"""

from __future__ import annotations

import socket
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from mockserver.errors import ServerError, SettingsError
from mockserver.extras import require
from mockserver.slots import dataclass

if TYPE_CHECKING:
    import trustme

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
"""Names that a made certificate always holds, beside the address listened on and the name of the
machine.
"""


@dataclass(frozen=True, slots=True)
class Files:
    """A certificate chain and its private key, both PEM."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Tls:
    """What a server needs to speak TLS. `authority` is the file by which a client can trust it:
    PEM, None when the certificate is the user's own.
    """

    context: ssl.SSLContext
    authority: Path | None = None


def chosen_files(certificate: Path | None, key: Path | None) -> Files | None:
    """Return the files when they are said, None when none is. Raises SettingsError for one without
    the other.
    """
    if certificate is None and key is None:
        return None
    if key is None:
        raise SettingsError(
            f"--tls-cert {certificate}: its private key is missing; give the file with --tls-key"
        )
    if certificate is None:
        raise SettingsError(
            f"--tls-key {key}: its certificate is missing; give the file with --tls-cert"
        )
    return Files(certificate, key)


@contextmanager
def secured(host: str, files: Files | None) -> Iterator[Tls]:
    """Give what a server on `host` needs; a certificate that was made is removed at the end. Raises
    ServerError.
    """
    if files is not None:
        yield Tls(context_of(files))
        return
    with tempfile.TemporaryDirectory(
        prefix="understudy-tls-", ignore_cleanup_errors=True
    ) as folder:
        made = _make(Path(folder), _names(host))
        yield Tls(context_of(made), Path(folder) / "ca.pem")


def context_of(files: Files) -> ssl.SSLContext:
    """Return a context for servers. Raises ServerError that tells which file is wrong, and why."""
    for path, what in ((files.certificate, "certificate"), (files.key, "private key")):
        _require(path, what)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(files.certificate, files.key, password=_refuse_password)
    except ssl.SSLError as error:
        raise ServerError(_worded(files, error)) from None
    return context


def _require(path: Path, what: str) -> None:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ServerError(f"{path}: the {what} cannot be read: {error.strerror or error}") from None
    if b"-----BEGIN" not in text:
        raise ServerError(f"{path}: this is no {what} in PEM form; it begins with '-----BEGIN'")


def _refuse_password() -> NoReturn:
    raise ServerError(
        "the private key is locked by a password; give one without: openssl pkey -in KEY -out "
        "OPEN_KEY"
    )


def _worded(files: Files, error: ssl.SSLError) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"{files.key}: this is not the private key of the certificate {files.certificate}"
    reason = (error.reason or str(error)).replace("_", " ").lower()
    return (
        f"{files.certificate} and {files.key} are no certificate and private key in PEM form: "
        f"{reason}"
    )


def _names(host: str) -> list[str]:
    """Return the names for a certificate, each once."""
    names = [*LOCAL_NAMES, host, socket.gethostname()]
    return list(dict.fromkeys(name.partition("%")[0] for name in names if name))


def _make(folder: Path, names: list[str]) -> Files:
    """Write an authority and a certificate for these names into a folder, IP addresses as IP names
    (RFC 5280 section 4.2.1.6). Raises MissingExtraError.
    """
    require("tls", "a certificate that is made for the run", "trustme")
    import trustme  # only who asks for it waits for it

    authority = trustme.CA()
    kept = [name for name in names if _fits(authority, name)]
    leaf = authority.issue_cert(*kept)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    for blob in leaf.cert_chain_pems:
        blob.write_to_path(folder / "cert.pem", append=True)
    leaf.private_key_pem.write_to_path(folder / "key.pem")
    (folder / "key.pem").chmod(0o600)
    return Files(folder / "cert.pem", folder / "key.pem")


def _fits(authority: trustme.CA, name: str) -> bool:
    """Tell whether a name can stand in a certificate; that of a machine need not."""
    with suppress(ValueError, UnicodeError):
        authority.issue_cert(name)
        return True
    return False
