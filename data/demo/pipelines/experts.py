"""What experts say of single predictions: rules of thumb (`experts.yaml`), applied to the rows of a log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from pipelines.routine import Card, Event
from pipelines.training import SEED, VERSION, days

Rules = Mapping[str, Any]


def opinions(log: pd.DataFrame, card: Card, people: Mapping[str, Rules]) -> pd.DataFrame:
    """What each expert would say of every prediction: id, version, person, verdict, corrected, reason, remark."""
    found = [_of(person, rules, log, card) for person, rules in people.items()]
    return pd.concat(found, ignore_index=True)


def events(cases: pd.DataFrame, said: pd.DataFrame, card: Card, drawn: list[Rules]) -> Iterator[Event]:
    """The judgements of cases that were drawn at random; `cases` holds each case once, with the score that counts."""
    local, name = days(cases, card), card["data"]["prediction_id"]
    before: list[str] = []
    for draw in drawn:
        again = before[: draw.get("again", 0)]
        there = cases.loc[(local >= draw["from"]) & (local <= draw["to"]) & ~cases[name].isin(before), name]
        fresh = there.sample(draw["cases"] - len(again), random_state=SEED).tolist()
        before = [*again, *fresh]
        own = said[(said["person"] == draw["person"]) & said["prediction"].isin(before)].set_index("prediction")
        for prediction in before:
            opinion = own.loc[[prediction]].iloc[0]
            yield {
                "kind": "feedback", "model": card["id"], "at": draw["at"], "prediction": prediction,
                **{part: opinion[part] for part in opinion.index if pd.notna(opinion[part])}, "sample": "random",
            }  # fmt: skip


def _of(person: str, rules: Rules, log: pd.DataFrame, card: Card) -> pd.DataFrame:
    data = card["data"]
    local = pd.to_datetime(days(log, card))
    rows = log.assign(month=local.dt.month)
    binary = "threshold" in data
    if binary:
        rows["selected"] = (rows[data["score"]] >= data["threshold"]).astype(int)
    wrong, unsure = rows.eval(rules["wrong"]).astype(bool), rows.eval(rules["unsure"]).astype(bool)
    wrong &= ~unsure
    verdict = pd.Series("right", index=rows.index).mask(wrong, "wrong").mask(unsure, "unsure")
    corrected = 1 - rows["selected"] if binary else rows.eval(rules["corrected"])
    reason, remark = pd.Series(None, index=rows.index, dtype=object), pd.Series(None, index=rows.index, dtype=object)
    for because in rules["because"]:
        here = wrong & reason.isna() & rows.eval(because["if"]).astype(bool)
        reason[here] = because["reason"]
        remark[here] = because.get("remark")
    versions = rows[VERSION] if VERSION in rows else card["versions"][0]["version"]
    return pd.DataFrame(
        {
            "prediction": rows[data["prediction_id"]], "version": versions, "person": person, "verdict": verdict,
            "corrected": corrected.astype(float).where(wrong), "reason": reason, "comment": remark,
        }
    )  # fmt: skip
