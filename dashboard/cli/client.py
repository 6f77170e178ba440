"""The command line's way to a running server: the same questions and actions, sent to the holder of the store."""

from __future__ import annotations

import http.client
import json
import os
import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from dashboard.actions.registry import REQUEST_KEY, Action
from dashboard.errors import DashboardError, InputRefusedError, NotFoundError, Problem, StoreInUseError
from dashboard.schema.reading.sources import unreadable

BLOCK_BYTES = 1_048_576
PAUSE_SECONDS = 0.5
STARTING_SECONDS = 5.0
SERVER_FILE = "server.json"
PREFIX = "/api/v1"


@dataclass(frozen=True)
class RunningServer:
    """Where the server that holds a home listens, and the secret that opens it to this machine."""

    host: str
    port: int
    secret: str

    def show(self, view: str, asked: Mapping[str, str], actor: str, person: str | None) -> list[dict[str, Any]]:
        """The records of a view; raises what the server refuses."""
        answer = _taken(self.send("GET", f"/views/{view}?{urlencode(asked)}", (actor, person)))
        assert isinstance(answer, list)
        return answer

    def act(self, action: Action, values: Mapping[str, Any], actor: str, person: str | None) -> str:
        """Do an action there and return its sentence; raises what the server refuses, with the caller's file names."""
        files: Sequence[Path] = values["files"] if action.takes_files else ()
        _check_readable(action, files)
        boundary = uuid.uuid4().hex

        def body() -> bytes | Iterator[bytes]:
            if not action.takes_files:
                return json.dumps(values, default=str).encode()
            fields = {name: str(value) for name, value in values.items() if name != "files"}
            return _multipart(boundary, fields, files, with_artifacts=action.name == "register")

        kind = f"multipart/form-data; boundary={boundary}" if action.takes_files else "application/json"
        headers = {"Content-Type": kind, REQUEST_KEY: uuid.uuid4().hex}
        answer = self.send("POST", f"/actions/{action.name}", (actor, person), headers, body)
        return str(_taken(answer, files)["done"])

    def keep_up(self, what: str, actor: str, **values: str) -> str:
        """Let the server verify, back up or rebuild its store, and return what it tells; raises what it refuses."""
        headers = {"Content-Type": "application/json"}
        answer = self.send("POST", f"/upkeep/{what}", (actor, None), headers, lambda: json.dumps(values).encode())
        return str(_taken(answer)["done"])

    def send(
        self,
        method: str,
        path: str,
        caller: tuple[str, str | None],
        more: Mapping[str, str] | None = None,
        body: Callable[[], bytes | Iterator[bytes] | None] = lambda: None,
    ) -> tuple[int, Any]:
        """Status and content of the answer. A broken connection is tried once more: under its key nothing is doubled.

        A server that starts holds the home before it listens: it gets STARTING_SECONDS. Raises DashboardError when
        there is no answer.
        """
        actor, person = caller
        headers = {"Authorization": f"Bearer {self.secret}", "X-Actor": actor, **(more or {})}
        headers |= {"X-Person": person} if person is not None else {}
        until = time.monotonic() + STARTING_SECONDS
        while True:
            try:
                return self._exchange(method, path, headers, body())
            except ConnectionRefusedError:
                time.sleep(PAUSE_SECONDS)
                if time.monotonic() > until:
                    break
            except (OSError, ValueError, http.client.HTTPException):
                time.sleep(PAUSE_SECONDS)
                break
        try:
            return self._exchange(method, path, headers, body())
        except (OSError, ValueError, http.client.HTTPException) as fault:
            raise DashboardError(
                f"the server on {self.host}:{self.port} did not answer ({fault}); whether it was done is not known: "
                "see its log and `show audit`, then try again"
            ) from fault

    def _exchange(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes | Iterator[bytes] | None
    ) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(self.host, self.port)
        try:
            chunked = not isinstance(content, bytes)
            # A server that refuses a body does not read it to its end, but answers.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, PREFIX + path, content, dict(headers), encode_chunked=chunked)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


def _taken(answer: tuple[int, Any], files: Sequence[Path] = ()) -> Any:
    """What the server answered; raises what it refused."""
    status, value = answer
    if status >= 400:
        raise _fault(value, files)
    return value


def find_server(home: Path, held: StoreInUseError) -> RunningServer:
    """The server that holds a home; raises `held` when it is held by something else than a server."""
    try:
        server = json.loads((home / SERVER_FILE).read_text(encoding="utf-8"))
        holder = (home / "store.lock").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise held from None
    if str(server["pid"]) != holder:
        raise held
    return RunningServer(server["host"], server["port"], server["secret"])


def is_served(home: Path, held: StoreInUseError) -> bool:
    """Return whether a server holds the home."""
    try:
        find_server(home, held)
    except StoreInUseError:
        return False
    return True


def _fault(value: Mapping[str, Any], files: Sequence[Path]) -> DashboardError:
    if "problems" in value:
        problems = [_problem(problem, files) for problem in value["problems"]]
        return InputRefusedError(problems, value["total"])
    kind = {NotFoundError.exit_code: NotFoundError}.get(value.get("exit_code", 1), DashboardError)
    return kind(value["error"])


def _problem(answer: Mapping[str, Any], files: Sequence[Path]) -> Problem:
    file = str(files[answer["upload"]]) if "upload" in answer else answer["file"]
    return Problem(answer["message"], file, answer["row"], answer["field"], alike=answer.get("alike", 0))


def _check_readable(action: Action, files: Sequence[Path]) -> None:
    """Refuse here what the server could not be sent, in the words of the action itself."""
    if action.name == "register":
        from dashboard.schema.reading.documents import read_documents

        read_documents(files)
        return
    for path in files:
        try:
            path.open("rb").close()
        except (OSError, ValueError) as fault:
            raise InputRefusedError([_unreadable(action, path, fault)]) from None


def _unreadable(action: Action, path: Path, fault: OSError | ValueError) -> Problem:
    if "model" not in action.payload.model_fields:
        return unreadable(str(path), fault)
    why = fault.strerror if isinstance(fault, OSError) else fault
    return Problem(f"cannot be read ({why}); a readable file is needed; check path and rights", str(path))


def _multipart(
    boundary: str, fields: Mapping[str, str], files: Sequence[Path], *, with_artifacts: bool
) -> Iterator[bytes]:
    for name, value in fields.items():
        yield f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for path in files:
        yield from _file_part(boundary, "files", path.name, path)
        for artifact in _artifacts(path) if with_artifacts else ():
            yield from _file_part(boundary, "artifacts", artifact, path.parent / artifact)
    yield f"--{boundary}--\r\n".encode()


def _file_part(boundary: str, field: str, file_name: str, path: Path) -> Iterator[bytes]:
    name = re.sub(r'[\x00-\x1f"\\]', "_", file_name)
    yield f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'.encode(
        "utf-8", "replace"
    )
    with path.open("rb") as source:
        while block := source.read(BLOCK_BYTES):
            yield block
    yield b"\r\n"


def _artifacts(path: Path) -> list[str]:
    """Model files that a card names and that stand beside it."""
    from dashboard.schema.card.card import ModelCard
    from dashboard.schema.reading.documents import read_documents

    found = [document.value for document in read_documents([path])]
    named = [version.artifact for card in found if isinstance(card, ModelCard) for version in card.versions]
    return sorted({name for name in named if name is not None and os.path.isfile(path.parent / name)})
