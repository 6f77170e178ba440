"""What differs between two states of a document, as short as it can be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Values = Mapping[str, object]


def differences(before: Values, after: Values) -> tuple[dict[str, object], dict[str, object]]:
    """The values that differ, by dotted path, as they were and as they are; what is absent on a side is left out.

    >>> differences({"a": {"b": 1, "c": 2}}, {"a": {"b": 3, "c": 2}, "d": [1]})
    ({'a.b': 1}, {'a.b': 3, 'd[0]': 1})
    """
    old, new = dict(_flat("", before)), dict(_flat("", after))
    changed = [path for path in {**old, **new} if path not in old or path not in new or old[path] != new[path]]
    return {path: old[path] for path in changed if path in old}, {path: new[path] for path in changed if path in new}


def _flat(path: str, value: object) -> list[tuple[str, object]]:
    if isinstance(value, Mapping):
        return [pair for name, part in value.items() for pair in _flat(f"{path}.{name}" if path else str(name), part)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [pair for place, part in enumerate(value) for pair in _flat(f"{path}[{place}]", part)]
    return [] if value is None else [(path, value)]
