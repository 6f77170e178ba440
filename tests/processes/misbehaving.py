"""A child process that does what the request says: what a hostile or broken model file could make it do."""

from __future__ import annotations

import ctypes
import os
import socket
from pathlib import Path

from dashboard.processes.child import Message, Tell, serve
from dashboard.processes.limits import Limits

LIMITS = Limits(memory_bytes=512 * 2**20, file_bytes=2**20, cpu_seconds=2)


def start() -> None:
    """Say something where the answers would go."""
    os.write(1, b"starting\n")


def tell_shares(tell: Tell, number: int) -> None:
    """Tell how far the work is."""
    for share in range(number):
        tell({"share": share})


def answer(request: Message, tell: Tell) -> Message:
    """Misbehave as asked, or tell something about itself."""
    deed = request["do"]
    tell_shares(tell, request.get("shares", 0))
    if deed == "crash":
        ctypes.string_at(0)
    if deed == "loop":
        while True:
            pass
    if deed == "allocate":
        return {"bytes": len(bytearray(4 * 2**30))}
    if deed == "write":
        (Path(os.environ["TMPDIR"]) / "big").write_bytes(bytes(100 * 2**20))
    if deed == "raise":
        raise ValueError("no such leaf")
    if deed == "babble":
        os.write(1, b"hello from a library\n")
    if deed == "connect":
        with socket.socket() as caller:
            network = os.readlink("/proc/self/ns/net")
            return {"error": caller.connect_ex(("127.0.0.1", request["port"])), "network": network}
    if deed == "lie":
        os.write(3, b"[1, 2]\n")
    return {"process": os.getpid(), "environment": dict(os.environ), "directory": os.environ["TMPDIR"]}


if __name__ == "__main__":
    serve(start, answer, LIMITS)
