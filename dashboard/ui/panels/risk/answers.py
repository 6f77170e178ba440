"""The answers of the risk matrix in sentences. Nothing here draws."""

from __future__ import annotations

import pandas as pd

from dashboard.ui.labels.risks import RISKS
from dashboard.ui.widgets.answers import Answer, Subject, worst
from dashboard.ui.widgets.listing import listed
from dashboard.words import mark, translate

LOW = 2


def portfolio(risks: pd.DataFrame, language: str) -> Answer:
    """What is worst, contradicted, overdue and not rated; `risks` has the columns of the view, and `name`."""
    subject = Subject("", language)
    rated = risks[risks["likelihood"].notna()]
    if rated.empty:
        return Answer("unknown", subject.say("No risk is rated yet, so nobody knows how much could be lost."))
    highest = rated[rated["score"] == rated["score"].max()]
    highest_risk = subject.say(
        mark("The highest risk is {risk} of {model}: {score} of 25."),
        risk=translate(RISKS[highest.iloc[0]["risk"]], language),
        model=highest.iloc[0]["name"],
        score=int(highest.iloc[0]["score"]),
    )
    known = risks["status"][risks["status"] != "unknown"]
    return Answer(worst(known), highest_risk, tuple(_further(risks, subject)))


def _further(risks: pd.DataFrame, subject: Subject) -> list[str]:
    contradicted, overdue = risks[risks["contradicted"] == True], risks[risks["overdue"] == True]  # noqa: E712
    found = []
    if len(contradicted):
        message = mark("The evidence is higher than the rating for {n} of {total} risks: {names}.")
        found.append(_counted(message, contradicted, len(risks), subject))
    else:
        found.append(subject.say("The evidence never exceeds a rating."))
    if len(overdue):
        found.append(
            _counted(mark("{n} of {total} risks are overdue for review: {names}."), overdue, len(risks), subject)
        )
    missing = risks[risks["likelihood"].isna()]
    if len(missing):
        found.append(_counted(mark("{n} of {total} risks are not rated: {names}."), missing, len(risks), subject))
    unmeasured = int(risks["evidence_level"].isna().sum())
    if unmeasured:
        message = mark("For {n} of {total} risks there is no evidence either way.")
        found.append(subject.say(message, n=unmeasured, total=len(risks)))
    return found


def _counted(message: str, rows: pd.DataFrame, total: int, subject: Subject) -> str:
    names = list(dict.fromkeys(rows["name"]))
    return subject.say(message, n=len(rows), total=total, names=listed(names, subject.language))


def record(records: pd.DataFrame, language: str) -> list[str]:
    """Were we right: for each risk, how often a low rating was followed by more."""
    subject = Subject("", language)
    found = []
    for risk, word in RISKS.items():
        low = records[(records["risk"] == risk) & (records["likelihood"] <= LOW) & records["happened_level"].notna()]
        if low.empty:
            continue
        models = low["model"].nunique()
        wrong = low.loc[low["right"] == False, "model"].nunique()  # noqa: E712
        message = mark("Models rated low (1 or 2) for “{risk}”: {n}; turned out worse than rated: {wrong}.")
        found.append(subject.say(message, risk=translate(word, language), n=models, wrong=wrong))
    if not found:
        return [subject.say("No rating has been in force long enough to be compared with what happened.")]
    return found


def model(risks: pd.DataFrame, language: str) -> str:
    """How the four risks of one model stand, in a sentence; `risks` as of the view."""
    subject = Subject("", language)
    rated = risks[risks["likelihood"].notna()]
    contradicted = int((risks["contradicted"] == True).sum())  # noqa: E712
    if rated.empty:
        return subject.say("None of the four risks is rated.")
    highest = rated.sort_values("score", ascending=False).iloc[0]
    values = {
        "risk": translate(RISKS[highest["risk"]], language),
        "score": int(highest["score"]),
        "n": len(rated),
        "contradicted": contradicted,
    }
    message = mark("{n} of 4 risks are rated; the highest is {risk} with {score} of 25.")
    if contradicted:
        message = mark(
            "{n} of 4 risks are rated; the highest is {risk} with {score} of 25; contradicted by the evidence: "
            "{contradicted}."
        )
    return subject.say(message, **values)
