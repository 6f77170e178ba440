"""Rules of cards, suspected causes and measures of earlier versions in words. All are catalogue keys."""

from __future__ import annotations

from dashboard.words import mark

POLICIES: dict[str, str] = {
    "calendar": mark("by the calendar"),
    "monthly": mark("every month"),
    "quarterly": mark("every quarter"),
    "yearly": mark("every year"),
    "on_decline": mark("after a decline"),
    "on_drift": mark("after drift"),
    "never": mark("never"),
}
CAUSES: dict[str, str] = {
    "broken_feature": mark("A feature is broken"),
    "season": mark("Season"),
    "event": mark("One event that is over"),
    "growth": mark("What is predicted has grown"),
    "label_shift": mark("Outcomes have another level"),
    "real_change": mark("The world has changed"),
    "fairness": mark("Groups are treated differently"),
    "harmless_drift": mark("Other cases, without harm"),
    "none": mark("As in the reference"),
    "unknown": mark("Not known"),
}
MONEY_PER_CASE = mark("Money per case")
# What would lead to another answer, by the answer that holds.
WOULD_CHANGE: dict[str, tuple[str, ...]] = {
    "now": (
        mark("New outcomes that are as good as the reference again, or a fault found in the data behind the decline."),
        mark("A cost of training so high that the loss would not pay it back within the time that is set."),
    ),
    "later": (
        mark("One more period that is worse than the reference, with a loss beyond chance, makes it “now”."),
        mark("A period that is as good as the reference again makes it “no”."),
    ),
    "fix_data": (
        mark("Once the data are in order and outcomes are as good as the reference, no training is needed."),
        mark("If performance stays low on good data, the model has to be trained again."),
    ),
    "no": (
        mark("Two periods in a row that are worse than the reference, or one that certainly is."),
        mark("A fault of a feature that the model relies on, at the time of a decline."),
    ),
    "unknown": (
        mark("Known outcomes of a period after the reference, and a reference with outcomes to compare with."),
    ),
}
