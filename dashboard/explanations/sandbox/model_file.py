"""Loading a model file that nobody vouches for: only in a child process, and only what a fixed list allows."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any, Literal

from dashboard.errors import DashboardError
from dashboard.store.artifacts import sha256_of_artifact

# Types beyond those that skops trusts by itself, measured on scikit-learn 1.9.1; never what the file itself asks for.
TRUSTED = (
    "numpy.dtype",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.metrics._scorer._PassthroughScorer",
    "sklearn.model_selection._split.StratifiedKFold",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.tree._tree.Tree",
    "sklearn.utils._bunch.Bunch",
)
# Histogram boosting with categories of its own keeps its check of a table as a partial call of one function: the only
# such call that is loaded.
CHECK = {"__module__": "sklearn.utils.validation", "__class__": "check_array", "__loader__": "FunctionNode"}
TRUSTED_CALL = ("functools.partial", "sklearn.utils.validation.check_array")
FILE_BYTES = 512 * 2**20
UNPACKED_BYTES = 512 * 2**20
PARTS = 100_000
# Small files may pack well: a table of zeros is no bomb.
HARMLESS_BYTES = 64 * 2**20
PACKED_RATIO = 100
ZIP = b"PK\x03\x04"
PICKLES = (b"\x80", b"\x1f\x8b", b"x\x9c", b"x\x01", b"x\xda", b"BZh", b"\xfd7zXZ", b"]\x00\x00", b"(", b"c")
LIGHTGBM = b"tree\n"
# An ONNX model begins with the number of its format.
ONNX = b"\x08"
ALLOWED = (
    "allowed are a scikit-learn model in skops format (save it with skops.io.dump), XGBoost's JSON or UBJSON and "
    "LightGBM's text (save_model)"
)
Format = Literal["skops", "xgboost_json", "xgboost_ubjson", "lightgbm"]


class ModelRefusedError(DashboardError):
    """A model file that is not loaded or not explained, with the reason."""

    exit_code = 2


def check_format(path: Path) -> None:
    """Refuse by size and first bytes what is no model file. Raises ModelRefusedError."""
    size = path.stat().st_size
    if size > FILE_BYTES:
        raise ModelRefusedError(f"received a file of {size:,} bytes; allowed are {FILE_BYTES:,}; store a smaller model")
    format_of(path)


def format_of(path: Path) -> Format:
    """The format of a model file by its first bytes, whatever its name. Raises ModelRefusedError for another one."""
    with path.open("rb") as source:
        first = source.read(64)
    if first.startswith(ZIP):
        return "skops"
    if first.startswith(LIGHTGBM):
        return "lightgbm"
    if first.startswith(b"{") and first[1:].lstrip().startswith(b'"'):
        return "xgboost_json"
    if first.startswith(b"{") and first[1:2] in (b"L", b"i", b"U", b"I", b"l"):
        return "xgboost_ubjson"
    if first.startswith(ONNX):
        raise ModelRefusedError(
            f"received what looks like an ONNX file; {ALLOWED}; bring the contributions of other models with `ingest "
            "attributions`, which explains their predictions, without what-if"
        )
    kind = "what looks like a pickle or joblib file" if first.startswith(PICKLES) else "a file of an unknown format"
    raise ModelRefusedError(f"received {kind}; {ALLOWED}")


def check_packing(path: Path) -> None:
    """Refuse a zip archive that unpacks to too much. Raises ModelRefusedError."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as fault:
        raise ModelRefusedError(f"received a damaged zip archive ({fault}); {ALLOWED}") from fault
    names = {part.filename for part in parts}
    if "schema.json" not in names:
        raise ModelRefusedError(f"received a zip archive without schema.json; {ALLOWED}")
    if len(parts) > PARTS or len(names) < len(parts):
        raise ModelRefusedError(f"received an archive of {len(parts):,} parts; allowed are {PARTS:,}, each name once")
    unpacked = sum(part.file_size for part in parts)
    ratio = unpacked / max(1, path.stat().st_size)
    if unpacked > UNPACKED_BYTES or (unpacked > HARMLESS_BYTES and ratio > PACKED_RATIO):
        raise ModelRefusedError(
            f"received an archive that unpacks to {unpacked:,} bytes, {ratio:,.0f} times its size; allowed are "
            f"{UNPACKED_BYTES:,} bytes, and {PACKED_RATIO} times above {HARMLESS_BYTES:,}; it may be a bomb"
        )


def check_hash(path: Path, sha256: str) -> None:
    """Raise ModelRefusedError when a file does not have the hash that the card states."""
    received = sha256_of_artifact(path)
    if received != sha256:
        raise ModelRefusedError(f"received a file with SHA-256 {received[:16]}…; the card says {sha256[:16]}…")


def load_skops(path: Path, sha256: str) -> Any:
    """The model in a skops file that has this hash. To be called in a confined child process.

    Raises ModelRefusedError for another hash, another format, too much data, types that are not on the list and
    files that cannot be read.
    """
    from skops.io import load
    from skops.io.exceptions import UntrustedTypesFoundException

    check_format(path)
    check_hash(path, sha256)
    check_packing(path)
    try:
        return load(path, trusted=[*TRUSTED, *(TRUSTED_CALL if _only_checks_tables(path) else ())])
    except UntrustedTypesFoundException as fault:
        first_line = str(fault).splitlines()[0][:300]
        raise ModelRefusedError(f"received types that may not be loaded: {first_line}") from fault
    except RecursionError as fault:
        raise ModelRefusedError("received parts that are nested too deeply") from fault
    except MemoryError:
        raise
    # A damaged file can fail in any line of skops, numpy or scikit-learn.
    except Exception as fault:
        raise ModelRefusedError(f"the file cannot be read: {type(fault).__name__}: {str(fault)[:200]}") from fault


def _only_checks_tables(path: Path) -> bool:
    """Whether every partial call in a skops file is the check of a table."""
    with zipfile.ZipFile(path) as archive:
        waiting: list[Any] = [json.loads(archive.read("schema.json"))]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            if part.get("__loader__") == "PartialNode" and not _checks_tables(part.get("content")):
                return False
            waiting += part.values()
    return True


def _checks_tables(content: Any) -> bool:
    called = content.get("func") if isinstance(content, dict) else None
    return isinstance(called, dict) and all(called.get(name) == value for name, value in CHECK.items())
