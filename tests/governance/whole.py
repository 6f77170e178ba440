"""The portfolio of a situation, judged here and now, beside the one that readers get from kept judgements."""

from __future__ import annotations

from dashboard.governance.judgements.cells import to_text
from dashboard.governance.judgements.registry import SUBJECTS
from dashboard.governance.situation.portfolio import Portfolio, portfolio_from
from dashboard.governance.situation.situation import Situation


def whole_portfolio(situation: Situation) -> Portfolio:
    """Everything that counts over the models of a situation."""
    return portfolio_from(rows_now(situation, "stage"), rows_now(situation, "role"))


def rows_now(situation: Situation, subject: str) -> list[tuple[str, str]]:
    """The rows of a subject of every model, judged now: model and JSON text."""
    judge = SUBJECTS.get(subject).judge
    return [(model_id, to_text(row.content)) for model_id in situation.cards for row in judge(situation, model_id)]
