"""A receiver of webhooks on this machine that answers as a test says, and keeps what it got."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """What came in: headers (names in small letters) and bodies; `url` is where it listens."""

    url: str = ""
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@contextmanager
def receiving(*answers: bytes | Callable[[socket.socket], None]) -> Iterator[Receiver]:
    """A receiver that gives its answers one after the other, the last one again and again.

    Bytes are sent as they are; a function gets the connection.
    """
    known = Receiver()
    left: Sequence[bytes | Callable[[socket.socket], None]] = list(answers)
    taking = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            with taking:
                answer = left[min(len(known.bodies), len(left) - 1)]
                known.headers.append({name.lower(): value for name, value in self.headers.items()})
                known.bodies.append(body)
                known.paths.append(self.path)
            if callable(answer):
                answer(self.connection)
            else:
                self.wfile.write(answer)
            self.close_connection = True

        def log_message(self, *values: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    known.url = f"http://127.0.0.1:{server.server_address[1]}/train?team=a"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()


def answer(status: int, body: str = "", *headers: str) -> bytes:
    """An answer as it stands on the wire."""
    lines = [f"HTTP/1.1 {status} Any", f"content-length: {len(body.encode())}", *headers, "", body]
    return "\r\n".join(lines).encode()
