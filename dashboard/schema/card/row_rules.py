"""The grammar of a rule over the columns of one row: `arr_time >= dep_time and not (kind = 'day' and hours > 24)`.

    rule       = part { "or" part }
    part       = term { "and" term }
    term       = "not" term | "(" rule ")" | comparison
    comparison = operand ( "=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">=" ) operand
               | operand "is" [ "not" ] "missing"
               | operand [ "not" ] "in" "(" constant { "," constant } ")"
    operand    = column | number | 'text' | true | false

A column is written as it is, or in backquotes or double quotes where its name has other signs than letters, digits
and underscores. A comparison with a missing value is neither kept nor broken; such a row does not count, as in SQL.
Nothing of a rule is ever run as text: it is parsed into these classes, and constants are bound as parameters.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

LONGEST_RULE = 1_000
# Parsing and evaluation go down this far.
DEEPEST = 30
Operator = Literal["=", "!=", "<", "<=", ">", ">="]
SPELLED: dict[str, Operator] = {
    "=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
}  # fmt: skip
TOKENS = re.compile(
    r"\s*(?:(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))"
    r"|(?P<text>'(?:[^']|'')*')"
    r'|(?P<quoted>`[^`]+`|"[^"]+")'
    r"|(?P<operator><=|>=|==|!=|<>|=|<|>)"
    r"|(?P<bracket>[(),])"
    r"|(?P<word>[^\W\d]\w*))"
)
KEYWORDS = frozenset({"and", "or", "not", "is", "in", "missing", "true", "false"})


class RuleSyntaxError(ValueError):
    """A rule that the grammar does not know; the message says what was expected where."""


@dataclass(frozen=True)
class ColumnValue:
    """The value of a column in the row."""

    name: str


@dataclass(frozen=True)
class Constant:
    """A number, a text, or true or false."""

    value: float | str | bool


Operand = ColumnValue | Constant


@dataclass(frozen=True)
class Comparison:
    """Two operands and how they have to stand to each other."""

    left: Operand
    operator: Operator
    right: Operand


@dataclass(frozen=True)
class IsMissing:
    """Whether an operand has no value."""

    operand: Operand


@dataclass(frozen=True)
class IsOneOf:
    """Whether an operand, as text, is one of some values."""

    operand: Operand
    values: tuple[float | str | bool, ...]


@dataclass(frozen=True)
class Negation:
    """The opposite of a condition."""

    condition: Condition


@dataclass(frozen=True)
class Together:
    """Several conditions, of which all ("and") or at least one ("or") have to hold."""

    word: Literal["and", "or"]
    conditions: tuple[Condition, ...]


Condition = Comparison | IsMissing | IsOneOf | Negation | Together


def parse_rule(text: str) -> Condition:
    """The condition that a rule states; raises RuleSyntaxError with the place where it cannot be read.

    >>> parse_rule("age >= 18")
    Comparison(left=ColumnValue(name='age'), operator='>=', right=Constant(value=18.0))
    """
    if len(text) > LONGEST_RULE:
        raise RuleSyntaxError(f"it has {len(text)} characters; allowed are {LONGEST_RULE}")
    parser = _Parser(list(_tokens(text)))
    condition = parser.any_of(0)
    parser.expect_end()
    if not columns_of(condition):
        raise RuleSyntaxError("it names no column")
    return condition


def columns_of(condition: Condition) -> tuple[str, ...]:
    """The columns that a condition names, each once, in their order."""
    return tuple(dict.fromkeys(_columns(condition)))


def _columns(condition: Condition) -> Iterator[str]:
    if isinstance(condition, Together):
        for part in condition.conditions:
            yield from _columns(part)
    elif isinstance(condition, Negation):
        yield from _columns(condition.condition)
    else:
        operands = (condition.left, condition.right) if isinstance(condition, Comparison) else (condition.operand,)
        yield from (operand.name for operand in operands if isinstance(operand, ColumnValue))


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    place: int


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    end = len(text.rstrip())
    while place < end:
        found = TOKENS.match(text, place)
        if found is None:
            rest = text[place:].lstrip()
            raise RuleSyntaxError(f"'{rest[:20]}' at character {len(text) - len(rest) + 1} cannot be read")
        kind = str(found.lastgroup)
        written = found[kind]
        if kind == "word" and written.casefold() in KEYWORDS:
            kind, written = "keyword", written.casefold()
        yield _Token(kind, written, found.start(str(found.lastgroup)) + 1)
        place = found.end()


class _Parser:
    """Reads tokens one after the other, never back."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._place = 0

    def any_of(self, depth: int) -> Condition:
        return self._several("or", depth)

    def expect_end(self) -> None:
        if self._place < len(self._tokens):
            raise self._unexpected("the end, 'and' or 'or'")

    def _several(self, word: Literal["and", "or"], depth: int) -> Condition:
        if depth > DEEPEST:
            raise RuleSyntaxError(f"its brackets go deeper than {DEEPEST}")
        parts = [self._part(word, depth)]
        while self._takes("keyword", word):
            parts.append(self._part(word, depth))
        return parts[0] if len(parts) == 1 else Together(word, tuple(parts))

    def _part(self, word: Literal["and", "or"], depth: int) -> Condition:
        return self._several("and", depth) if word == "or" else self._term(depth)

    def _term(self, depth: int) -> Condition:
        if depth > DEEPEST:
            raise RuleSyntaxError(f"its brackets go deeper than {DEEPEST}")
        if self._takes("keyword", "not"):
            return Negation(self._term(depth + 1))
        if self._takes("bracket", "("):
            found = self.any_of(depth + 1)
            if not self._takes("bracket", ")"):
                raise self._unexpected("')'")
            return found
        return self._comparison()

    def _comparison(self) -> Condition:
        left = self._operand()
        if self._takes("keyword", "is"):
            opposite = self._takes("keyword", "not")
            if not self._takes("keyword", "missing"):
                raise self._unexpected("'missing'")
            return Negation(IsMissing(left)) if opposite else IsMissing(left)
        if self._takes("keyword", "not"):
            if not self._takes("keyword", "in"):
                raise self._unexpected("'in'")
            return Negation(IsOneOf(left, self._values()))
        if self._takes("keyword", "in"):
            return IsOneOf(left, self._values())
        token = self._next()
        if token is None or token.kind != "operator":
            raise self._unexpected("a comparison like >=")
        self._place += 1
        return Comparison(left, SPELLED[token.text], self._operand())

    def _values(self) -> tuple[float | str | bool, ...]:
        if not self._takes("bracket", "("):
            raise self._unexpected("'('")
        found = []
        while True:
            operand = self._operand()
            if not isinstance(operand, Constant):
                self._place -= 1
                raise self._unexpected("a number or a 'text'")
            found.append(operand.value)
            if self._takes("bracket", ")"):
                return tuple(found)
            if not self._takes("bracket", ","):
                raise self._unexpected("',' or ')'")

    def _operand(self) -> Operand:
        token = self._next()
        found = None if token is None else _operand_of(token)
        if found is None:
            raise self._unexpected("a column, a number or a 'text'")
        self._place += 1
        return found

    def _next(self) -> _Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _takes(self, kind: str, text: str) -> bool:
        token = self._next()
        if token is None or (token.kind, token.text) != (kind, text):
            return False
        self._place += 1
        return True

    def _unexpected(self, wanted: str) -> RuleSyntaxError:
        token = self._next()
        where = "the end" if token is None else f"'{token.text[:20]}' at character {token.place}"
        return RuleSyntaxError(f"{wanted} is expected instead of {where}")


def _operand_of(token: _Token) -> Operand | None:
    if token.kind == "number":
        number = float(token.text)
        if not math.isfinite(number):
            raise RuleSyntaxError(f"'{token.text[:20]}' at character {token.place} is too large a number")
        return Constant(number)
    if token.kind == "text":
        return Constant(token.text[1:-1].replace("''", "'"))
    if token.kind == "keyword" and token.text in ("true", "false"):
        return Constant(token.text == "true")
    if token.kind == "quoted":
        return ColumnValue(token.text[1:-1])
    return ColumnValue(token.text) if token.kind == "word" else None
