"""Steps, and the facts that signatures rest on, in words for readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import label_of
from dashboard.schema.events import Step
from dashboard.schema.sign_off_evidence import FactName
from dashboard.store.organisation import Organisation
from dashboard.words import Sentence, day, mark, number, period_name, translate

STEP_WORDS: dict[Step, str] = {
    "design": mark("Design"),
    "data": mark("Data"),
    "evaluation": mark("Evaluation"),
    "deployment": mark("Deployment"),
    "review": mark("Periodic review"),
    "retirement": mark("Retirement"),
}
FACT_WORDS: dict[FactName, str] = {
    "purposes": mark("Approved uses"),
    "process": mark("Business process"),
    "automation": mark("How decisions are made"),
    "promise": mark("Promised value per month"),
    "targets": mark("Targets"),
    "accountable_executive": mark("Accountable executive"),
    "risks": mark("Risk rating"),
    "training_data": mark("Training data"),
    "columns": mark("Columns"),
    "reference": mark("Reference days"),
    "segments": mark("Segments"),
    "version": mark("Version"),
    "code_revision": mark("Code revision"),
    "artifact": mark("Model file"),
    "libraries": mark("Libraries"),
    "threshold": mark("Threshold"),
    "metrics": mark("Key metrics"),
}
SHOWN_PARTS = 8
HASH_DIGITS = 12


@dataclass(frozen=True)
class Teller:
    """Tells facts of one model in one language, with the names of people and columns."""

    card: ModelCard
    organisation: Organisation
    language: str

    def name(self, fact: FactName, part: str | None = None) -> str:
        """Return the name of a fact, or of one metric, risk, package or column of it."""
        word = translate(FACT_WORDS[fact], self.language)
        return word if part is None else f"{word}: {self._part(fact, part)}"

    def value(self, fact: FactName, value: object, part: str | None = None) -> str:
        """A fact, or a part of one, in words."""
        if part is None and isinstance(value, Mapping) and fact != "promise":
            return self._parts(fact, value)
        if value in (None, [], ""):
            return translate(MISSING.get(fact, UNKNOWN), self.language)
        tell = VALUES.get(fact)
        return tell(self, value) if tell else str(value)

    def _part(self, fact: FactName, part: str) -> str:
        if fact == "columns":
            return label_of(self.card.data, part, self.language)
        return part if fact == "libraries" else translate(part, self.language)

    def _parts(self, fact: FactName, value: Mapping[str, object]) -> str:
        if not value:
            return translate(MISSING.get(fact, UNKNOWN), self.language)
        parts = [f"{self._part(fact, part)}: {self.value(fact, one, part)}" for part, one in value.items()]
        if fact == "columns":
            parts = [self._part(fact, part) for part in value]
        rest = len(parts) - SHOWN_PARTS
        more = Sentence(mark("and {n} more"), {"n": rest}).render(self.language)
        separator = ", " if fact == "columns" else "; "
        return separator.join([*parts[:SHOWN_PARTS], *([more] if rest > 0 else [])])

    def people(self, value: object) -> str:
        """Persons by name."""
        names = [self.organisation.person_name(str(person)) for person in value] if isinstance(value, list) else []
        return ", ".join(names)

    def sentence(self, message: str, values: Mapping[str, object]) -> str:
        """A sentence with numbers and dates in the reader's form."""
        return Sentence(message, values).render(self.language)

    def seen(self, value: object) -> str:
        """A metric with its interval and period."""
        if not isinstance(value, Mapping):
            return str(value)
        figure = number(float(value["value"]), self.language)
        if value.get("low") is None or value.get("high") is None:
            return figure
        when = period_name(str(value["period"]), self.language) if value.get("period") else "–"
        shown = {"value": figure, "low": value["low"], "high": value["high"], "when": when}
        return self.sentence(mark("{value} (95% interval {low} to {high}, {when})"), shown)


UNKNOWN = mark("not known")
MISSING: dict[str, str] = {
    "accountable_executive": mark("nobody"),
    "automation": mark("not stated"),
    "columns": mark("not among the columns"),
    "libraries": mark("not recorded"),
    "process": mark("not stated"),
    "promise": mark("no value promised"),
    "purposes": mark("none stated"),
    "reference": mark("none stated"),
    "risks": mark("not rated"),
    "segments": mark("none stated"),
    "targets": mark("none stated"),
}


def _promise(teller: Teller, value: object) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    amount = number(float(value["amount"]), teller.language)
    return f"{amount} {value.get('currency') or ''}".strip()


def _aim(teller: Teller, value: object) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    bounds = {name: value.get(name) if value.get(name) is not None else "–" for name in ("target", "limit")}
    return teller.sentence(mark("target {target}, limit {limit}"), bounds)


def _rating(teller: Teller, value: object) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    return teller.sentence(mark("likelihood {likelihood}, impact {impact}"), value)


def _reference(teller: Teller, value: object) -> str:
    first, _, last = str(value).partition(":")
    try:
        days = [day(date.fromisoformat(one), teller.language) for one in (first, last)]
    except ValueError:
        return str(value)
    return teller.sentence(mark("{first} to {last}"), {"first": days[0], "last": days[1]})


def _listed(teller: Teller, value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


VALUES: dict[FactName, Callable[[Teller, object], str]] = {
    "accountable_executive": Teller.people,
    "artifact": lambda teller, value: str(value)[:HASH_DIGITS],
    "automation": lambda teller, value: translate(str(value), teller.language),
    "columns": lambda teller, value: translate(str(value), teller.language),
    "metrics": Teller.seen,
    "promise": _promise,
    "purposes": _listed,
    "reference": _reference,
    "risks": _rating,
    "segments": _listed,
    "targets": _aim,
    "threshold": lambda teller, value: number(float(str(value)), teller.language, 2),
}
