"""Random kill -9 of writers behind every face: nothing acknowledged is lost, nothing doubled, the store opens at once.

`make campaign` runs it; the normal suite has the short forms in test_kills.py and tests/api/test_server.py.
"""

from __future__ import annotations

import json
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import do_action
from dashboard.store.chain import Deed
from dashboard.store.database import open_store
from dashboard.store.tokens import create_token
from dashboard.store.verifying import verify
from tests.architecture.tree import ROOT

KILLS = 17
OPENED_WITHIN = 2.0
EVENT = {"kind": "usage", "model": "claims", "at": "2024-05-01T10:00:00Z", "consumer": "campaign", "purpose": "p"}
# Each writes event after event under a key and says its number once it is acknowledged.
COMMON = """
import json, sys, threading
from pathlib import Path
home, folder, first = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
def file_of(number):
    path = folder / f"{number}.jsonl"
    event = {"kind": "usage", "model": "claims", "at": "2024-05-01T10:00:00Z", "consumer": "campaign", "purpose": "p"}
    path.write_text(json.dumps({**event, "calls": number}))
    return path
"""
PAGE = """
from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.store.held import held_store
store = held_store(home)
store.writer.start()
def session(begin):
    for number in range(begin, begin + 1000):
        payload = Files(files=(file_of(number),))
        run_action(store, "ingest_events", payload, operator("page:x"), request_key=f"k{number}")
        figures = f"{KILLS} kills, {len(acknowledged)} acknowledged, opened in at most {max(opened):.2f} s"
    print(f"\n{face}: {figures}")
    assert max(opened) < OPENED_WITHIN
