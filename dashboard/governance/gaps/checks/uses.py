"""Gaps around what a model is used for."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.governance.gaps.registry import Gap, gap_check
from dashboard.governance.situation.people_to_ask import whom_to_ask
from dashboard.governance.situation.situation import Situation
from dashboard.governance.uses.population import CasesInWords
from dashboard.governance.uses.uses import Use, still_used, uses_of
from dashboard.schema.severities import Severity
from dashboard.words import Sentence, mark


@gap_check("unapproved_use")
def unapproved_use(situation: Situation, model_id: str) -> Iterator[Gap]:
    """The model is used for something, or for cases, that nobody approved."""
    person = whom_to_ask(situation, model_id)
    for use in uses_of(situation, model_id):
        if use.is_gap:
            yield Gap(model_id, "unapproved_use", _severity(use), person, use.first, _reason(situation, use))


def _severity(use: Use) -> Severity:
    return "high" if still_used(use) else "medium"


def _reason(situation: Situation, use: Use) -> Sentence:
    return (
        _of_cases(use, CasesInWords(situation.cards[use.model_id], use.purpose))
        if use.kind == "population"
        else _of_consumer(use)
    )


def _of_cases(use: Use, cases: CasesInWords) -> Sentence:
    values: dict[str, object] = {"cases": cases, "n": use.calls, "last": use.last}
    if use.state == "stopping" and still_used(use):
        message = mark(
            "Cases with {cases} should have stopped but still occur, most recently in the period until {last}."
        )
        return Sentence(message, values)
    if use.state == "stopping":
        return Sentence(mark("Cases with {cases} must stop; last seen in the period until {last}."), values)
    if use.answer is not None and use.answer.answer == "allow":
        message = mark("Cases with {cases} were allowed until {until}; last seen in the period until {last}.")
        return Sentence(message, values | {"until": use.answer.until})
    message = mark("{n} predictions lie outside the approved population: {cases}, last in the period until {last}.")
    return Sentence(message, values)


def _of_consumer(use: Use) -> Sentence:
    values = {"consumer": use.consumer, "purpose": use.purpose, "calls": use.calls, "last": use.last}
    if use.state == "stopping" and still_used(use):
        return Sentence(
            mark("“{consumer}” was ordered to stop using it for “{purpose}” and still does, last on {last}."), values
        )
    if use.state == "stopping":
        return Sentence(mark("“{consumer}” was ordered to stop using it for “{purpose}”; last seen on {last}."), values)
    if use.answer is not None and use.answer.answer == "allow":
        values["until"] = use.answer.until
        message = mark("“{consumer}” uses it for “{purpose}”, last on {last}; that was allowed until {until}.")
        return Sentence(message, values)
    message = mark(
        "“{consumer}” uses it for “{purpose}”, which is not an approved use ({calls} calls, last on {last})."
    )
    return Sentence(message, values)
