"""Kinds, contents and states of sources in words for readers. All are catalogue keys."""

from __future__ import annotations

from dashboard.words import mark

KINDS: dict[str, str] = {"files": mark("files"), "database": mark("database")}
GIVES: dict[str, str] = {
    "predictions": mark("predictions"),
    "actuals": mark("outcomes"),
    "attributions": mark("contributions of features"),
    "events": mark("events"),
    "lineage": mark("lineage events"),
}
STATES: dict[str, str] = {
    "fails": mark("cannot be read"),
    "refuses": mark("something is refused"),
    "paused": mark("paused"),
    "never_read": mark("nothing read yet"),
    "works": mark("nothing refused"),
}
BECAME: dict[str, str] = {
    "taken": mark("taken"),
    "refused": mark("refused"),
    "failed": mark("could not be read"),
    "paused": mark("paused"),
    "resumed": mark("resumed"),
}
EXAMPLE = """sources:
  - name: churn-scores
    kind: files
    path: /data/scores/churn/*.parquet
    gives: predictions
    model: churn
    every: 10m
"""
