"""Many numbers inside of a JSON text: short, exact, and read without a list of Python numbers."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Numbers packed into text begin so; base64 alone has no colon. Packing harder gains little.
PACKED, PACKED_LEVEL = "z:", 1


def numbers_as_text(numbers: NDArray[Any]) -> str:
    """Numbers as text, packed: little-endian, the lowest bytes of all first, since the high ones repeat."""
    wide = numbers.astype(numbers.dtype.newbyteorder("<"))
    planes = wide.view(np.uint8).reshape(-1, wide.itemsize).T
    return PACKED + base64.b64encode(zlib.compress(planes.tobytes(), PACKED_LEVEL)).decode("ascii")


def numbers_of_text(numbers: str | list[float], kind: str = "<f8") -> NDArray[Any]:
    """Numbers as `numbers_as_text` gives them, or as base64 or a list, which layouts made before hold."""
    if isinstance(numbers, list):
        return np.asarray(numbers, dtype=np.float64)
    width = np.dtype(kind).itemsize
    if not numbers.startswith(PACKED):
        return np.frombuffer(base64.b64decode(numbers), dtype=kind).astype(np.float64)
    planes = np.frombuffer(zlib.decompress(base64.b64decode(numbers[len(PACKED) :])), dtype=np.uint8)
    return np.ascontiguousarray(planes.reshape(width, -1).T).view(kind).reshape(-1).astype(kind[1:])
