"""The API of `tests/api`, to be attacked."""

from tests.api.conftest import api

__all__ = ["api"]
