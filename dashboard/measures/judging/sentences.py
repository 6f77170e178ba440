"""What is said of a figure: its value, its doubt, how many outcomes it rests on, and what it was held against."""

from __future__ import annotations

from dashboard.measures.figure import Figure
from dashboard.words import mark

BLUNT = mark(
    "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes). That is too uncertain "
    "to compare with {bound}."
)
# A figure beside its target and limit; one that is best at zero, like bias, has them on both sides.
ONE_SIDED = {
    "blunt": BLUNT,
    "limit missed": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), worse than the limit {limit}."
    ),
    "limit in doubt": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), worse than the "
        "target {target}; that it is worse than the limit {limit} too may be chance."
    ),
    "limit chance": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), worse than the limit "
        "{limit}, but that may be chance."
    ),
    "target missed": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), worse than the target {target}."
    ),
    "limit kept": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), worse than the "
        "target {target}, within the limit {limit}."
    ),
    "target chance": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), worse than the "
        "target {target}, but that may be chance."
    ),
    "no target": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), within the limit {limit}."
    ),
    "target met": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes) and meets the target {target}."
    ),
}
AROUND_ZERO = {
    "blunt": BLUNT,
    "limit missed": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), outside the limit of ±{limit}."
    ),
    "limit in doubt": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), outside the target "
        "of ±{target}; that it is outside the limit of ±{limit} too may be chance."
    ),
    "limit chance": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), outside the limit of "
        "±{limit}, but that may be chance."
    ),
    "target missed": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), outside the target of ±{target}."
    ),
    "limit kept": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), outside the target "
        "of ±{target}, within the limit of ±{limit}."
    ),
    "target chance": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), outside the target "
        "of ±{target}, but that may be chance."
    ),
    "no target": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), within the limit of ±{limit}."
    ),
    "target met": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), within the target of ±{target}."
    ),
}
# A figure beside the reference's.
AGAINST_REFERENCE = {
    "worse": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), worse than in the "
        "reference: {reference} ({reference_labelled} outcomes)."
    ),
    "different": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), different from the "
        "reference: {reference} ({reference_labelled} outcomes)."
    ),
    "little worse": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), a little worse than "
        "in the reference: {reference} ({reference_labelled} outcomes). That is no chance, but less "
        "than {level}%."
    ),
    "little worse skill": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), a little worse than "
        "in the reference: {reference} ({reference_labelled} outcomes). That is no chance, but less "
        "than {level}% of what it is better than guessing."
    ),
    "little different": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), a little different "
        "from the reference: {reference} ({reference_labelled} outcomes). That is no chance, but "
        "less than {level}%."
    ),
    "chance": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes); in the reference it "
        "was {reference} ({reference_labelled} outcomes). The difference may be chance."
    ),
    "as before": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), as in the reference: "
        "{reference} ({reference_labelled} outcomes); a change by {detectable} would have been seen."
    ),
    "better": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes), better than in the "
        "reference: {reference} ({reference_labelled} outcomes)."
    ),
    "unseen": mark(
        "{metric} is {value} ({interval} {low} to {high}, {labelled} outcomes); in the reference it "
        "was {reference} ({reference_labelled} outcomes). Only a change by {detectable} or more "
        "would be seen, so nothing can be said."
    ),
}
# What an interval is called, by what it resamples.
BY_UNITS, BY_ROWS = mark("95% interval"), mark("95% interval if cases are independent")


def said_of(figure: Figure) -> dict[str, object]:
    """The values of a sentence that a figure gives: value, interval, and outcomes behind it."""
    interval = BY_ROWS if figure.basis.resampled == "rows" else BY_UNITS
    return {
        "value": figure.value,
        "interval": interval,
        "low": figure.low,
        "high": figure.high,
        "labelled": figure.labelled,
    }
