"""Bodies that come compressed: unpacked as they stream in, never to more than what a body may have."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

from dashboard.api.access import RefusedError
from dashboard.errors import InputRefusedError, Problem

GZIP = 31
BLOCK_BYTES = 1_048_576


async def unpacked(chunks: AsyncIterator[bytes], encoding: str) -> AsyncIterator[bytes]:
    """The bytes behind a Content-Encoding, in blocks; raises RefusedError (415) for one that is not known.

    Raises InputRefusedError for what is no gzip or ends too early.
    """
    if encoding.strip().lower() in ("", "identity"):
        async for chunk in chunks:
            yield chunk
        return
    if encoding.strip().lower() not in ("gzip", "x-gzip"):
        raise RefusedError(415, "received a content encoding that is not known; allowed is gzip; send it so or plain")
    opened = zlib.decompressobj(GZIP)
    async for chunk in chunks:
        waiting = chunk
        while waiting and not opened.eof:
            yield _block(opened, waiting)
            waiting = opened.unconsumed_tail
    if not opened.eof:
        raise _broken("it ends too early")


def _block(opened: zlib._Decompress, packed: bytes) -> bytes:
    try:
        return opened.decompress(packed, BLOCK_BYTES)
    except zlib.error:
        raise _broken("it is no gzip") from None


def _broken(why: str) -> InputRefusedError:
    return InputRefusedError([Problem(f"received a broken compressed body ({why}); send it again")])
