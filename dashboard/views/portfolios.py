"""What counts over the models that a reader sees: who holds which role of them, and the gaps of the whole."""

from __future__ import annotations

from operator import itemgetter
from weakref import WeakKeyDictionary

from dashboard.governance.gaps.registry import Gap, find_portfolio_gaps
from dashboard.governance.judgements.renewal import Question
from dashboard.governance.judgements.worker import renew
from dashboard.governance.situation.portfolio import Portfolio, portfolio_from
from dashboard.governance.situation.situation import Situation
from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models
from dashboard.store.judgements import judged_marks, read_judgements
from dashboard.views.judged import Marks, outdated, question_of
from dashboard.views.query import Query

# The subjects of which a portfolio consists, and how many readers' portfolios are kept.
PORTFOLIO = ("stage", "role")
PORTFOLIOS_KEPT = 16
Pairs = list[tuple[str, str]]
_PORTFOLIO_ROWS: WeakKeyDictionary[Store, dict[object, tuple[Marks, list[Pairs]]]] = WeakKeyDictionary()


def portfolio_of(store: Store, query: Query) -> Portfolio:
    """The models that the reader sees and who holds which role of them, kept while nothing changes."""
    question = question_of(query)
    renew(store, question, "present", query.seen, waits=query.waits)
    kept, place = store.worked_out, ("portfolio", question, query.seen)
    found = kept.get(place)
    if not isinstance(found, Portfolio):
        found = kept[place] = portfolio_from(*_portfolio_rows(store, question, query.seen))
    return found


def _portfolio_rows(store: Store, question: Question, seen: Models) -> list[Pairs]:
    """The rows of which a portfolio consists, by subject; those of models that were not judged since are kept."""
    marks = judged_marks(store, question.name, "present", seen)
    if store.writer.transaction is not None:
        return [read_judgements(store, question.name, subject, seen) for subject in PORTFOLIO]
    kept = _PORTFOLIO_ROWS.setdefault(store, {})
    known, rows = kept.get((question, seen), ({}, [[] for _ in PORTFOLIO]))
    changed = outdated(known, marks)
    if changed:
        there = changed & marks.keys()
        rows = [
            sorted(
                [
                    *(pair for pair in before if pair[0] not in changed),
                    *(read_judgements(store, question.name, subject, there) if there else ()),
                ],
                key=itemgetter(0),
            )
            for subject, before in zip(PORTFOLIO, rows, strict=True)
        ]
        kept[question, seen] = marks, rows
        while len(kept) > PORTFOLIOS_KEPT:
            kept.pop(next(iter(kept)), None)
    return rows


def portfolio_gaps(store: Store, query: Query) -> list[Gap]:
    """The gaps that count over the models that the reader sees; of one model, where the query names one."""
    kept, place = store.worked_out, ("portfolio gaps", question_of(query), query.seen)
    portfolio = portfolio_of(store, query)
    found = kept.get(place)
    if not isinstance(found, list):
        nobody = Situation(store, query.on, query.as_of, seen=frozenset())
        found = kept[place] = list(find_portfolio_gaps(nobody, portfolio))
    return [gap for gap in found if query.model in (None, gap.model_id)]
