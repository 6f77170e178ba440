"""Connections that are too slow are cut, by a clock of the test's own: a body that trickles, that stops, a head."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from dashboard.api import connections
from dashboard.api.connections import BODY_S, HEAD_S, SLOWEST, BoundedProtocol

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"


class Timer:
    """A call that was put off and may be called off."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.work: Callable[[], None] | None = work

    def cancel(self) -> None:
        self.work = None


class Clock:
    """A clock that stands still until it is moved, and the event loop that goes by it. Nothing that it starts runs."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self._order = itertools.count()
        self._waiting: list[tuple[float, int, Timer]] = []

    def monotonic(self) -> float:
        return self.now

    def call_later(self, seconds: float, work: Callable[..., None], *values: Any) -> Timer:
        timer = Timer(lambda: work(*values))
        heapq.heappush(self._waiting, (self.now + seconds, next(self._order), timer))
        return timer

    def create_task(self, work: Any, **_: Any) -> asyncio.Future[None]:
        work.close()
        return asyncio.Future(loop=self._idle())

    def pass_by(self, seconds: float) -> None:
        ends = self.now + seconds
        while self._waiting and self._waiting[0][0] <= ends:
            self.now, _, timer = heapq.heappop(self._waiting)
            if timer.work is not None:
                timer.work()
        self.now = ends

    def _idle(self) -> asyncio.AbstractEventLoop:
        self.loop = getattr(self, "loop", None) or asyncio.new_event_loop()
        return self.loop


class Transport:
    """A connection of which only its end is of interest."""

    def __init__(self) -> None:
        self.cut = False

    def get_extra_info(self, _: str) -> None:
        return None

    def is_closing(self) -> bool:
        return self.cut

    def abort(self) -> None:
        self.cut = True

    def close(self) -> None:
        self.cut = True

    def write(self, _: bytes) -> None:
        """What is answered is of no interest."""

    def pause_reading(self) -> None:
        """As told by the protocol's own flow control."""

    def resume_reading(self) -> None:
        """As told by the protocol's own flow control."""


async def nothing(_scope: Any, _receive: Any, _send: Any) -> None:
    """An application that never answers."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    made = Clock()
    monkeypatch.setattr(connections, "time", made)
    monkeypatch.setattr(BoundedProtocol, "everyone", set())
    monkeypatch.setattr(BoundedProtocol, "waiting", {})
    yield made
    if hasattr(made, "loop"):
        made.loop.close()


@pytest.fixture
def opened(clock: Clock) -> tuple[BoundedProtocol, Transport]:
    config = uvicorn.Config(nothing, log_config=None)
    config.load()
    protocol, transport = BoundedProtocol(config, ServerState(), {}, _loop=clock), Transport()
    protocol.connection_made(transport)  # type: ignore[arg-type]
    return protocol, transport


def send_slowly(clock: Clock, protocol: BoundedProtocol, transport: Transport, each: bytes, seconds: float) -> float:
    """Send `each` second by second until the connection is cut or so many seconds are over; returns how many passed."""
    for second in range(int(seconds)):
        if transport.cut:
            return second
        protocol.data_received(each)
        clock.pass_by(1.0)
    return seconds


def test_a_body_that_trickles_is_cut(clock: Clock, opened: tuple[BoundedProtocol, Transport]) -> None:
    protocol, transport = opened
    protocol.data_received(HEAD)
    passed = send_slowly(clock, protocol, transport, b"x", 300)
    assert transport.cut
    assert BODY_S <= passed <= BODY_S + 11
    assert protocol not in BoundedProtocol.everyone


@pytest.mark.parametrize(("rate", "kept"), [(SLOWEST // 4, False), (SLOWEST, True), (4 * SLOWEST, True)])
def test_how_slow_a_body_may_be(clock: Clock, opened: tuple[BoundedProtocol, Transport], rate: int, kept: bool) -> None:
    protocol, transport = opened
    protocol.data_received(HEAD)
    send_slowly(clock, protocol, transport, b"x" * rate, 600)
    assert transport.cut != kept


def test_a_body_that_stops_is_cut(clock: Clock, opened: tuple[BoundedProtocol, Transport]) -> None:
    protocol, transport = opened
    protocol.data_received(HEAD)
    protocol.data_received(b"x" * 10_000)
    clock.pass_by(BODY_S - 1)
    assert not transport.cut
    clock.pass_by(BODY_S)
    assert transport.cut


def test_a_body_that_the_program_does_not_take_yet_is_kept(
    clock: Clock, opened: tuple[BoundedProtocol, Transport]
) -> None:
    protocol, transport = opened
    protocol.data_received(HEAD)
    protocol.flow.pause_reading()
    clock.pass_by(20 * BODY_S)
    assert not transport.cut
    protocol.flow.resume_reading()
    clock.pass_by(2 * BODY_S)
    assert transport.cut


def test_a_head_that_trickles_is_cut(clock: Clock, opened: tuple[BoundedProtocol, Transport]) -> None:
    protocol, transport = opened
    protocol.data_received(b"GET / HTTP/1.1\r\nX: ")
    passed = send_slowly(clock, protocol, transport, b"y", 60)
    assert transport.cut
    assert passed <= HEAD_S + 1


def test_what_is_answered_for_long_is_kept(clock: Clock, opened: tuple[BoundedProtocol, Transport]) -> None:
    protocol, transport = opened
    protocol.data_received(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    clock.pass_by(3_600)
    assert not transport.cut
