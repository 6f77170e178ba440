"""Files that come over HTTP: streamed into a private directory of the home, limited in size, gone after the call.

A file's own name is shown in messages after cleaning; where a file lies never depends on more than that clean name.
"""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from dashboard.api.access import RefusedError
from dashboard.api.compression import unpacked
from dashboard.errors import InputRefusedError, Problem, shorten

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FOLDER = "uploads"
PRIVATE = 0o700
LONGEST_FIELD = 10_000
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
async def received(request: Request, home: Path, limit: int) -> AsyncIterator[Received]:
    """The files of a request in a directory of its own, which is removed at the end.

    Raises RefusedError (413) for more than `limit` bytes and InputRefusedError for a broken body.
    """
    space = _space(home / FOLDER)
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    try:
        if kind == b"multipart/form-data":
            yield await _multipart(request, space, options.get(b"boundary", b""), limit)
        else:
            yield await _body(request, space, kind.decode("latin-1"), limit)
    finally:
        shutil.rmtree(space, ignore_errors=True)
        with suppress(OSError):
            space.parent.rmdir()


def _space(folder: Path) -> Path:
    """A directory of one request; another one that ends may take the empty folder away in between."""
    while True:
        with suppress(FileNotFoundError):
            folder.mkdir(mode=PRIVATE, exist_ok=True)
            space = folder / uuid.uuid4().hex
            space.mkdir(mode=PRIVATE)
            return space


def sweep(home: Path) -> None:
    """Remove what uploads of an earlier run left."""
    shutil.rmtree(home / FOLDER, ignore_errors=True)


async def _chunks(request: Request, limit: int) -> AsyncIterator[bytes]:
    seen = 0
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise _too_large(limit)
    encoding = request.headers.get("content-encoding", "")
    async for chunk in unpacked(request.stream(), encoding):
        seen += len(chunk)
        if seen > limit:
            raise _too_large(limit)
        yield chunk


def _too_large(limit: int) -> RefusedError:
    allowed = f"{limit / 1_048_576:.0f} MB"
    return RefusedError(413, f"received too much; allowed are {allowed}; split it, or raise DASHBOARD_MAX_UPLOAD_MB")


async def _body(request: Request, space: Path, kind: str, limit: int) -> Received:
    named = clean_name(request.query_params.get("name", f"upload{ENDINGS.get(kind, '')}"))
    path = _place(space, 0) / named
    with path.open("wb") as sink:
        async for chunk in _chunks(request, limit):
            sink.write(chunk)
    return Received([path])


async def _multipart(request: Request, space: Path, boundary: bytes, limit: int) -> Received:
    parts = _Parts(space)
    try:
        parser = MultipartParser(boundary, parts.callbacks())
        async for chunk in _chunks(request, limit):
            parser.write(chunk)
        parser.finalize()
    except MultipartParseError as fault:
        raise InputRefusedError([Problem(f"received a broken multipart body ({fault}); send it again")]) from None
    finally:
        parts.close()
    return parts.received


def _place(space: Path, position: int) -> Path:
    folder = space / str(position)
    folder.mkdir(mode=PRIVATE)
    return folder


def _too_long(file_name: str, parts: tuple[str, ...]) -> bool:
    longest = max(len(part.encode("utf-8", "replace")) for part in parts)
    return longest > LONGEST_NAME or len(file_name.encode("utf-8", "replace")) > LONGEST_PATH


class _Parts:
    """Takes the parts of a multipart body apart as their bytes pass by."""

    def __init__(self, space: Path) -> None:
        self.received = Received()
        self._space = space
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
            self._sink.write(data)
            return
        self._text.extend(data)
        if len(self._text) > LONGEST_FIELD:
            raise RefusedError(413, f"received over {LONGEST_FIELD} bytes in a field; send files with a file name")

    def _end(self) -> None:
        if self._sink is None:
            self.received.fields.setdefault(self._name, []).append(self._text.decode("utf-8", "replace"))
        self.close()
