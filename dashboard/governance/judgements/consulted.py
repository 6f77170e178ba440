"""An organisation that notes what was looked up in it, so that a judgement knows whom it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from dashboard.schema.people import Person, Process, Team
from dashboard.store.organisation import Organisation

Kept = TypeVar("Kept", bound=Person | Team | Process)
# Stands for all of a kind: whoever goes through them rests on each, those registered later too.
EVERYTHING = "*"


class Consulted(dict[str, Kept]):
    """The people, teams or processes by id; what is asked for, found or not, is noted in `names` as `kind:id`."""

    def __init__(self, kind: str, known: dict[str, Kept], names: set[str]) -> None:
        """Note in `names` what is looked up in `known`."""
        super().__init__(known)
        self._kind, self._names = kind, names

    def get(self, key: str, default: Kept | None = None) -> Kept | None:  # type: ignore[override]
        """Read one value, as of a dict."""
        self._names.add(f"{self._kind}:{key}")
        return super().get(key, default)

    def __getitem__(self, key: str) -> Kept:
        self._names.add(f"{self._kind}:{key}")
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._names.add(f"{self._kind}:{key}")
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        self._names.add(f"{self._kind}:{EVERYTHING}")
        return super().__iter__()

    def values(self):  # type: ignore[no-untyped-def]  # noqa: ANN201 - the views of dict
        """Read the values, as of a dict."""
        self._names.add(f"{self._kind}:{EVERYTHING}")
        return super().values()

    def items(self):  # type: ignore[no-untyped-def]  # noqa: ANN201 - the views of dict
        """Read the items, as of a dict."""
        self._names.add(f"{self._kind}:{EVERYTHING}")
        return super().items()


def consulted(known: Organisation, names: set[str]) -> Organisation:
    """An organisation whose look-ups are noted in `names`."""
    return Organisation(
        Consulted("person", known.people, names),
        Consulted("team", known.teams, names),
        Consulted("process", known.processes, names),
    )


def touched_names(recorded: set[str]) -> set[str]:
    """The names under which judgements are found that rest on recorded `kind:id` names."""
    return recorded | {f"{name.split(':', 1)[0]}:{EVERYTHING}" for name in recorded}
