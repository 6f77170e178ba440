"""Running the demo's pipelines the way its README says, and building the demo once for all who test it."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
# Names a home in which the installed program has built the demo: `make test` builds it once.
BUILT = "DEMO_HOME"


def build(folder: Path, *models: str) -> Path:
    """Write the portfolio, or only `models` of it, into `folder`."""
    chosen = [part for model in models for part in ("--model", model)]
    command = [sys.executable, str(DEMO / "build.py"), str(folder), *chosen]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def made_once(tmp_path_factory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that `make` fills, shared by all processes of this run: the first one makes it, the others wait."""
    place = tmp_path_factory.getbasetemp().parent / f"shared-{name}"
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.with_suffix(".made").exists():
            shutil.rmtree(place, ignore_errors=True)
            make(place)
            place.with_suffix(".made").touch()
    return place


def shared_portfolio(tmp_path_factory) -> Path:
    """What the pipelines write; nobody changes it."""
    built = os.environ.get(BUILT)
    if built is None:
        return made_once(tmp_path_factory, "portfolio", build)
    return made_once(tmp_path_factory, "portfolio", lambda folder: shutil.copytree(Path(built) / "demo-build", folder))


def shared_demo(tmp_path_factory) -> Path:
    """A home with the demo as it is today; whoever changes it takes a copy."""
    from dashboard.demo.building import build_demo

    def make(home: Path) -> None:
        if BUILT in os.environ:
            shutil.copytree(os.environ[BUILT], home)
            return
        shutil.copytree(shared_portfolio(tmp_path_factory), home / "demo-build")
        (home / "demo-build" / "complete").touch()
        build_demo(home, lambda share, step: None)

    return made_once(tmp_path_factory, "demo", make)
