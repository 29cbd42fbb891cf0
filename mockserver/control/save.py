"""Write entries down: as plain values, as lines of JSON, and as HAR 1.2."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from mockserver.control.bodies import masked_body
from mockserver.control.form import request_form, response_form, url_of
from mockserver.control.har import Message, har, har_entry
from mockserver.control.journal import Entry, decoded
from mockserver.control.masking import masked
from mockserver.control.plain import plain_call, plain_change


class Writer:
    """Knows which names carry secrets."""

    def __init__(self, secrets: frozenset[str]) -> None:
        self._secrets = secrets

    def plain(self, entry: Entry) -> dict[str, Any]:
        """Return an entry as JSON values, secrets masked: `request` is what was asked, `response`
        the reply; `call` is the request as it was decoded, where it was, and `changes` are the
        records that it put or removed.
        """
        call = entry.call
        return {
            "id": str(entry.number),
            "space": entry.space,
            "api": entry.api,
            "operation": entry.operation,
            "kind": entry.kind,
            "request": request_form(
                entry.method,
                entry.path,
                self._masked(entry.query),
                self._masked(entry.headers),
                entry.began_s,
                masked_body(entry.body, entry.header("content-type")),
            ),
            "response": response_form(
                entry.status,
                self._masked(decoded(entry.reply_headers)),
                masked_body(entry.reply_body, entry.reply_header("content-type")),
            ),
            **({} if call is None else {"call": plain_call(call, self._secrets)}),
            "changes": [told for each in entry.changes if (told := plain_change(each)) is not None],
            "duration_ms": round(entry.took_s * 1000, 3),
            "violations": list(entry.violations),
            "wasMatched": bool(entry.operation),
        }

    def lines(self, entries: Sequence[Entry]) -> str:
        """Return one line of JSON for each entry."""
        return "".join(
            json.dumps(self.plain(entry), ensure_ascii=False) + "\n" for entry in entries
        )

    def har(self, entries: Sequence[Entry]) -> dict[str, Any]:
        """Return a HAR log of the entries, secrets masked."""
        return har([self._har(entry) for entry in entries])

    def _har(self, entry: Entry) -> dict[str, Any]:
        headers = self._masked(entry.headers)
        reply_headers = self._masked(decoded(entry.reply_headers))
        scheme, host = entry.scope.get("scheme", "http"), entry.header("host") or "localhost"
        body = masked_body(entry.body, entry.header("content-type"))
        reply_body = masked_body(entry.reply_body, entry.reply_header("content-type"))
        return har_entry(
            entry.method,
            f"{scheme}://{host}{self._url(entry)}",
            self._masked(entry.query),
            Message(headers, body, len(entry.body)),
            entry.status,
            Message(reply_headers, reply_body, len(entry.reply_body)),
            entry.began_s,
            entry.took_s,
            entry.scope.get("http_version", "1.1"),
        )

    def _masked(self, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return masked(pairs, self._secrets)

    def _url(self, entry: Entry) -> str:
        return url_of(entry.path, self._masked(entry.query))
