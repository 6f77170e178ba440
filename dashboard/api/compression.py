"""Bodies that come compressed: unpacked as they stream in, never to more than what a body may have."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator

from dashboard.api.access import RefusedError
from dashboard.errors import InputRefusedError, Problem

GZIP = 31
BLOCK_BYTES = 1_048_576
# As of files that come packed (store/log/copies.py): what a body may unpack to beyond this, by byte received.
FREE_BYTES = 64 * BLOCK_BYTES
PER_BYTE = 200


async def unpacked(chunks: AsyncIterator[bytes], encoding: str) -> AsyncIterator[bytes]:
    """The bytes behind a Content-Encoding, in blocks; raises RefusedError (415) for one that is not known.

    Raises InputRefusedError for what is no gzip, ends too early or goes on after its end, RefusedError (413) for a
    bomb.
    """
    if encoding.strip().lower() in ("", "identity"):
        async for chunk in chunks:
            yield chunk
        return
    if encoding.strip().lower() not in ("gzip", "x-gzip"):
        raise RefusedError(415, "received a content encoding that is not known; allowed is gzip; send it so or plain")
    opened = zlib.decompressobj(GZIP)
    received = made = 0
    async for chunk in chunks:
        received += len(chunk)
        waiting = chunk
        while waiting and not opened.eof:
            block = _block(opened, waiting)
            made += len(block)
            if made > FREE_BYTES + PER_BYTE * received:
                message = f"received a body that unpacks to over {PER_BYTE} times its size; send it unpacked"
                raise RefusedError(413, message)
            yield block
            waiting = opened.unconsumed_tail
        if opened.eof and (waiting or opened.unused_data):
            raise _broken("it goes on after its end")
    if not opened.eof:
        raise _broken("it ends too early")


def _block(opened: zlib._Decompress, packed: bytes) -> bytes:
    try:
        return opened.decompress(packed, BLOCK_BYTES)
    except zlib.error:
        raise _broken("it is no gzip") from None


def _broken(why: str) -> InputRefusedError:
    return InputRefusedError([Problem(f"received a broken compressed body ({why}); send it again")])
