"""Use the installed command as somebody would who has no tree of sources: `run_installed.py COMMAND VERSION`.

Every step runs in a folder of its own, away from the tree. Prints what was done; ends with 1 at the first fault.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CARD = """
id: parcels
name: {en: Parcels, de: Pakete}
task: regression
versions: [{version: "1"}]
data: {prediction_id: id, predicted_at: at, score: days, actual: taken, features: {weight: {kind: numeric}}}
"""
PAGES = """
import os
from streamlit.testing.v1 import AppTest
from dashboard.resources import BUNDLED, PACKAGE
from dashboard.ui.session.page_registry import find_pages
app = AppTest.from_file(str(PACKAGE / "app.py"), default_timeout=600)
app.run()
for path, _ in find_pages():
    assert path.is_relative_to(BUNDLED), path
    shown = app.switch_page(os.path.relpath(path, PACKAGE)).run()
    assert not shown.exception, (path, shown.exception[0].value)
    print(shown.title[0].value)
"""
MODELS = 7
SECONDS = 120


class Installed:
    """The command, run in a folder that knows nothing of the tree."""

    def __init__(self, command: Path, folder: Path) -> None:
        """`folder` also holds the home."""
        self.command, self.folder = command, folder
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        self.environment = {**kept, "HOME": str(folder), "PYTHONWARNINGS": "error"}

    def run(self, *words: str) -> str:
        """What the command printed; raises AssertionError when it failed."""
        return self._printed(self.command, *words)

    def python(self, code: str) -> str:
        """What the environment's Python printed; raises AssertionError when it failed."""
        return self._printed(self.command.parent / "python", "-W", "ignore", "-c", code)

    def _printed(self, *command: str | Path) -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}: {done.stderr or done.stdout}"
        return done.stdout

    @contextmanager
    def served(self) -> Iterator[str]:
        """The address of a server that is ready; it is ended afterwards."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [self.command, "serve", "--port", str(port)]
        environment = {name: value for name, value in self.environment.items() if name != "PYTHONWARNINGS"}
        with (
            tempfile.TemporaryFile() as log,
            subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log) as server,
        ):
            try:
                yield f"http://127.0.0.1:{port}"
            except BaseException:
                log.seek(0)
                sys.stderr.write(log.read().decode(errors="replace"))
                raise
            finally:
                server.terminate()
                server.wait(30)


def fetched(address: str) -> str:
    """The text at an address, once the server answers there."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            with urllib.request.urlopen(address, timeout=300) as answer:
                return answer.read().decode()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def main(command: Path, version: str, kept: Path) -> None:
    """Use the installed program; the home with the demo that it builds is kept for whoever tests the demo next."""
    with tempfile.TemporaryDirectory(prefix="installed-") as scratch:
        folder = Path(scratch)
        (folder / "parcels.yaml").write_text(CARD, encoding="utf-8")
        installed = Installed(command, folder)
        assert installed.run("--version") == f"Model Ledger {version}\n"
        assert "usage: model-ledger" in installed.run("--help")
        assert installed.run("check", "parcels.yaml") == "parcels.yaml: valid card\n"
        installed.run("demo")
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(folder / "data" / "home", kept)
        assert len(json.loads(installed.run("show", "models", "--format", "json"))) == MODELS
        states = json.loads(installed.run("show", "status", "--format", "json", "--language", "de"))
        assert any("Tage" in str(state["reason"]) for state in states), "the German catalogue is missing"
        installed.run("register", "parcels.yaml")
        assert "Inventory" in installed.python(PAGES).splitlines()
        with installed.served() as address:
            assert fetched(f"{address}/readyz") == "ready"
            assert "<title>" in fetched(f"{address}/inventory")
        assert installed.run("verify")
    sys.stdout.write(f"{command.name} {version} runs away from its sources: demo, questions, pages and verify\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), sys.argv[2], Path(sys.argv[3]).absolute())
