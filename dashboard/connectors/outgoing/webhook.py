"""A signed call after the Standard Webhooks (standardwebhooks.com): headers, signature, retries under one id.

The receiver checks `webhook-signature` over `id.timestamp.body`, refuses old timestamps, and does nothing a second time
for an id that it knows.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import http.client
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from dashboard.connectors.outgoing.leaving import pause
from dashboard.connectors.outgoing.output import readable_tail

PREFIX = "whsec_"
FEWEST_SECRET_BYTES = 24
CONNECT_SECONDS, ANSWER_SECONDS = 10.0, 30.0
# Seconds between one attempt and the next.
WAITS = (1.0, 5.0, 25.0)
MOST_READ = 2_000
# Answers after which the same call is tried again: too slow, too early, too many.
TRY_LATER = frozenset({408, 425, 429})
Outcome = Literal["accepted", "refused", "unreached", "unknown"]


@dataclass(frozen=True)
class Answer:
    """What a call came to: accepted (2xx), refused (nothing began), unreached (nobody was there), or unknown.

    Unknown means that the receiver may have begun: it answered too late, broke off, or reported a fault of its own.
    """

    outcome: Outcome
    detail: str


def secret_bytes(text: str) -> bytes:
    """Return the key of a secret: base64 behind `whsec_`, else the text itself; raises ValueError for a weak one."""
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True) if text.startswith(PREFIX) else text.encode()
    except binascii.Error:
        raise ValueError("the secret behind whsec_ is no base64") from None
    if len(key) < FEWEST_SECRET_BYTES:
        raise ValueError(f"the secret has {len(key)} bytes; at least {FEWEST_SECRET_BYTES} are needed")
    return key


def signature(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message, version 1: HMAC-SHA256 over `id.timestamp.body`, in base64."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def call_webhook(
    url: str,
    secret: bytes,
    message_id: str,
    body: bytes,
    *,
    waits: Sequence[float] | None = None,
    seconds: float = ANSWER_SECONDS,
) -> Answer:
    """POST a JSON body until it is accepted or refused, at most once more than there are `waits` (default: WAITS).

    Every attempt has the same id. Redirects are not followed. Raises CallInterruptedError when the program ends.
    """
    perhaps_begun = False
    answer = Answer("unreached", "")
    for wait in (0.0, *(WAITS if waits is None else waits)):
        pause(wait)
        answer = _attempt(url, _headers(secret, message_id, body), body, seconds)
        if answer.outcome in ("accepted", "refused"):
            break
        perhaps_begun = perhaps_begun or answer.outcome == "unknown"
    if answer.outcome == "unreached" and perhaps_begun:
        return Answer("unknown", answer.detail)
    if answer.outcome == "refused" and perhaps_begun:
        return Answer("unknown", f"{answer.detail}; an earlier attempt may have begun it")
    return answer


def _headers(secret: bytes, message_id: str, body: bytes) -> dict[str, str]:
    timestamp = int(time.time())
    return {
        "content-type": "application/json",
        "user-agent": "model-ledger",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message_id, timestamp, body),
        "idempotency-key": message_id,
        "connection": "close",
    }


def _attempt(url: str, headers: dict[str, str], body: bytes, seconds: float) -> Answer:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=min(CONNECT_SECONDS, seconds))
    try:
        connection.connect()
    except OSError as fault:
        connection.close()
        return Answer("unreached", f"{parts.hostname} cannot be reached: {_reason(fault)}")
    # A receiver that sends a byte now and then would never let a timeout of the socket pass.
    alarm = threading.Timer(seconds, _shut, (connection.sock,))
    alarm.daemon = True
    alarm.start()
    begun = time.monotonic()
    try:
        connection.sock.settimeout(seconds)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, headers)
        response = connection.getresponse()
        said = b""
        with suppress(OSError, http.client.HTTPException, ValueError):
            said = response.read(MOST_READ)
    except (OSError, http.client.HTTPException, ValueError) as fault:
        late = time.monotonic() - begun >= seconds
        return Answer("unknown", f"no answer within {seconds:g} seconds" if late else f"it broke off: {_reason(fault)}")
    finally:
        alarm.cancel()
        connection.close()
    return _answer(response.status, said)


def _answer(status: int, said: bytes) -> Answer:
    words = readable_tail(said)
    detail = f"it answered {status}" + (f": {words}" if words else "")
    if 200 <= status < 300:
        return Answer("accepted", detail)
    if status >= 500 or status in TRY_LATER:
        return Answer("unknown", detail)
    if 300 <= status < 400:
        return Answer("refused", f"it answered {status}, a redirect, which is not followed")
    return Answer("refused", detail)


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _reason(fault: Exception) -> str:
    return readable_tail((str(fault) or type(fault).__name__).encode())
