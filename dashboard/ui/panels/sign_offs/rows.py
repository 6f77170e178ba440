"""Sign-offs, findings and uses for readers: their colours, the answer, and their frames made ready for tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.governance.sign_offs.labels import STEP_WORDS
from dashboard.ui.labels.sign_offs import STEP_STATES
from dashboard.ui.widgets.answers import Answer
from dashboard.ui.widgets.badges import STATUS_SIGNS
from dashboard.views.records import records
from dashboard.words import Sentence, day, mark, translate

if TYPE_CHECKING:
    from dashboard.schema.events import Step
    from dashboard.store.organisation import Organisation

STATUS_OF: dict[str, str] = {
    "rejected": "alert",
    "missing": "alert",
    "stale": "warn",
    "partly": "warn",
    "conditional": "warn",
    "signed": "ok",
    "not_due": "unknown",
}
FINDING_STATUS: dict[str, str] = {"overdue": "alert", "open": "warn", "resolved": "ok"}
USE_STATUS: dict[str, str] = {
    "unapproved": "warn",
    "stopping": "warn",
    "allowed": "ok",
    "ended": "unknown",
    "approved": "ok",
}
TOLD = 3
Row = Mapping[str, Any]


def state_text(state: str, language: str) -> str:
    """A state as sign and word, for places that cannot hold a badge."""
    return f"{STATUS_SIGNS[STATUS_OF[state]]} {translate(STEP_STATES[state], language)}"


def steps_of(signed: pd.DataFrame) -> pd.DataFrame:
    """The view `sign-offs` with one row for each model and step."""
    return signed.drop_duplicates(["model", "step"]).reset_index(drop=True)


def steps_due(signed: pd.DataFrame) -> tuple[list[Step], list[Step]]:
    """The steps that are due for some model, and those that are due for none, both in their order."""
    due = set(signed.loc[signed["state"] != "not_due", "step"])
    there = [step for step in STEP_WORDS if step in set(signed["step"])]
    return [step for step in there if step in due], [step for step in there if step not in due]


def matrix(signed: pd.DataFrame, shown_steps: Sequence[str], names: Mapping[str, str], language: str) -> pd.DataFrame:
    """Models by some steps: model, name and the state of each step as a list for a badge."""
    steps = steps_of(signed)
    states = {(row["model"], row["step"]): row["state"] for row in records(steps)}
    shown = models_by_name(steps, names)
    models = list(shown["model"])
    for step in shown_steps:
        shown[step] = [[state_text(states.get((model, step), "not_due"), language)] for model in models]
    return shown


def models_by_name(signed: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """The models of a frame in the order of their names: model, name."""
    models = sorted(signed["model"].unique(), key=lambda model: names.get(model, model).casefold())
    return pd.DataFrame({"model": models, "name": [names.get(model, model) for model in models]})


def matching(signed: pd.DataFrame, chosen: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The rows of the models that have a step in one of the chosen states, or that wait for one of the persons."""
    kept = set(signed["model"])
    if chosen.get("step_state"):
        kept &= set(signed.loc[signed["state"].isin(chosen["step_state"]), "model"])
    if chosen.get("signer"):
        wanted = set(chosen["signer"])
        kept &= {row["model"] for row in records(waiting(signed)) if wanted & set(persons(row["to_sign"]))}
    return signed[signed["model"].isin(kept)].reset_index(drop=True)


def waiting(signed: pd.DataFrame) -> pd.DataFrame:
    """The rows of roles that are to sign now, most urgent first."""
    wanted = signed["to_sign"].notna() | (signed["state"] == "missing")
    urgent = signed[signed["role"].notna() & wanted & (signed["due"].astype(bool) | (signed["state"] == "stale"))]
    order = list(STEP_STATES)
    return urgent.sort_values("state", key=lambda column: column.map(order.index), kind="stable")


def asked_of(signed: pd.DataFrame, person: str | None) -> pd.DataFrame:
    """The steps on which a person's signature is wanted, most urgent first: model, step, state."""
    due = waiting(signed)
    # Many rows wait for the same people.
    asked = [listed for listed in due["to_sign"].unique() if person in persons(listed)]
    mine = due[due["to_sign"].isin(asked)] if len(due) else due
    return mine.drop_duplicates(["model", "step"])[["model", "step", "state"]].reset_index(drop=True)


def persons(listed: object) -> list[str]:
    """The person ids of a cell."""
    return listed.split(", ") if isinstance(listed, str) else []


def signers(signed: pd.DataFrame) -> list[str]:
    """Everybody who has something to sign."""
    return sorted({person for listed in waiting(signed)["to_sign"].unique() for person in persons(listed)})


def answer(
    signed: pd.DataFrame, uses: pd.DataFrame, names: Mapping[str, str], organisation: Organisation, language: str
) -> Answer:
    """What waits for whom, and what went out of date and why."""
    steps = steps_of(signed)
    due = waiting(signed).drop_duplicates(["model", "step"])
    open_uses = int(uses["state"].isin(["unapproved", "stopping"]).sum())

    def say(message: str, **values: object) -> str:
        return Sentence(message, values).render(language)

    further = [
        f"{names.get(row['model'], row['model'])} – {row['differs']}"
        for row in records(due[due["differs"].notna()].head(TOLD))
    ]
    if open_uses:
        further.append(say(mark("Unapproved uses or cases that wait for an answer: {n}."), n=open_uses))
    if due.empty:
        known = bool((steps["state"] != "not_due").any())
        sentence = mark("Every step that is due is signed.") if known else mark("No step is due to be signed yet.")
        status = "unknown" if not known else "warn" if open_uses else "ok"
        return Answer(status, say(sentence), tuple(further))
    first = due.iloc[0]
    people = [organisation.person_name(person) for person in persons(first["to_sign"])[:1]]
    values = {
        "n": len(due),
        "people": ", ".join(people) or mark("nobody"),
        "step": STEP_WORDS[first["step"]],
        "model": names.get(first["model"], first["model"]),
        "stale": int((due["state"] == "stale").sum()),
    }
    worst = "alert" if set(due["state"]) & {"missing", "rejected"} else "warn"
    return Answer(worst, say(_waits(values), **values), tuple(further))


def _waits(values: Mapping[str, object]) -> str:
    """Return the catalogue key for `n` steps that wait, of which `stale` have been signed before."""
    if not values["stale"]:
        return mark("{n} steps wait for signatures. First: {people}, {step} of “{model}”.")
    return mark(
        "{n} steps wait for signatures, {stale} of them because something changed or time ran out after signing. "
        "First: {people}, {step} of “{model}”."
    )


def format_day(moment: Any, language: str) -> str:
    """A day or an instant of a view as a day for readers; a dash where there is none."""
    if not isinstance(moment, str):
        return "–"
    read = datetime.fromisoformat(moment) if "T" in moment else date.fromisoformat(moment)
    return day(read, language)


def differing(differences: pd.DataFrame, step: str) -> pd.DataFrame:
    """What differs from a signature on a step, side by side: label, then, now, since."""
    chosen = differences["step"] == step
    return differences.loc[chosen, ["label", "then", "now", "since"]].reset_index(drop=True)
