"""Files that come over HTTP: streamed into a private directory of the home, limited in size, gone after the call.

A file's own name is shown in messages after cleaning; where a file lies never depends on more than that clean name.
"""

from __future__ import annotations

import re
import shutil
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

import anyio.to_thread
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from dashboard.actions.registry import BodyLimit
from dashboard.api.access import RefusedError
from dashboard.api.compression import unpacked
from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.store.engine.home_lock import UPLOADS

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

PRIVATE = 0o700
LONGEST_FIELD = 10_000
# Bytes of a boundary (RFC 2046).
LONGEST_BOUNDARY = 70
# What came is taken apart and written in steps of about this size, outside of the loop that answers others.
STEP_BYTES = 262_144
MOST_PARTS = 1_000
# Bytes of a file name, and of the path of a model file beside its card; file systems allow 255 a name.
LONGEST_NAME = 120
LONGEST_PATH = 800
ENDINGS = {
    "text/csv": ".csv",
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "application/json": ".json",
    "application/vnd.apache.parquet": ".parquet",
    "application/yaml": ".yaml",
}


@dataclass
class Received:
    """Staged files in the order they came, and the plain fields beside them."""

    files: list[Path] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)


def clean_name(received: str) -> str:
    """A file name for messages and staging: the last part, without control characters, slashes and leading dots."""
    last = re.split(r"[/\\]", received)[-1]
    kept = re.sub(r"[^\w.+@=,() -]", "_", last).lstrip(". ")
    return kept.encode()[-LONGEST_NAME:].decode(errors="ignore").lstrip(". ") or "upload"


@asynccontextmanager
async def received(request: Request, home: Path, limit: BodyLimit) -> AsyncIterator[Received]:
    """The files of a request in a directory of its own, which is removed at the end.

    Raises RefusedError (413) for more than the limit, before anything is written where the length tells it, and
    InputRefusedError for a broken body.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"") if kind == b"multipart/form-data" else None
    _check_announced(request, boundary, limit)
    space = _space(home / UPLOADS)
    try:
        if boundary is not None:
            yield await _multipart(request, space, boundary, limit)
        else:
            yield await _body(request, space, kind.decode("latin-1"), limit)
    finally:
        shutil.rmtree(space, ignore_errors=True)
        with suppress(OSError):
            space.parent.rmdir()


def _check_announced(request: Request, boundary: bytes | None, limit: BodyLimit) -> None:
    """Refuse what its head tells to be too long."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit.whole:
        raise _too_large(limit.whole)
    if boundary is not None and not 0 < len(boundary) <= LONGEST_BOUNDARY:
        message = f"received a boundary of {len(boundary)} bytes; 1 to {LONGEST_BOUNDARY} are allowed; send it again"
        raise InputRefusedError([Problem(message, field="Content-Type")])


def _space(folder: Path) -> Path:
    """A directory of one request; another one that ends may take the empty folder away in between."""
    while True:
        with suppress(FileNotFoundError):
            folder.mkdir(mode=PRIVATE, exist_ok=True)
            space = folder / uuid.uuid4().hex
            space.mkdir(mode=PRIVATE)
            return space


async def _steps(request: Request, limit: BodyLimit) -> AsyncIterator[bytes]:
    """The body, unpacked, in blocks of about STEP_BYTES; raises RefusedError (413) beyond the limit."""
    seen = 0
    held = bytearray()
    async for chunk in unpacked(request.stream(), request.headers.get("content-encoding", "")):
        seen += len(chunk)
        if seen > limit.whole:
            raise _too_large(limit.whole)
        held += chunk
        if len(held) >= STEP_BYTES:
            yield bytes(held)
            held.clear()
    yield bytes(held)


def _too_large(limit: int, what: str = "") -> RefusedError:
    """The refusal of more than `limit` bytes in a body, or in the part of it that `what` names."""
    allowed = f"{limit / 1_048_576:.0f} MB" if limit >= 1_048_576 else f"{limit / 1024:.0f} KB"
    return RefusedError(413, f"received too much{what}; allowed are {allowed}; split it")


async def _body(request: Request, space: Path, kind: str, limit: BodyLimit) -> Received:
    named = clean_name(request.query_params.get("name", f"upload{ENDINGS.get(kind, '')}"))
    path = _place(space, 0) / named
    size = 0
    with path.open("wb") as sink:
        async for step in _steps(request, limit):
            size += len(step)
            if size > limit.each:
                raise _too_large(limit.each, " in a file")
            await anyio.to_thread.run_sync(sink.write, step)
    return Received([path])


