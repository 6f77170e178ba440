"""Who was refused what: kept beside the store, in a file of bounded size.

Not in the chain: a refused call writes no fact, and nobody can make the chain grow by asking for what is not theirs.
Attempts are grouped by actor, action, subject and hour; of the 1st, 2nd, 4th, 8th ... a line is written.
"""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from dashboard.store.engine.clock import now

NAME, EARLIER = "refused.jsonl", "refused.1.jsonl"
PRIVATE = 0o600
# Things refused to one actor, and to all, of which an hour keeps note.
MOST_OF_ACTOR = 50
MOST_AN_HOUR = 500
MOST_BYTES = 4 * 1024 * 1024
Key = tuple[str, str, str | None]


@dataclass(frozen=True)
class Refusal:
    """An action that was not open to somebody: when first within the hour, why by language, how often at least."""

    at: datetime
    actor: str
    action: str
    subject: str | None
    reason: Mapping[str, str]
    attempts: int = 1

    @property
    def key(self) -> Key:
        """Return the key by which attempts of an hour are grouped."""
        return self.actor, self.action, self.subject


class Refusals:
    """The refusals of a home; only the process that holds its store notes any."""

    def __init__(self, home: Path) -> None:
        """Prepare; refusals of the present hour are read when the first is added."""
        self._home = home
        self._hour = ""
        self._counts: Counter[Key] = Counter()
        self._changing = threading.Lock()

    def note(self, refusal: Refusal) -> bool:
        """Count an attempt; whether a line was written for it."""
        with self._changing:
            self._turn_to(_hour(refusal.at))
            if refusal.key not in self._counts and self._full(refusal.actor):
                return False
            self._counts[refusal.key] += 1
            attempts = self._counts[refusal.key]
            if attempts & (attempts - 1):
                return False
            self._write(replace(refusal, attempts=attempts))
            return True

    def _turn_to(self, hour: str) -> None:
        if hour != self._hour:
            found = [one for one in list_refusals(self._home) if _hour(one.at) == hour]
            self._hour, self._counts = hour, Counter({one.key: one.attempts for one in found})

    def _full(self, actor: str) -> bool:
        of_actor = sum(1 for known, _, _ in self._counts if known == actor)
        return of_actor >= MOST_OF_ACTOR or len(self._counts) >= MOST_AN_HOUR

    def _write(self, refusal: Refusal) -> None:
        path = self._home / NAME
        if path.is_file() and path.stat().st_size > MOST_BYTES:
            path.rename(self._home / EARLIER)
        content = {**vars(refusal), "at": refusal.at.isoformat(), "reason": dict(refusal.reason)}
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE)
        try:
            os.write(handle, (json.dumps(content, ensure_ascii=False) + "\n").encode())
        finally:
            os.close(handle)


def list_refusals(home: Path, as_of: datetime | None = None) -> list[Refusal]:
    """List refusals as known at `as_of`, oldest first, one for each actor, action, subject and hour."""
    horizon = as_of or now()
    found: dict[tuple[str, Key], Refusal] = {}
    for refusal in _lines(home):
        if refusal.at <= horizon:
            same = (_hour(refusal.at), refusal.key)
            first = found.setdefault(same, refusal)
            found[same] = replace(first, attempts=max(first.attempts, refusal.attempts))
    return sorted(found.values(), key=lambda refusal: refusal.at)


def _lines(home: Path) -> Iterator[Refusal]:
    for path in (home / EARLIER, home / NAME):
        for line in path.read_bytes().splitlines() if path.is_file() else ():
            try:
                attempt = json.loads(line)
                yield Refusal(**{**attempt, "at": datetime.fromisoformat(attempt["at"])})
            except (ValueError, TypeError, KeyError):
                # The last line of a process that ended while it wrote.
                continue


def _hour(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H}"
