"""What counts over the models that a reader sees: who holds which role of them, and the gaps of the whole."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TypeVar
from weakref import WeakKeyDictionary

from dashboard.governance.gaps.registry import Gap, find_portfolio_gaps
from dashboard.governance.judgements.renewal import Question
from dashboard.governance.judgements.worker import renew
from dashboard.governance.situation.digests import rules_digest
from dashboard.governance.situation.portfolio import Portfolio, portfolio_from
from dashboard.governance.situation.situation import Situation
from dashboard.store.engine.database import Store
from dashboard.store.engine.selection import Models
from dashboard.store.judgements import read_judgements
from dashboard.views.judged import Marks, marks_of, outdated, question_of
from dashboard.views.query import Query

# The subjects of which a portfolio consists, and how many readers' portfolios are kept.
PORTFOLIO = ("stage", "role")
PORTFOLIOS_KEPT = 16
Pairs = list[tuple[str, str]]
Found = TypeVar("Found")


@dataclass
class KeptPortfolio:
    """A portfolio, the rows that it consists of, the marks of the models when these were read, and what follows.

    `found` is what was worked out of the portfolio, the organisation and the rules, which stand in `state`: what it
    rests on besides, and the answer.
    """

    marks: Marks
    rows: list[Pairs]
    portfolio: Portfolio
    state: object = None
    found: dict[Hashable, tuple[object, object]] = field(default_factory=dict)


@dataclass
class _Portfolios:
    """Of one store: what is kept by question and models, and who may look up or change it."""

    kept: dict[tuple[Question, Models], KeptPortfolio] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)


_PORTFOLIOS: WeakKeyDictionary[Store, _Portfolios] = WeakKeyDictionary()


def portfolio_of(store: Store, query: Query) -> Portfolio:
    """The models that the reader sees and who holds which role of them: the same object while it says the same."""
    return _kept(store, query).portfolio


def of_portfolio(
    store: Store,
    query: Query,
    what: Hashable,
    find: Callable[[Portfolio], Found],
    models: frozenset[str] = frozenset(),
) -> Found:
    """What `find` works out of the portfolio, the organisation and the rules alone, kept while these are the same.

    It may use facts about some `models` as well, and is kept until one of them is judged anew.
    """
    kept = _kept(store, query)
    organisation = store.state_of("organisation")
    if organisation is None or store.writer.transaction is not None:
        return find(kept.portfolio)
    state = organisation, rules_digest(store.home)
    with _PORTFOLIOS.setdefault(store, _Portfolios()).lock:
        if kept.state != state:
            kept.state, kept.found = state, {}
        rests_on = tuple(kept.marks.get(model_id) for model_id in sorted(models))
        known = kept.found.get(what)
        if known is None or known[0] != rests_on:
            known = kept.found[what] = rests_on, find(kept.portfolio)
        return known[1]  # type: ignore[return-value]


def portfolio_gaps(store: Store, query: Query) -> list[Gap]:
    """The gaps that count over the models that the reader sees; of one model, where the query names one."""

    def find(portfolio: Portfolio) -> list[Gap]:
        nobody = Situation(store, query.on, query.as_of, seen=frozenset())
        return list(find_portfolio_gaps(nobody, portfolio))

    return [gap for gap in of_portfolio(store, query, "gaps", find) if query.model in (None, gap.model_id)]


def _kept(store: Store, query: Query) -> KeptPortfolio:
    question, seen = question_of(query), query.seen
    renew(store, question, "present", seen, waits=query.waits)
    if store.writer.transaction is not None:
        rows = [read_judgements(store, question.name, subject, seen) for subject in PORTFOLIO]
        return KeptPortfolio({}, rows, portfolio_from(*rows))
    noted, place = store.worked_out, ("portfolio", question, seen)
    found = noted.get(place)
    if not isinstance(found, KeptPortfolio):
        portfolios = _PORTFOLIOS.setdefault(store, _Portfolios())
        with portfolios.lock:
            known = portfolios.kept.pop((question, seen), None)
            found = portfolios.kept[question, seen] = _renewed(store, question, seen, known)
            while len(portfolios.kept) > PORTFOLIOS_KEPT:
                portfolios.kept.pop(next(iter(portfolios.kept)))
        noted[place] = found
    return found


def _renewed(store: Store, question: Question, seen: Models, known: KeptPortfolio | None) -> KeptPortfolio:
    """The portfolio with the rows of the models that were judged since; the known one where these say the same."""
    marks = marks_of(store, question, "present", seen)
    if known is None:
        rows = [read_judgements(store, question.name, subject, seen) for subject in PORTFOLIO]
        return KeptPortfolio(marks, rows, portfolio_from(*rows))
    changed = outdated(known.marks, marks)
    there = changed & marks.keys()
    anew = [read_judgements(store, question.name, subject, there) if there else [] for subject in PORTFOLIO]
    before = [[pair for pair in rows if pair[0] in changed] for rows in known.rows]
    if anew == before:
        known.marks = marks
        return known
    rows = [_exchanged(old, changed, new) for old, new in zip(known.rows, anew, strict=True)]
    return KeptPortfolio(marks, rows, portfolio_from(*rows))


def _exchanged(before: Iterable[tuple[str, str]], changed: set[str], anew: Pairs) -> Pairs:
    return sorted([*(pair for pair in before if pair[0] not in changed), *anew], key=itemgetter(0))
