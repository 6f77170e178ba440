"""Model cards, people and files of settings from YAML, with every fault of every file in one error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.accountability import Accountability
from dashboard.schema.config.dashboard import DashboardSettings
from dashboard.schema.config.login import LoginRules
from dashboard.schema.config.risk_rules import RiskRules, laid_over
from dashboard.schema.config.sign_offs import SignOffRules
from dashboard.schema.config.sources import Sources
from dashboard.schema.config.thresholds import Thresholds
from dashboard.schema.people import KINDS, PeopleFile
from dashboard.schema.reading.error_messages import problems_of
from dashboard.schema.reading.places import keys_of
from dashboard.schema.reading.sources import Source, decode, read_source
from dashboard.schema.reading.strict_model import StrictModel
from dashboard.schema.reading.suggestions import listed
from dashboard.schema.reading.yaml_reader import Tree, read_yaml

# Files of settings by their kind; what a file is follows from its keys.
SETTINGS: dict[str, type[StrictModel]] = {
    "accountability": Accountability,
    "dashboard settings": DashboardSettings,
    "sources": Sources,
    "risk rules": RiskRules,
    "roles": LoginRules,
    "rules of sign-offs": SignOffRules,
    "thresholds": Thresholds,
}
PARTS: dict[str, type[StrictModel]] = {"card": ModelCard, "people": PeopleFile, **SETTINGS}
OF_CARDS = ModelCard.model_fields.keys()


@dataclass(frozen=True)
class Document:
    """A validated file: `value` is of the class of its `kind` in PARTS; `text` is the file as it was."""

    path: Path
    kind: str
    value: StrictModel
    text: str
    sha256: str


def read_documents(paths: Sequence[Path]) -> list[Document]:
    """The documents of all files, in the given order.

    Raises InputRefusedError with a Problem for every fault of every file, also for a model, person, team or process
    that two of the files define.
    """
    documents: list[Document] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            documents.append(_document(read_source(path)))
        except InputRefusedError as error:
            problems.extend(error.problems)
    problems.extend(_defined_twice(documents))
    if problems:
        raise InputRefusedError(problems)
    return documents


def read_document(name: str, content: bytes) -> Document:
    """One document from its bytes, for an upload; `name` stands for the file in messages.

    Raises InputRefusedError with a Problem for every fault.
    """
    return _document(decode(name, content))


def kind_of(value: dict[str, Any]) -> str | None:
    """The kind of file that the keys speak of; None when no key is known."""
    if any(key in value for key in KINDS):
        return "people"
    # A card has a status, too: a word, where thresholds have a part of that name.
    if isinstance(value.get("status"), dict):
        return "thresholds"
    for kind, part in SETTINGS.items():
        if any(key in value for key in keys_of(part) if key not in OF_CARDS):
            return kind
    return "card" if any(key in value for key in keys_of(ModelCard)) else None


def _document(source: Source) -> Document:
    tree = read_yaml(source.text, source.name)
    kind = kind_of(tree.value)
    if kind is None:
        raise InputRefusedError([_unknown_kind(tree, source.name)])
    part = PARTS[kind]
    try:
        value: Any = part.model_validate(laid_over(tree.value) if part is RiskRules else tree.value)
    except ValidationError as error:
        raise InputRefusedError(problems_of(error, part, source.name, tree.line)) from None
    return Document(Path(source.name), kind, value, source.text, source.sha256)


def _unknown_kind(tree: Tree, name: str) -> Problem:
    required = [key for key, field in keys_of(ModelCard).items() if field.is_required()]
    settings = ", ".join(f"{kind} ({', '.join(keys_of(part))})" for kind, part in SETTINGS.items())
    message = (
        f"received the keys {listed(shorten(key) for key in sorted(tree.value)) or '(none)'}; "
        f"allowed are a model card ({', '.join(required)}, ...), {', '.join(KINDS)}, or settings: {settings}; "
        "use the keys of one of them"
    )
    return Problem(message, file=name, row=tree.line(()))


def _defined_twice(documents: Sequence[Document]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], Document] = {}
    for document in documents:
        for what, name in _definitions(document.value):
            other = seen.setdefault((what, name), document)
            if other is not document:
                message = (
                    f"received {what} '{name}', which {other.path} defines too; allowed is once; leave one file out"
                )
                yield Problem(message, file=str(document.path), field="id" if what == "model" else what)


def _definitions(value: StrictModel) -> Iterator[tuple[str, str]]:
    if isinstance(value, ModelCard):
        yield "model", value.id
    elif isinstance(value, PeopleFile):
        for kind in KINDS:
            yield from ((kind, entry.id) for entry in getattr(value, kind))
