"""What experts' judgements prove: agreement with the model, with each other, with outcomes, and where it is worst."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from dashboard.governance.feedback.agreement import Agreement, JudgedCase, agreement_on, groups_of, judged_cases
from dashboard.governance.feedback.hot_spots import HotSpot, hot_spots
from dashboard.governance.feedback.verdicts import list_verdicts
from dashboard.profiles.cases import read_cases
from dashboard.profiles.periods import Grain, floor, label
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.dashboard import settings_of
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.context import model_context
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import Sentence, mark, share as share_words

RANDOM = "random"
AGREEMENT = declare(
    "period",
    Column("segment", "text", mark("Group")),
    Column("judged", "count", mark("Random cases judged")),
    Column("agreed", "count", mark("Model confirmed")),
    Column("share", "share", mark("Agreement")),
    "low high",
    Column("sample", "code", mark("Drawn")),
    Column("kappa", "number", mark("Agreement of experts (kappa)")),
    Column("kappa_low", "number", mark("Kappa from")),
    Column("kappa_high", "number", mark("Kappa to")),
    Column("experts", "count", mark("Experts")),
    Column("shared", "count", mark("Judged by several")),
    Column("judged_all", "count", mark("Judged in all")),
    Column("needed", "count", mark("Still needed")),
    Column("labelled", "count", mark("Outcome known")),
    Column("model_right", "count", mark("Model right by the outcome")),
    Column("experts_right", "count", mark("Experts right by the outcome")),
    "status reason",
)
SPOTS = declare(
    "column",
    Column("group", "text", mark("Group")),
    Column("judged", "count", mark("Random cases judged")),
    Column("wrong", "count", mark("Called wrong")),
    Column("share", "share", mark("Share called wrong")),
    "low high",
    Column("others", "count", mark("Other cases")),
    Column("others_share", "share", mark("Share called wrong elsewhere")),
    Column("chance", "number", mark("Chance (p-value)")),
    Column("chance_of_all", "number", mark("Chance in the light of all groups")),
    Column("stands_out", "bool", mark("Stands out")),
    "text",
)


@view("agreement", columns=AGREEMENT)
def agreement(store: Store, query: Query) -> pd.DataFrame:
    """How often do experts agree with the model, and with each other?

    Columns: period (of the predictions; null = all of them together), segment (COLUMN=VALUE; null = all cases), judged
    (random cases that experts decided on), agreed (of them the model was right by most experts), share, low, high (95 %
    interval; null below the card's `minimum_cases`), sample (random: the only cases it rests on), kappa, kappa_low,
    kappa_high (of experts with each other, on cases that several judged and the queue did not pick for a purpose),
    experts, shared (such cases), judged_all (cases however they were picked), needed (random cases that are missing to
    the minimum), labelled (random cases with known outcome), model_right, experts_right (of these, by the outcome),
    status, reason. All together first, then period by period, then group by group.
    """
    context = model_context(store, query)
    card, levels = context.card, settings_of(store.home).agreement
    cases = [case for case in cases_of(store, card, query) if _asked(card, case, query)]
    segment = None if query.segment is None else "=".join(query.segment)
    rows = [
        _row(period, group, agreement_on(card, part, levels), query.language)
        for period, group, part in _parts(card, cases, context.by, segment)
    ]
    return pd.DataFrame(rows, columns=AGREEMENT.names, dtype=object)


def cases_of(store: Store, card: ModelCard, query: Query) -> list[JudgedCase]:
    """The cases of a model that experts decided on, with their rows of the log; read once while nothing is written."""
    kept, place = store.worked_out, ("judged cases", card.id, query.as_of)
    found = kept.get(place)
    if not isinstance(found, list):
        verdicts = list_verdicts(store, card.id, query.as_of)
        logged = read_cases(store, card, [one.prediction for one in verdicts], query.as_of)
        found = kept[place] = judged_cases(verdicts, logged)
    return found


def _asked(card: ModelCard, case: JudgedCase, query: Query) -> bool:
    day = card.local_day(case.at)
    within = (query.start is None or query.start <= day) and (query.end is None or day <= query.end)
    version = query.version is None or (case.logged is not None and case.logged.version == query.version)
    return within and version and (query.segment is None or "=".join(query.segment) in groups_of(card, case))


def _parts(
    card: ModelCard, cases: Sequence[JudgedCase], by: Grain, segment: str | None
) -> Iterator[tuple[str | None, str | None, list[JudgedCase]]]:
    """All cases, those of each period, and those of each group: period, group, cases."""
    yield None, segment, list(cases)
    periods: dict[str, list[JudgedCase]] = {}
    groups: dict[str, list[JudgedCase]] = {}
    for case in cases:
        start = floor(case.at.astimezone(card.zone).replace(tzinfo=None), by)
        periods.setdefault(label(start, by), []).append(case)
        for group in groups_of(card, case):
            groups.setdefault(group, []).append(case)
    yield from ((period, segment, part) for period, part in sorted(periods.items()))
    if segment is None:
        yield from ((None, group, part) for group, part in sorted(groups.items()))


def _row(period: str | None, group: str | None, found: Agreement, language: str) -> dict[str, object]:
    numbers = {"share": found.share, "low": found.low, "high": found.high}
    numbers |= {"kappa": found.kappa.value, "kappa_low": found.kappa.low, "kappa_high": found.kappa.high}
    return {
        "period": period,
        "segment": group,
        "sample": RANDOM,
        **{name: None if math.isnan(value) else value for name, value in numbers.items()},
        **{
            name: getattr(found, name)
            for name in (
                "judged", "agreed", "experts", "shared", "judged_all", "needed", "labelled", "model_right",
                "experts_right", "status",
            )
        },
        "reason": found.reason.render(language),
    }  # fmt: skip


@view("disagreements", columns=SPOTS)
def disagreements(store: Store, query: Query) -> pd.DataFrame:
    """Where do experts disagree with the model more than elsewhere?

    Columns: column, group (its value or range), judged (random cases in it), wrong (called wrong by most experts),
    share with low and high (95 % interval), others (random cases beside it), others_share, chance (p-value of Fisher's
    exact test), chance_of_all (the same in the light of all groups that were looked at, Holm), stands_out (more wrong
    than elsewhere, beyond chance), text. What stands out comes first.
    """
    card = model_context(store, query).card
    cases = [case for case in cases_of(store, card, query) if _asked(card, case, query)]
    rows = [_spot_row(spot, query.language) for spot in hot_spots(card, cases)]
    return pd.DataFrame(rows, columns=SPOTS.names, dtype=object)


def _spot_row(spot: HotSpot, language: str) -> Mapping[str, object]:
    where, elsewhere = spot.wrong / spot.judged, spot.others_wrong / spot.others
    group = _group(spot).render(language)
    message = mark(
        "{group}: experts disagree with the model in {share} of {n} random cases, "
        "elsewhere in {others_share} of {others}."
    )
    values = {"group": group, "n": spot.judged, "others": spot.others}
    values |= {"share": share_words(where, language), "others_share": share_words(elsewhere, language)}
    return {
        "column": spot.label.in_language(language),
        "group": group,
        "judged": spot.judged,
        "wrong": spot.wrong,
        "share": where,
        "low": spot.low,
        "high": spot.high,
        "others": spot.others,
        "others_share": elsewhere,
        "chance": spot.chance,
        "chance_of_all": spot.of_all,
        "stands_out": spot.stands_out,
        "text": Sentence(message, values).render(language),
    }


def _group(spot: HotSpot) -> Sentence:
    """The group in words."""
    values: dict[str, object] = {"column": spot.label, "value": spot.value, "lower": spot.lower, "upper": spot.upper}
    if spot.value is not None:
        return Sentence(mark("{column} {value}"), values)
    if spot.lower is None:
        return Sentence(mark("{column} up to {upper}"), values)
    if spot.upper is None:
        return Sentence(mark("{column} above {lower}"), values)
    return Sentence(mark("{column} above {lower} up to {upper}"), values)
