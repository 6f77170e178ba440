"""Good input made bad: values of a tree replaced, added and taken away; bytes of a text flipped, cut and doubled."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Sequence
from typing import Any

from tests.hostile.corpus import FORMULAS, PATHS, SCRIPTS, SQL

Tree = Any
STRANGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**400, 0.1, -0.0, 1e308, 1e-320, float("inf"),
    float("nan"),
    "", " ", "x", "\x00", "\n", "\r\n", "\t", "\x1b[31m", "\ud800", "\udfff", "\u2028", "\u202e", "\ufeff",
    "\U0010ffff",
    "e\u0301", "null", "true", "NaN", "1e999", "-1", "0x1", "2024-02-30", "2024-13-01", "0000-01-01", "9999-12-31",
    "1899-12-31", "2024-01-01", "2024-01-01T00:00:00Z", "2024-01-01T25:00:00Z", "2024-01-01T00:00:00+99:00", "now",
    [], {}, [[]], [{}], [None], {"": ""}, {"x": {}}, {"__proto__": 1}, [1, "x", None], "x" * 300, "x" * 6_000,
    "é" * 5_001,
    ["x"] * 2_000, "claims", "anna.keller", "production",
)  # fmt: skip
TEXTS = (*SCRIPTS, *PATHS, *SQL, *FORMULAS)
SPLINTERS = (
    b"", b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\n", b"\r\n", b"\t", b" ", b",", b";",
    b":", b'"',
    b"'", b"\\", b"\\u0000", b"\\ud800", b"[", b"]", b"{", b"}", b"[" * 200, b"{" * 200, b'{"a":' * 100, b"NaN",
    b"Infinity",
    b"1e999", b"-", b"9" * 400, b"9" * 5_000, b"null", b"&a", b"*a", b"<<: *a", b"!!python/object:os.system",
    b"---\n", b"...\n",
    b"? ", b"| ", b"> ", b"%TAG", b"@", b"`", b"no", b"2024-02-30", b"12:30:45", b"0.1.2", b"0x1F", b"1_000", b"#",
    b"\xe2\x80\xa8",
)  # fmt: skip


def places(tree: Tree, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where every value of a tree is."""
    yield at
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from places(value, (*at, key))
    elif isinstance(tree, list | tuple):
        for number, value in enumerate(tree):
            yield from places(value, (*at, number))


def plain(tree: Tree) -> Tree:
    """The tree with lists in place of tuples, so that it can be changed."""
    if isinstance(tree, dict):
        return {key: plain(value) for key, value in tree.items()}
    return [plain(value) for value in tree] if isinstance(tree, list | tuple) else tree


def mutated(tree: Tree, chance: random.Random) -> Tree:
    """A tree with one to three things changed."""
    changed = plain(copy.deepcopy(tree))
    for _ in range(chance.choice((1, 1, 2, 3))):
        changed = _once(changed, chance)
    return changed


def _once(tree: Tree, chance: random.Random) -> Tree:
    at = chance.choice(list(places(tree)) or [()])
    if not at:
        at = (next(iter(tree)),) if isinstance(tree, dict) and tree and chance.random() < 0.9 else ()
    if not at:
        return _value(tree, chance)
    holder = tree
    for step in at[:-1]:
        holder = holder[step]
    kind = chance.random()
    if kind < 0.15:
        del holder[at[-1]]
    elif kind < 0.25 and isinstance(holder, dict):
        holder[chance.choice([*STRANGE[16:40], *TEXTS]) if chance.random() < 0.5 else f"{at[-1]}s"] = holder[at[-1]]
    elif kind < 0.3 and isinstance(holder, list):
        holder.extend(copy.deepcopy(holder))
    else:
        holder[at[-1]] = _value(holder[at[-1]], chance)
    return tree


def _value(held: Any, chance: random.Random) -> Any:
    kind = chance.random()
    if kind < 0.5:
        return copy.deepcopy(chance.choice(STRANGE))
    if kind < 0.75:
        return chance.choice(TEXTS)
    if isinstance(held, str) and held:
        place = chance.randrange(len(held))
        return held[:place] + str(chance.choice(STRANGE))[:20] + held[place + chance.randrange(2) :]
    if isinstance(held, int | float) and abs(held) < 1e300:
        return chance.choice((held + 1, -held, held * 1e12, held / 3, str(held)))
    return [held]


def damaged(text: bytes, chance: random.Random, seeds: Sequence[bytes] = ()) -> bytes:
    """Bytes with one to four things changed; `seeds` lend pieces."""
    for _ in range(chance.choice((1, 1, 2, 3, 4))):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice((0, 1, 2, 8, 40, 400)))
        kind = chance.random()
        if kind < 0.2 and start < len(text):
            text = text[:start] + bytes([text[start] ^ 1 << chance.randrange(8)]) + text[start + 1 :]
        elif kind < 0.3:
            text = text[:start]
        elif kind < 0.4:
            text = text[:end] + text[start:end] * chance.choice((1, 3)) + text[end:]
        elif kind < 0.5 and seeds:
            other = chance.choice(seeds)
            place = chance.randrange(len(other) + 1)
            text = text[:start] + other[place : place + 60] + text[end:]
        else:
            text = text[:start] + chance.choice(SPLINTERS) + text[end:]
    return text
