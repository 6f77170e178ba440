"""Connections that cannot hold the server up: limits in time, in size of what comes before a body, and in number.

A connection that waits (no whole head of a request yet, or nothing asked since the last answer) makes room for a new
one when there are too many; one that is being answered never does.
"""

from __future__ import annotations

import asyncio
import logging
import resource
import time
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

LOG = logging.getLogger("dashboard.connections")
# Seconds until the head of a request is there, and without any byte of its body.
HEAD_S, BODY_S = 10.0, 30.0
# A body brings at least so many bytes a second, seen from half a minute on.
SLOWEST = 256
HEAD_BYTES = 64 * 1024
# Connections at most, and files that the process needs besides; sockets of pages may take as many again.
MOST, LEAST, RESERVED = 1_000, 16, 128
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n"
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


def raise_file_limit() -> None:
    """Let the process open as many files as it may, up to what its connections can need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MOST + RESERVED
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


def most_connections() -> int:
    """How many connections, and how many sockets of pages, the limit of open files leaves room for."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else max(LEAST, min(MOST, (soft - RESERVED) // 2))


class BoundedProtocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, on connections that are bounded."""

    # Of this process: all connections, and those that wait, the longest first.
    everyone: set[BoundedProtocol] = set()
    waiting: dict[BoundedProtocol, None] = {}

    def __init__(self, *given: Any, **named: Any) -> None:
        """Begin without a clock."""
        super().__init__(*given, **named)
        self._clock: asyncio.TimerHandle | None = None
        self._in_head = True
        self._head_bytes = self._body_bytes = 0
        self._last = self._began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection, in the place of the one that waits longest where there are too many."""
        super().connection_made(transport)  # type: ignore[arg-type]
        if len(self.everyone) >= most_connections():
            longest = next(iter(self.waiting), None)
            if longest is None:
                self.transport.write(BUSY)
                self.transport.close()
                return
            longest.leave()
        self.everyone.add(self)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        self._forget()
        super().connection_lost(exc)

    def leave(self) -> None:
        """Close a connection at once."""
        self._forget()
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take bytes; a head that does not end is refused."""
        if self._in_head:
            self._head_bytes += len(data)
        else:
            self._body_bytes += len(data)
        self._last = time.monotonic()
        super().data_received(data)
        if self._in_head and self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self.transport.write(TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """Let the time for the head of a further request begin."""
        super().on_message_begin()
        if not self._in_head:
            self._await_head()

    def on_headers_complete(self) -> None:
        """Begin to wait for the body."""
        super().on_headers_complete()
        self.waiting.pop(self, None)
        self._in_head, self._body_bytes = False, 0
        self._began = self._last = time.monotonic()
        self._look_again(BODY_S)

    def on_message_complete(self) -> None:
        """The request is whole: how long the answer takes is the program's affair."""
        super().on_message_complete()
        self._stop()

    def on_response_complete(self) -> None:
        """What is answered waits, for as long as uvicorn keeps it, and makes room for others."""
        super().on_response_complete()
        if self in self.everyone and not self.transport.is_closing():
            self.waiting[self] = None

    def handle_websocket_upgrade(self) -> None:
        """A socket of a page is no connection of ours any more; the guard counts those."""
        self._forget()
        super().handle_websocket_upgrade()

    def _await_head(self) -> None:
        self._in_head, self._head_bytes = True, 0
        if not self._is_answered():
            self.waiting[self] = None
        self._began = time.monotonic()
        self._look_again(HEAD_S)

    def _is_answered(self) -> bool:
        """Whether the answer to an earlier request is under way."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _look_again(self, seconds: float) -> None:
        self._stop()
        self._clock = self.loop.call_later(seconds, self._look)

    def _look(self) -> None:
        """Close a connection that is too slow; a body that the program itself does not take yet is not."""
        moment = time.monotonic()
        held_back = self.flow.read_paused
        if not self._in_head and held_back:
            self._began = self._last = moment
            self._body_bytes = 0
        slow = self._body_bytes < SLOWEST * (moment - self._began - BODY_S) or moment - self._last >= BODY_S
        if (self._in_head and not self._is_answered()) or (not self._in_head and slow and not held_back):
            LOG.info("a connection was closed that sent no whole request in time")
            self.leave()
        else:
            self._look_again(BODY_S / 3)

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _forget(self) -> None:
        self._stop()
        self.everyone.discard(self)
        self.waiting.pop(self, None)