async def _multipart(request: Request, space: Path, boundary: bytes, limit: BodyLimit) -> Received:
    parts = _Parts(space, limit.each)
    try:
        parser = MultipartParser(boundary, parts.callbacks())
        end = _End(boundary)
        async for step in _steps(request, limit):
            await anyio.to_thread.run_sync(parser.write, step)
            end.pass_by(step, reached=parts.ended)
        parser.finalize()
        end.check()
    except FormParserError as fault:
        raise _broken(str(fault)) from None
    finally:
        parts.close()
    return parts.received


def _broken(why: str) -> InputRefusedError:
    return InputRefusedError([Problem(f"received a broken multipart body ({why}); send it again")])


class _End:
    """Whether a multipart body ends where its last boundary says: one that was cut off would lose rows silently."""

    def __init__(self, boundary: bytes) -> None:
        self._closing = b"\r\n--" + boundary + b"--"
        self._before = b"\r\n"
        self._reached = False

    def pass_by(self, step: bytes, *, reached: bool) -> None:
        """Look at what the parser took; `reached` tells that it has seen the last boundary."""
        held = self._before + step
        after = step if self._reached else b""
        if reached and not self._reached:
            self._reached = True
            after = held.partition(self._closing)[2]
        if after.strip():
            raise _broken("it goes on after its last boundary")
        self._before = held[-len(self._closing) :]

    def check(self) -> None:
        """Refuse a body whose last boundary did not come."""
        if not self._reached:
            raise _broken("it ends before its last boundary")


def _place(space: Path, position: int) -> Path:
    folder = space / str(position)
    folder.mkdir(mode=PRIVATE)
    return folder


def _too_long(file_name: str, parts: tuple[str, ...]) -> bool:
    longest = max(len(part.encode("utf-8", "replace")) for part in parts)
    return longest > LONGEST_NAME or len(file_name.encode("utf-8", "replace")) > LONGEST_PATH


class _Parts:
    """Takes the parts of a multipart body apart as their bytes pass by."""

    def __init__(self, space: Path, largest: int) -> None:
        self.received = Received()
        self.ended = False
        self._space = space
        self._largest = largest
        self._left = 0
        self._sink: IO[bytes] | None = None
        self._text = bytearray()
        self._header = bytearray()
        self._value = bytearray()
        self._disposition = b""
        self._name = ""
        self._count = 0

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header_ends,
            "on_headers_finished": self._begin,
            "on_part_data": lambda data, start, end: self._take(data[start:end]),
            "on_part_end": self._end,
            "on_end": self._finish,
        }

    def close(self) -> None:
        if self._sink is not None:
            self._sink.close()
            self._sink = None

    def _header_ends(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _begin(self) -> None:
        self._count += 1
        if self._count > MOST_PARTS:
            raise RefusedError(413, f"received over {MOST_PARTS} parts; send fewer at once")
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._text.clear()
        if b"filename" in options:
            file_name = options[b"filename"].decode("utf-8", "replace")
            # What an action's files may have is no limit for the model files beside a card.
            self._left = self._largest if self._name != "artifacts" else sys.maxsize
            self._sink = self._path(file_name).open("xb")

    def _path(self, file_name: str) -> Path:
        if self._name == "artifacts":
            return self._beside(file_name)
        path = _place(self._space, len(self.received.files)) / clean_name(file_name)
        self.received.files.append(path)
        return path

    def _beside(self, file_name: str) -> Path:
        """Model files lie beside the card that came before them, under the relative path that the card gives."""
        parts = PurePosixPath(file_name).parts
        escaping = {"..", "/", "//"} & set(parts) or "\x00" in file_name or "\\" in file_name
        if not self.received.files or not parts or escaping or _too_long(file_name, parts):
            message = (
                f"received {shorten(file_name)}; a relative path after its card is needed; name it as the card does"
            )
            raise InputRefusedError([Problem(message, field="artifacts")])
        path = self.received.files[-1].parent.joinpath(*parts)
        path.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        if path.exists():
            raise InputRefusedError([Problem(f"received {shorten(file_name)} twice; send it once", field="artifacts")])
        return path

    def _take(self, data: bytes) -> None:
        if self._sink is not None:
            self._left -= len(data)
            if self._left < 0:
                raise _too_large(self._largest, " in a file")
            self._sink.write(data)
            return
        self._text.extend(data)
        if len(self._text) > LONGEST_FIELD:
            raise RefusedError(413, f"received over {LONGEST_FIELD} bytes in a field; send files with a file name")

    def _end(self) -> None:
        if self._sink is None:
            self.received.fields.setdefault(self._name, []).append(self._text.decode("utf-8", "replace"))
        self.close()

    def _finish(self) -> None:
        self.ended = True
