"""What `--help` says about the arguments and options of actions, by their names on the command line."""

from __future__ import annotations

import types
from typing import Any, Literal, Union, get_args, get_origin

# By "command: argument" where commands mean different things by one name, else by the argument alone.
ARGUMENTS: dict[str, str] = {
    "about": "what the comment is about, e.g. an area or a risk",
    "access grant: process": "only models of these business processes (default: of all)",
    "access grant: role": "role of access; without any, nothing is open to the person",
    "alert": "the alert, where more than one was opened (default: the open one)",
    "answer": "what is decided about the use",
    "area": "area of the status",
    "open topic: cause": "the reason of experts that it is about",
    "open topic: feedback": "ids of judgements and remarks that it bundles",
    "cause": "why the status was on alert",
    "add remark: text": "the remark",
    "answer topic: reason": "why; needed for a rejection, and read by who gave the feedback",
    "answer topic: state": "what becomes of the topic",
    "answer topic: version": "version that answers it",
    "bundle feedback: feedback": "id of a judgement or remark, as `show feedback` tells it",
    "category": "what kind of happening it is",
    "cancel retraining: day": "day of the plan that is cancelled",
    "cases": "how many cases (default: as config/dashboard.yaml says)",
    "close alert: reason": "what was done about it, kept for good",
    "assign fault: note": "a remark for the person",
    "assign fault: person": "id of the person who takes care of it",
    "comment": "a remark on the case, in your own words",
    "corrected": "what the model should have said",
    "conditions": "what has to be done for the signature to hold",
    "code-revision": "revision of the code that ran",
    "consumer": "who uses the model",
    "corrects": "the comment that this one corrects",
    "dataset": "data set that it learned from",
    "day": "first day of the successor (default: today)",
    "decision": "what was decided, in words",
    "dry-run": "read and check the files, say what would be added, and write nothing",
    "due": "day until which the conditions are met",
    "end retraining: outcome": "how the training ended",
    "end retraining: reason": "what is to be said about it",
    "end retraining: version": "the version that it made",
    "end role: to": "last day of the role (default: today)",
    "feature": "the feature that it is about",
    "feedback": "id of the judgement or remark, as `show feedback` tells it",
    "give feedback: reason": "why, in the words of the card; several may be given",
    "give feedback: version": "version that made the prediction (default: as handed out, else the last)",
    "experiment": "name of the run",
    "fault": "id of the fault, as `show quality-faults` tells it",
    "file": "file to read",
    "finding": "the finding that is resolved",
    "from": "first day of the role (default: today)",
    "hypothesis": "why it should be better",
    "impact": "impact from 1 to 5",
    "instead-of": "day of the plan that is moved",
    "likelihood": "likelihood from 1 to 5",
    "login": "only this login, by its key in `show logins` (default: all of them)",
    "metric": "a result: NAME=NUMBER; several may be given",
    "mitigation": "what is done about the risk",
    "model": "id of the model",
    "monitor: model": "id of a model (default: every model)",
    "next-review": "day on which the risk is looked at again",
    "note outside: from": "first day",
    "note outside: text": "more about it",
    "note outside: title": "what happened, in few words",
    "note outside: to": "last day (default: the first one)",
    "note": "a remark, kept with the acknowledgement",
    "owner": "person who answers for it",
    "parameter": "a setting: NAME=VALUE; several may be given",
    "per-month": "what the model is to be worth per month, in the currency of its card",
    "promise: from": "first day on which this is promised",
    "plan retraining: day": "day of the training",
    "planned-for": "day of the plan that this carries out (default: the earliest that is due)",
    "period": "the period that it is about, like 2024-03",
    "person": "id of the person",
    "predicted-at": "when the prediction was made, where an id has several (default: as handed out, else the last)",
    "prediction": "id of the prediction",
    "purpose": "what the model is used for",
    "reason": "why, kept for good",
    "outcome": "what became of it",
    "record decision: due": "day until which it is carried out",
    "record experiment: version": "version that the run became",
    "record decision: owner": "id of the person who carries it out",
    "resolve decision: decision": "id of the decision, as `show decisions` tells it, or its words",
    "resolve decision: reason": "what became of it, in words",
    "resolve fault: cause": "why the data were at fault",
    "reinstate file: name": "name of the file, as `show files` tells it",
    "rejected": "it is not taken, instead of selected",
    "remove": "take them out of the topic",
    "risk": "the risk",
    "role": "the role",
    "source": "the name of a source in config/sources.yaml",
    "scope": "what the token may do",
    "select experiment: version": "version that the run became",
    "sign off: decision": "what the signature says",
    "sample": "how the case was picked (default: as the queue handed it out, else chosen)",
    "seconds": "how long the judgement took",
    "segment": "the group of cases that it is about: COLUMN=VALUE",
    "step": "step of the sign-off",
    "successor": "id of the person who takes over",
    "team": "only models of these teams (default: of all)",
    "text": "the comment",
    "title": "what the topic is about, in a few words",
    "topic": "id of the topic, as `show topics` tells it",
    "to": "last day of the role (default: open)",
    "token create: name": "name of the token",
    "token create: person": "person in whose name the token acts",
    "token revoke: name": "name of the token",
    "until": "last day on which it holds",
    "whole-process": "note it for every model of the same business process",
    "verdict": "what you say about the prediction",
    "version": "version that is signed (default: the one in use)",
    "withdraw file: name": "name of the file, as `show files` tells it",
}


def argument_help(command: str, name: str, annotation: Any) -> str:
    """The help of one argument of a command, with what is allowed where that is a short list.

    Raises KeyError when nothing is said about the argument.
    """
    explained = ARGUMENTS.get(f"{command}: {name}") or ARGUMENTS[name]
    allowed = _allowed(annotation)
    return f"{explained} ({', '.join(allowed)})" if allowed else explained


def _allowed(annotation: Any) -> list[str]:
    """The words that a type allows, of optional and repeated ones too; empty for any other type.

    >>> _allowed(tuple[Literal["a", "b"], ...] | None)
    ['a', 'b']
    """
    if get_origin(annotation) is Literal:
        return [str(word) for word in get_args(annotation)]
    if get_origin(annotation) in (Union, types.UnionType, tuple):
        return [word for part in get_args(annotation) for word in _allowed(part)]
    return []
