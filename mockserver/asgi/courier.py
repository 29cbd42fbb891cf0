"""Send requests without waiting for them: deliveries in, HTTP requests out; what fails is told in
one line.

A mock must not become a way to reach other machines, so that only this one is called unless every
host is allowed. Redirects are not followed and proxies are not used.
"""

from __future__ import annotations

import ipaddress
import logging
import threading
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from mockserver.outbox import DeliveryAttempt, Message
from mockserver.slots import dataclass

HEADER = "Understudy-Callback"
"""Marks what was sent by a mock: it causes no callbacks itself, so that none goes in a circle."""
TIMEOUT_S = 5.0
MOST_ATTEMPTS = 4
WAIT_S = 0.25
"""How often a delivery is tried, and how long it waits before the second time; then twice as long
each time.
"""
TOO_MANY = 429
"""The status that asks to come again."""
MOST_AT_ONCE = 16
"""More deliveries than this are not under way at the same time; what comes on top is told and
dropped.
"""
_LOG = logging.getLogger("understudy")


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request to be sent; `name` tells people what it is. What comes of it is noted in a
    `message`; so many first attempts are `failing`, as that was planned.
    """

    name: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    message: Message | None = None
    failing: int = 0


class Courier:
    """Sends deliveries, each in a thread of its own. `anywhere` allows hosts other than this
    machine.
    """

    def __init__(
        self, *, anywhere: bool = False, tell: Callable[[str], None] = _LOG.warning
    ) -> None:
        self._anywhere = anywhere
        self._tell = tell
        self._free = threading.BoundedSemaphore(MOST_AT_ONCE)

    def send(self, delivery: Delivery) -> None:
        """Send a delivery and return at once; never raises."""
        reason = self._refusal(delivery)
        if reason is None and not self._free.acquire(blocking=False):
            reason = f"{MOST_AT_ONCE} callbacks are under way already"
        if reason is not None:
            self._fail(delivery, f"not sent: {reason}")
            return
        try:
            threading.Thread(
                target=self._carry, args=(delivery,), daemon=True, name="callback"
            ).start()
        except RuntimeError as error:
            self._free.release()
            self._fail(delivery, f"not sent: {error}")

    def _refusal(self, delivery: Delivery) -> str | None:
        """Return why a delivery must not be sent, None when it may."""
        try:
            parts = urlsplit(delivery.url)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            return str(error)
        if parts.scheme not in ("http", "https") or not host:
            return "its URL is not an absolute http or https URL"
        if not self._anywhere and not is_this_machine(host):
            return f"{host} is another machine; allow it with --callbacks"
        return None

    def _carry(self, delivery: Delivery) -> None:
        try:
            attempt = self._delivered(delivery)
        finally:
            self._free.release()
        if not attempt.succeeded:
            self._tell_failure(delivery, attempt.reason)

    def _delivered(self, delivery: Delivery) -> DeliveryAttempt:
        """Try until a delivery is taken, or was refused for good; return the last attempt."""
        attempt = DeliveryAttempt()
        for number in range(MOST_ATTEMPTS):
            if number:
                time.sleep(WAIT_S * 2 ** (number - 1))
            attempt = _attempt(delivery, number < delivery.failing)
            if delivery.message is not None:
                delivery.message.attempts.append(attempt)
            is_over = attempt.status is not None and attempt.status < 500
            if is_over and attempt.status != TOO_MANY:
                break
        return attempt

    def _fail(self, delivery: Delivery, reason: str) -> None:
        """Note and tell that a delivery does not even begin."""
        if delivery.message is not None:
            delivery.message.attempts.append(DeliveryAttempt(reason=reason))
        self._tell_failure(delivery, reason)

    def _tell_failure(self, delivery: Delivery, reason: str) -> None:
        line = f"understudy: callback {delivery.name} to {delivery.url[:200]}: {reason}"
        self._tell("".join(each if each.isprintable() else "?" for each in line))


def is_this_machine(host: str) -> bool:
    """Tell whether a host is a loopback address (RFC 1122 section 3.2.1.3, RFC 6761 section
    6.3).
    """
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _attempt(delivery: Delivery, is_failing: bool) -> DeliveryAttempt:
    """Try once to deliver; one that is planned to fail goes nowhere."""
    if is_failing:
        return DeliveryAttempt(reason="planned fault")
    try:
        status = _sent(delivery, urlsplit(delivery.url))
    except (OSError, HTTPException, ValueError) as error:
        return DeliveryAttempt(reason=str(error) or type(error).__name__)
    return DeliveryAttempt(status, "" if status < 300 else f"answered with {status}")


def _sent(delivery: Delivery, url: SplitResult) -> int:
    """Send a request and return the status of its reply. Raises OSError, HTTPException or
    ValueError.
    """
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=TIMEOUT_S)
    try:
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        connection.request(delivery.method, target, delivery.body, dict(delivery.headers))
        return connection.getresponse().status
    finally:
        connection.close()
