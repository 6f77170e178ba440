"""Judgements, topics and why a case was picked, in words for readers. All are catalogue keys."""

from __future__ import annotations

from dashboard.words import mark

VERDICTS: dict[str, str] = {"right": mark("Right"), "wrong": mark("Wrong"), "unsure": mark("Unsure")}
VERDICT_ICONS: dict[str, str] = {
    "right": ":material/check_circle:",
    "wrong": ":material/cancel:",
    "unsure": ":material/help:",
}
TOPIC_STATES: dict[str, str] = {
    "new": mark("New"),
    "accepted": mark("Accepted"),
    "in_work": mark("In work"),
    "answered": mark("Answered"),
    "rejected": mark("Rejected"),
}
TOPIC_COLOURS: dict[str, str] = {
    "new": "gray",
    "accepted": "blue",
    "in_work": "orange",
    "answered": "green",
    "rejected": "red",
}
WHYS: dict[str, str] = {
    "random": mark("drawn at random"),
    "uncertain": mark("the model is not sure"),
    "costly": mark("much depends on it"),
    "drifted": mark("unusual inputs"),
    "contested": mark("experts disagree"),
}
SAMPLES: dict[str, str] = {
    "random": mark("drawn at random"),
    "queue": mark("picked by the queue"),
    "chosen": mark("chosen by the expert"),
}
SUBJECTS: dict[str, str] = {"segment": mark("Group"), "feature": mark("Feature"), "cause": mark("Reason of experts")}
