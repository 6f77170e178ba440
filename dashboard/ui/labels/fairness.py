"""The figures of fairness in words for readers. All are catalogue keys."""

from __future__ import annotations

from dashboard.words import mark

FIGURES: dict[str, str] = {
    "selection_rate": mark("Selected by the model"),
    "true_positive_rate": mark("Found, of those to whom it happened"),
    "false_positive_rate": mark("Selected, of those to whom it did not happen"),
    "precision": mark("Right, of those selected"),
    "base_rate": mark("To whom it happened"),
    "mean_prediction": mark("Mean prediction"),
    "calibration_gap": mark("Promised too much (+) or too little (−)"),
    "accuracy": mark("Decided rightly"),
    "bias": mark("Mean error"),
    "mae": mark("Mean size of the error"),
    "bias_relative": mark("Mean error, relative to the outcome"),
    "mae_relative": mark("Size of the error, relative to the outcome"),
}
# What a share says of a hundred people: of the group, and of everybody else.
OF_A_HUNDRED: dict[str, str] = {
    "selection_rate": mark("{column} {group}: of 100 cases the model selects {own}; of 100 others {others}."),
    "true_positive_rate": mark(
        "{column} {group}: of 100 to whom it happens the model finds {own}; of 100 others {others}."
    ),
    "false_positive_rate": mark(
        "{column} {group}: of 100 to whom it does not happen the model selects {own}; of 100 others {others}."
    ),
    "precision": mark(
        "{column} {group}: of 100 that the model selects it is right about {own}; of 100 others about {others}."
    ),
    "accuracy": mark("{column} {group}: of 100 cases {own} are decided rightly; of 100 others {others}."),
}
ELSE = mark("{column} {group}: {figure} {own}; everybody else: {others}.")
# Figures in the unit of what is predicted; the others are shares.
IN_UNIT = frozenset({"bias", "mae"})
# What a threshold of its own would do to a hundred people of a group.
OWN_THRESHOLD: dict[str, str] = {
    "selection_rate": mark(
        "Selected alike: with the threshold {own} instead of {usual}, {after} of 100 would be selected instead of "
        "{before} (everybody else {others})."
    ),
    "true_positive_rate": mark(
        "Found alike: with the threshold {own} instead of {usual}, {after} of 100 to whom it happens would be found "
        "instead of {before} (everybody else {others})."
    ),
    "false_positive_rate": mark(
        "Wrongly selected alike: with the threshold {own} instead of {usual}, {after} of 100 to whom it does not "
        "happen would be selected instead of {before} (everybody else {others})."
    ),
}
