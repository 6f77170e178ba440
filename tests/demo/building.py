"""Running the demo's pipelines the way its README says."""

import subprocess
import sys
from pathlib import Path

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"


def build(folder: Path, *models: str) -> Path:
    """Write the portfolio, or only `models` of it, into `folder`."""
    chosen = [part for model in models for part in ("--model", model)]
    command = [sys.executable, str(DEMO / "build.py"), str(folder), *chosen]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder
