"""What a model is worth: period by period against its promise, why that moved, by decision and by threshold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

from dashboard.governance.situation.situation import Situation
from dashboard.governance.value.periods import Part, cells_of
from dashboard.governance.value.promises import promises
from dashboard.governance.value.reported import reported_values
from dashboard.governance.value.valuation import Valuation
from dashboard.measures.figure import finite
from dashboard.measures.judging.areas import judging_grain
from dashboard.measures.judging.fairness import latest_periods
from dashboard.measures.outcomes import outcomes_of
from dashboard.measures.registry import measures_of
from dashboard.measures.value.money import money_of, parts_of
from dashboard.measures.value.moves import moved
from dashboard.measures.value.thresholds import money_by_threshold
from dashboard.profiles.layout import OWN_NAMES
from dashboard.profiles.periods import label
from dashboard.profiles.windows import Profile, Window, merged, windows
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.context import ModelContext, model_context
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import Sentence, mark

ENDS = declare(Column("low", "money", mark("95% from")), Column("high", "money", mark("95% to")))
MONEY = declare(
    Column("promised", "money", mark("Promised")),
    Column("realised", "money", mark("Brought")),
    Column("estimated", "money", mark("Estimated")),
    ENDS,
    Column("cost", "money", mark("Running cost")),
    Column("net", "money", mark("Net of running cost")),
    "currency",
    Column("verdict", "code", mark("Delivers its value")),
    "reason",
)
GAIN = Column("gain", "money", mark("More than now"))


@view("value", columns=declare("period", MONEY, "labelled predictions source"))
def value(store: Store, query: Query) -> pd.DataFrame:
    """Does the model bring what was promised, period by period?

    Columns: period, promised (by the days of the period), realised (scaled from labelled to all predictions),
    estimated (from scores alone), low, high (95 % interval by clusters of what the verdict rests on), cost (running
    cost), net (realised - cost), currency, verdict (yes, no, unknown), reason, labelled, predictions, source (realised,
    estimated, reported by the business where the card has no prices: without interval; null: nothing). Of a version or
    group there is no promise and no cost.
    """
    context = model_context(store, query)
    if context.profiles is None:
        return pd.DataFrame()
    valuation = _valuation(store, context)
    part = Part(context.span, context.query.version, context.query.segment)
    periods = valuation.periods(context.by, part)
    return pd.DataFrame(_in_words(cells_of(one, valuation.currency), query.language) for one in periods)


def _in_words(cells: dict[str, object], language: str) -> dict[str, object]:
    reason = cells["reason"]
    return {**cells, "reason": reason.render(language) if isinstance(reason, Sentence) else reason}


def _valuation(store: Store, context: ModelContext) -> Valuation:
    """What the value of a model rests on, as known for a query."""
    assert context.profiles is not None
    query, card = context.query, context.card
    situation = Situation(store, query.on, query.as_of, seen=frozenset({card.id}))
    known = card.id in situation.cards
    lines = promises(situation, card.id) if known else []
    reported = reported_values(situation, card.id) if known else ()
    today = query.on or card.local_day(query.as_of or now())
    return Valuation(context.profiles, card, context.thresholds, lines, today, reported)


@view(
    "value-moves",
    columns=declare(
        "period",
        Column("before", "text", mark("Period before")),
        Column("start", "money", mark("Brought before")),
        Column("change", "money", mark("Change")),
        Column("volume", "money", mark("By the number of cases")),
        Column("mix", "money", mark("By other cases")),
        Column("quality", "money", mark("By better or worse predictions")),
        ENDS,
        "currency",
    ),
)
def value_moves(store: Store, query: Query) -> pd.DataFrame:
    """What moved the value from one period to the next?

    Columns: period, before (the period before), start (what that brought), change (of the value that outcomes show) =
    volume (other number of predictions) + mix (other shares of the groups of scores) + quality (what a prediction of
    the same group is worth), low, high (95 % interval of mix and quality together), currency.
    """
    context = model_context(store, query)
    money = money_of(context.card)
    if context.profiles is None or money is None:
        return pd.DataFrame()
    known = [window for window in windows(context.read(("outcomes",)), context.layout, context.by) if window.labelled]
    rows = []
    for before, now_ in pairwise(known):
        move = moved(before, now_, context.layout, money)
        if move is not None:
            rows.append(
                {
                    "period": now_.label,
                    "before": before.label,
                    "start": move.before,
                    "change": move.now - move.before,
                    "volume": move.volume,
                    "mix": move.mix,
                    "quality": move.quality,
                    "low": finite(move.low),
                    "high": finite(move.high),
                    "currency": _currency(context),
                }
            )
    return pd.DataFrame(rows)


def _currency(context: ModelContext) -> str | None:
    return context.card.business.value.currency if context.card.business.value is not None else None


@view(
    "value-decisions",
    columns=declare(
        Column("part", "code", mark("What is counted")),
        Column("number", "number", mark("Number")),
        Column("price", "money", mark("Worth each")),
        Column("money", "money", mark("Together")),
        "currency labelled",
    ),
)
def value_decisions(store: Store, query: Query) -> pd.DataFrame:
    """What do decisions at the threshold, or errors, bring and cost?

    Columns: part (of the card's prices: true_positive, ..., over_per_unit, ...), number (labelled predictions; units of
    error; amounts where they weigh), price (on the card), money, currency, labelled. Of the latest judged periods
    unless days are asked for.
    """
    context = model_context(store, query)
    prices = context.card.business.value
    if context.profiles is None or prices is None:
        return pd.DataFrame()
    window = merged(_latest(context), context.layout)
    if not window.labelled:
        return pd.DataFrame()
    return pd.DataFrame(
        {
            "part": part.name,
            "number": finite(part.number),
            "price": part.price,
            "money": finite(part.money),
            "currency": prices.currency,
            "labelled": window.labelled,
        }
        for part in parts_of(outcomes_of(window, context.layout), prices)
    )


def _latest(context: ModelContext, segment: tuple[str, str | None] | None = None) -> list[Profile]:
    """The profiles of the days that are asked for, else of the latest judged periods with known outcomes."""
    assert context.profiles is not None
    found = context.profiles.read(("outcomes",), context.span, context.query.version, segment or context.query.segment)
    if context.span is not None:
        return found
    periods = set(latest_periods(context.profiles, context.card, context.thresholds))
    return [one for one in found if label(one.start, judging_grain(context.card)) in periods]


@view(
    "value-thresholds",
    columns=declare(
        "threshold",
        Column("money", "money", mark("Would have brought")),
        GAIN,
        ENDS,
        "selected_share",
        Column("current", "bool", mark("On the card")),
        Column("best", "bool", mark("Most")),
        Column("as_good", "bool", mark("Not certainly less than the most")),
        Column("honest_gain", "money", mark("More than now, without the luck of picking")),
        "currency labelled predictions",
    ),
)
def value_thresholds(store: Store, query: Query) -> pd.DataFrame:
    """What would other thresholds have brought?

    Columns: threshold, money (of all predictions), gain (more than at the card's threshold), low, high (95 % interval
    of the gain), selected_share, current, best, as_good (whether it is not certainly less than the best),
    honest_gain (of the best: each unit of resampling decided at the threshold that is best without it; low and high
    are around it), currency, labelled, predictions. Of the latest judged periods unless days are asked for.
    """
    context = model_context(store, query)
    money = money_of(context.card)
    if context.profiles is None or money is None:
        return pd.DataFrame()
    window = merged(_latest(context), context.layout)
    found = money_by_threshold(window, context.layout, money)
    if found is None:
        return pd.DataFrame()
    best, number = found.best, window.predictions
    rows = []
    for at in found.at:
        is_best = at.threshold == best.threshold
        low, high = (best.low, best.high) if is_best else (at.low, at.high)
        rows.append(
            {
                "threshold": at.threshold,
                "money": at.money * number,
                "gain": at.gain * number,
                "low": finite(low * number),
                "high": finite(high * number),
                "selected_share": _figure(context, window, at.threshold, "selection_rate"),
                "current": at.threshold == context.card.data.threshold,
                "best": is_best,
                "as_good": bool(best.first <= at.threshold <= best.last),
                "honest_gain": finite(best.gain * number) if is_best else None,
                "currency": _currency(context),
                "labelled": window.labelled,
                "predictions": number,
            }
        )
    return pd.DataFrame(rows)


def _figure(context: ModelContext, window: Window, threshold: float, name: str) -> float | None:
    measure = measures_of(context.card.task)[name]
    return finite(float(measure.compute(outcomes_of(window, context.layout, threshold))))


@view(
    "value-threshold-groups",
    columns=declare(
        "column group",
        Column("threshold", "number", mark("Threshold")),
        Column("selected_share", "share", mark("Share selected now")),
        Column("selected_then", "share", mark("Share selected then")),
        Column("recall", "share", mark("Recall now")),
        Column("recall_then", "share", mark("Recall then")),
        "labelled predictions",
    ),
)
def value_threshold_groups(store: Store, query: Query) -> pd.DataFrame:
    """What would another threshold do to groups?

    Columns: column, group (of the card's protected columns), threshold (the asked one, else the one that would have
    brought most), selected_share, selected_then, recall, recall_then, labelled, predictions. Of the latest judged
    periods unless days are asked for.
    """
    context = model_context(store, query)
    money = money_of(context.card)
    if context.profiles is None or money is None or context.card.task != "binary_classification":
        return pd.DataFrame()
    threshold = query.threshold
    if threshold is None:
        best = money_by_threshold(merged(_latest(context), context.layout), context.layout, money)
        if best is None:
            return pd.DataFrame()
        threshold = best.best.threshold
    rows = [row for column in context.card.data.protected for row in _groups(context, column, threshold)]
    return pd.DataFrame(rows)


def _groups(context: ModelContext, column: str, threshold: float) -> Iterator[dict[str, object]]:
    by_value: dict[str, list[Profile]] = {}
    for profile in _latest(context, (column, None)):
        by_value.setdefault(str(profile.segment_value), []).append(profile)
    current = context.card.data.threshold
    for group in sorted(set(by_value) - OWN_NAMES):
        window = merged(by_value[group], context.layout)
        if window.labelled:
            yield {
                "column": column,
                "group": group,
                "threshold": threshold,
                "selected_share": _figure(context, window, current, "selection_rate"),
                "selected_then": _figure(context, window, threshold, "selection_rate"),
                "recall": _figure(context, window, current, "recall"),
                "recall_then": _figure(context, window, threshold, "recall"),
                "labelled": window.labelled,
                "predictions": window.predictions,
            }
