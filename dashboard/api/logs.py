"""What the server logs: one JSON object on one line (or one line of text), without secrets, nothing invented in it."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import time
import traceback
from typing import Any

from dashboard.errors import InputRefusedError, Problem, shorten

LOG = logging.getLogger("dashboard.server")
SETTING = "DASHBOARD_LOG"
FORMS = ("text", "json")
# Streamlit's own lines before the server has begun to log: fixed texts, nothing from outside.
EARLY = '{"time": "%(asctime)s", "level": "%(levelname)s", "logger": "%(name)s", "message": "%(message)s"}'
MASK = "***"
LONGEST = 8_000
# Each pattern keeps its group `kept` and hides the rest of what it finds.
SECRETS = (
    re.compile(r"(?P<kept>)\bml_[A-Za-z0-9_-]{8,}"),
    re.compile(
        r"(?i)(?P<kept>\b(?:proxy-)?authorization\b\W{1,6}(?:(?:bearer|basic|digest)\s+)?)(?!\*\*\*)[^\s'\",;]+"
    ),
    re.compile(r"(?i)(?P<kept>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}"),
    re.compile(r"(?i)(?P<kept>\b(?:set-)?cookie\b['\"]?\s*[:=]\s*)[^\r\n]+"),
    re.compile(r"(?P<kept>\b[a-z][a-z0-9+.-]*://)[^\s/?#@]+(?=@)"),
    re.compile(r"(?P<kept>)\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.?[A-Za-z0-9_-]*"),
    re.compile(
        r"(?i)(?P<kept>\b[\w-]*(?:password|passwd|secret|token|api_?key)(?:['\"]?\s*=\s*|['\"]\s*:\s*|:\s+)['\"]?)"
        r"(?!\*\*\*)[^\s&'\",;]{4,}"
    ),
    re.compile(r"(?i)(?P<kept>[?&](?:code|state|session)=)[^\s&'\",;]+"),
)
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}


def masked(text: str) -> str:
    """The text without keys, headers that open something, cookies, and passwords in addresses."""
    for pattern in SECRETS:
        text = pattern.sub(rf"\g<kept>{MASK}", text)
    return text


class Lines(logging.Formatter):
    """A record as a JSON object, or with `as_json` False as text; always one line that no logged value can end."""

    def __init__(self, as_json: bool = True) -> None:
        """Choose the form."""
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """One line: time (UTC), level, logger, message, the record's own fields, and the traceback of a fault."""
        entry: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _format_record(record),
        }
        fields = {name: value for name, value in vars(record).items() if name not in STANDARD}
        if fields:
            entry["fields"] = {name: _plain(value) for name, value in fields.items()}
        if record.exc_info and record.exc_info[0] is not None:
            entry["fault"] = masked("".join(traceback.format_exception(*record.exc_info)))[-LONGEST:]
        if self._as_json:
            return json.dumps(entry)
        more = "".join(f" {name}={entry[name]}" for name in ("fields", "fault") if name in entry)
        return _one_line(f"{entry['time']} {entry['level']} {entry['logger']}: {entry['message']}{more}")


def _format_record(record: logging.LogRecord) -> str:
    try:
        message = record.getMessage()
    except (TypeError, ValueError):
        message = f"{record.msg} {record.args}"
    return masked(message)[:LONGEST]


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | float) or value is None else masked(str(value))[:LONGEST]


def _one_line(text: str) -> str:
    """The text with line breaks, colours and other control characters written out."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def log_form() -> str:
    """The form that the setting names; raises InputRefusedError for another one."""
    form = os.environ.get(SETTING) or "json"
    if form not in FORMS:
        message = f"received {shorten(form)}; allowed are {', '.join(FORMS)}; choose one of them"
        raise InputRefusedError([Problem(message, field=SETTING)])
    return form


class _Logger(logging.Logger):
    """A logger whose lines look like all others, whoever gives it a handler: Streamlit makes one for each logger."""

    def addHandler(self, hdlr: logging.Handler) -> None:  # noqa: N802 - the library's name
        """Add a handler in the form of the server."""
        _adopt(hdlr)
        super().addHandler(hdlr)


def _adopt(handler: logging.Handler) -> None:
    if type(handler) is logging.StreamHandler:
        handler.setFormatter(Lines(as_json=log_form() == "json"))


def start_server_logging() -> None:
    """Log everything in the form of the setting from now on: own lines, Streamlit's, warnings and faults of threads."""
    handler = logging.StreamHandler()
    _adopt(handler)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    logging.getLogger("dashboard").setLevel(logging.INFO)
    logging.setLoggerClass(_Logger)
    for known in list(logging.Logger.manager.loggerDict.values()):
        for held in known.handlers if isinstance(known, logging.Logger) else ():
            _adopt(held)
    logging.captureWarnings(capture=True)
    sys.excepthook = lambda *fault: LOG.critical("the process ended with a fault", exc_info=fault)
    threading.excepthook = lambda raised: LOG.error(
        "a thread ended with a fault",
        exc_info=(raised.exc_type, raised.exc_value or raised.exc_type(), raised.exc_traceback),
    )
