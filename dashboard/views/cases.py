"""Single predictions: those worth a look, the latest ones, and known ones that are like another one."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime, time, timedelta
from typing import TypeVar, cast

import pandas as pd

from dashboard.errors import InputRefusedError, Problem
from dashboard.explanations.cases.case import Case, find_case
from dashboard.explanations.expectations.updating import known_ranges
from dashboard.explanations.importance.sampling import SCORE
from dashboard.explanations.rows.picks import amounts, find_picks, latest_span
from dashboard.explanations.rows.reading import ACTUAL, AT, ID, VERSION, Span, case_columns, case_of, draw_rows, span_of
from dashboard.explanations.rows.similar import COMPARED, most_similar
from dashboard.explanations.whatif.ranges import Range
from dashboard.explanations.words.reasons import Reason
from dashboard.explanations.words.values import InWords
from dashboard.measures.figure import finite
from dashboard.profiles.windows import open_profiles
from dashboard.schema.card.card import ModelCard
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.store.importances import importance_in_force
from dashboard.views.columns import declare
from dashboard.views.explanations import READERS_OF_CASES
from dashboard.views.kept import kept_while
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

PREDICTION = Column("prediction", "id", mark("Prediction"))
OUTCOME = (
    Column("at", "instant", mark("Made on")),
    "version",
    Column("score", "text", mark("Score")),
    Column("actual", "text", mark("Outcome")),
    Column("amount", "money", mark("Worth")),
)
PICKED = declare(Column("pick", "code", mark("Case")), PREDICTION, *OUTCOME)
CASES = declare(PREDICTION, *OUTCOME)
SIMILAR = declare(
    PREDICTION,
    *OUTCOME,
    Column("distance", "share", mark("How far apart")),
    Column("differs", "text", mark("Differs in")),
)
MOST_CASES = 100
# More is not worked out ahead of the next commit.
MOST_REMEMBERED = 2_000
Found = TypeVar("Found")
# Numbers from here on are written whole.
WHOLE = 10_000


@view("picks", columns=PICKED, roles=READERS_OF_CASES)
def picks(store: Store, query: Query) -> pd.DataFrame:
    """Which predictions are worth a look?

    Columns: pick (typical: its score lies in the middle; borderline: nearest to the threshold; wrong: the outcome is
    farthest from the score; costliest: the least in money), prediction, at (UTC), version, score, actual (null = not
    known), amount (its value by the card). Of the asked-for days, else of the last 90 days of the log.
    """
    card, span = _asked(store, query)
    found = [] if span is None else find_picks(store, card, span)
    rows = [
        {
            "pick": one.pick, "prediction": one.prediction_id, "at": written(one.at), "version": one.version,
            "score": shown(one.score), "actual": shown(one.actual), "amount": one.amount,
        }
        for one in found
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=PICKED.names, dtype=object)


@view("cases", columns=CASES, roles=READERS_OF_CASES)
def cases(store: Store, query: Query) -> pd.DataFrame:
    """Which predictions were made?

    Columns: prediction, at (UTC), version, score, actual (null = not known), amount (its value by the card). At most
    100, drawn evenly from the asked-for days (else from the last 90 days of the log), segment and version; newest
    first.
    """
    card, span = _asked(store, query)
    if span is None:
        return pd.DataFrame(columns=CASES.names, dtype=object)
    frame = _drawn(store, card, span)
    if query.version is not None:
        frame = frame[frame[VERSION] == query.version]
    if query.segment is not None:
        column, value = query.segment
        if column not in frame:
            allowed = ", ".join([*card.data.features, *card.data.groups])
            raise InputRefusedError([Problem(f"received {column}; allowed are {allowed}", field="--segment")])
        frame = frame[[_matches(held, value) for held in frame[column]]]
    frame = frame.sort_values(AT, ascending=False, kind="stable").head(MOST_CASES)
    return _listed(card, frame)[CASES.names]


@view("similar", columns=SIMILAR, roles=READERS_OF_CASES)
def similar(store: Store, query: Query) -> pd.DataFrame:
    """Which known cases are most like this one, and what came of them?

    Columns: prediction, at (UTC), version, score, actual, amount, distance (0: the same, 1: as far as can be), differs
    (the features that differ, the most first). Of at most 2,000 cases drawn from the last 90 days of the log.
    """
    card, span = _asked(store, query)
    case = case_asked_for(store, card, query)
    profiles = open_profiles(store, card, query.as_of)
    if span is None or profiles is None:
        return pd.DataFrame(columns=SIMILAR.names, dtype=object)
    frame = _drawn(store, card, span)
    frame = frame[frame[ID] != case.prediction_id]
    weights = importance_in_force(store, card, case.version)
    found = most_similar(case.features, frame, known_ranges(profiles), weights)
    listed = _listed(card, pd.DataFrame([one.row for one in found], columns=frame.columns))
    differs = [_differing(card, one.row, one.differs, query.language) for one in found]
    return listed.assign(distance=[one.distance for one in found], differs=differs)[SIMILAR.names]


def asked_prediction(query: Query) -> str:
    """The id that is asked for; raises InputRefusedError when there is none."""
    if query.prediction is None:
        message = "received none; allowed is the id of a prediction; name it: --prediction ID"
        raise InputRefusedError([Problem(message, field="--prediction")])
    return query.prediction


def shown(value: float | str | None) -> str | None:
    """A score or an outcome as text, numbers with four digits or whole."""
    if value is None or isinstance(value, str):
        return value
    return f"{value:.0f}" if float(value).is_integer() or abs(value) >= WHOLE else f"{value:.4g}"


def _asked(store: Store, query: Query) -> tuple[ModelCard, Span | None]:
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    if query.start is None and query.end is None:
        return card, latest_span(store, card)
    first = datetime.combine(query.start, time()) if query.start else datetime(1900, 1, 1)
    last = datetime.combine(query.end, time()) + timedelta(days=1) if query.end else datetime(2200, 1, 1)
    return card, span_of(card, first, last)


def _drawn(store: Store, card: ModelCard, span: Span) -> pd.DataFrame:
    """A sample of rows with their features, read once while the log and the labels are the same."""
    return kept_while(
        store,
        ("log_files", "cards"),
        ("rows of", card.id, span),
        lambda: draw_rows(store, card, span, case_columns(card, groups=True), COMPARED).frame,
    )


def _matches(held: object, value: str) -> bool:
    if isinstance(held, float):
        try:
            return held == float(value)
        except ValueError:
            return False
    return held == value


def _listed(card: ModelCard, frame: pd.DataFrame) -> pd.DataFrame:
    plain = pd.DataFrame(
        {
            "prediction": frame[ID],
            "at": [written(moment.to_pydatetime()) for moment in frame[AT]],
            "version": frame[VERSION],
            "score": [None if pd.isna(score) else shown(score) for score in frame[SCORE]],
            "actual": [None if pd.isna(actual) else shown(actual) for actual in frame[ACTUAL]],
            "amount": [finite(float(amount)) for amount in amounts(card, frame)],
        },
        dtype=object,
    )
    return plain.reset_index(drop=True)


def _differing(card: ModelCard, row: pd.Series, features: tuple[str, ...], language: str) -> str:
    held = case_of(row, features)
    return ", ".join(InWords(card.data, Reason(name, held[name], 0.0)).in_language(language) for name in features)


def ranges_known(store: Store, card: ModelCard, query: Query) -> dict[str, Range]:
    """The values of features that occur in the reference; empty while nothing was monitored."""

    def find() -> dict[str, Range]:
        profiles = open_profiles(store, card, query.as_of)
        return {} if profiles is None else known_ranges(profiles)

    return _remembered(store, ("ranges", card.id, query.as_of), find)


def case_asked_for(store: Store, card: ModelCard, query: Query) -> Case:
    """The prediction of a query, found once while nothing is committed: what-if asks for it again with each value."""
    prediction = asked_prediction(query)
    asked = prediction, query.version, query.as_of, query.predicted_at
    return _remembered(store, ("case", card.id, *asked), lambda: find_case(store, card, *asked))


def _remembered(store: Store, place: Hashable, find: Callable[[], Found]) -> Found:
    """What was worked out before, while nothing is committed."""
    kept = store.worked_out
    if store.writer.transaction is not None or len(kept) > MOST_REMEMBERED:
        return find()
    if place not in kept:
        kept[place] = find()
    return cast(Found, kept[place])
