"""Whether models should be trained again, what that rests on, and what earlier versions brought."""

from __future__ import annotations

import pandas as pd

from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.judged_frames import judged_frame
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS, view
from dashboard.words import mark

CAUSE = Column("cause", "code", mark("Suspected cause"))
ENDS = declare(Column("low", "money", mark("95% from")), Column("high", "money", mark("95% to")))
CHANGE_ENDS = declare(Column("low", "number", mark("95% from")), Column("high", "number", mark("95% to")))


@view(
    "retraining",
    columns=declare(
        "model",
        Column("recommendation", "code", mark("Train again")),
        CAUSE,
        Column("expected_loss_per_week", "money", mark("Expected loss per week")),
        ENDS,
        Column("cost", "money", mark("Cost of a training")),
        Column("weeks", "number", mark("Pays back after"), mark("weeks")),
        Column("chance", "share", mark("Chance that it helps")),
        Column("chance_low", "share", mark("Chance, 95% from")),
        Column("chance_high", "share", mark("Chance, 95% to")),
        Column("chance_cases", "count", mark("Earlier changes of the version")),
        "currency",
        Column("planned_on", "day", mark("Planned on")),
        "reason",
        "source",
        "period",
        Column("span", "text", mark("Loss measured in")),
        Column("value_then", "money", mark("Value of a case in the reference")),
        Column("value_now", "money", mark("Value of a case now")),
        Column("other_cases", "money", mark("By other cases, per week")),
        Column("cases_per_week", "number", mark("Cases per week")),
        Column("policy", "text", mark("Rule on the card")),
    ),
    model="optional",
)
def retraining(store: Store, query: Query) -> pd.DataFrame:
    """Which models should be trained again, and which need better data first?

    Columns: model, recommendation (now, later, fix_data, no, unknown), cause (broken_feature, season, event, growth,
    label_shift, real_change, fairness, harmless_drift, none, unknown), expected_loss_per_week (money; what cases of the
    same kind bring less than in the reference; null = not known), low, high (its 95 % interval), cost (of one training,
    from the card), weeks (after so many it pays back if it brings all of the loss back; null while that may be
    chance), chance (share of earlier changes of the version that helped; null = there was none), chance_low,
    chance_high (Wilson, 95 %), chance_cases, currency, planned_on (day), reason, source (realised, estimated), period
    (judged last), span (periods by which the loss is measured), value_then, value_now (money per case), other_cases
    (what other cases change per week; no training does), cases_per_week, policy (from the card).
    """
    return judged_frame(store, query, "retraining", VIEWS.get("retraining").columns)


@view(
    "retraining-evidence",
    columns=declare(
        "model",
        CAUSE,
        Column("speaks_for_it", "bool", mark("Speaks for it")),
        Column("suspected", "bool", mark("Suspected")),
        Column("sentence", "text", mark("Evidence")),
    ),
)
def evidence(store: Store, query: Query) -> pd.DataFrame:
    """By which facts is a cause suspected, and others are not?

    Columns: model, cause, speaks_for_it (whether the facts speak for this cause), suspected (the first one for which
    they do), sentence (one row each, in the order in which causes are looked at).
    """
    return judged_frame(store, query, "retraining_evidence", VIEWS.get("retraining-evidence").columns)


@view(
    "retraining-history",
    columns=declare(
        "model version",
        Column("replaced", "text", mark("Version before")),
        Column("changed_on", "day", mark("Changed on")),
        Column("measure", "code", mark("Measured by")),
        Column("before", "number", mark("Before")),
        Column("after", "number", mark("After")),
        Column("difference", "number", mark("Better by")),
        CHANGE_ENDS,
        Column("labelled_before", "count", mark("Outcomes before")),
        Column("labelled_after", "count", mark("Outcomes after")),
        Column("helped", "bool", mark("Helped")),
    ),
)
def history(store: Store, query: Query) -> pd.DataFrame:
    """What did earlier versions of a model bring?

    Columns: model, version (that went into production), replaced (the one before), changed_on, measure (money = what a
    case brings, else a metric), before, after (of about three judging periods before and after the change), difference
    (in the direction that is better), low, high (95 % interval), labelled_before, labelled_after, helped (better by
    more than chance; null = too few outcomes).
    """
    return judged_frame(store, query, "retraining_history", VIEWS.get("retraining-history").columns)
