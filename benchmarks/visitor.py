"""A reader without a browser: one session of a Streamlit server, spoken to in Streamlit's own protocol."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

HOST = "127.0.0.1"
# What `show_fault` puts on a page in place of what failed.
FAULT_ICON = ":material/bug_report:"
# Seconds that a page may take before the benchmark gives up.
PATIENCE = 900.0


class PageFailedError(Exception):
    """A page showed a fault in place of what it is about."""


@dataclass
class Answer:
    """What the server sent for one run of a page, in bytes without compression, and the faults that it showed."""

    size: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, message: ForwardMsg, size: int) -> None:
        """Count a message and note a fault in it."""
        self.size += size
        if message.WhichOneof("type") == "page_not_found":
            self.faults.append(f"no page {message.page_not_found.page_name}")
        element = message.delta.new_element
        if element.WhichOneof("type") == "exception":
            self.faults.append(element.exception.message)
        elif element.WhichOneof("type") == "alert" and element.alert.icon == FAULT_ICON:
            self.faults.append(element.alert.body)


class Visitor:
    """One session. The first page is opened by its address, as by a link; the next ones by the menu."""

    def __init__(self, connection: ClientConnection, address: str) -> None:
        """Speak over a connection to the server at `address`; use `visiting`."""
        self._connection = connection
        self._address = address
        self._pages: dict[str, str] = {}

    def visit(self, page: str, query: str = "") -> Answer:
        """Open a page and wait until its script has ended; raises PageFailedError when it shows a fault."""
        wanted = BackMsg()
        state = wanted.rerun_script
        state.query_string = query
        if page in self._pages:
            state.page_script_hash = self._pages[page]
        else:
            state.page_name = page
        state.context_info.timezone = "Europe/Zurich"
        state.context_info.locale = "en-GB"
        state.context_info.url = f"{self._address}/{page}"
        self._connection.send(wanted.SerializeToString())
        return self._read(page)

    def _read(self, page: str) -> Answer:
        answer = Answer()
        while True:
            data = self._connection.recv(timeout=PATIENCE)
            message = ForwardMsg()
            assert isinstance(data, bytes)
            message.ParseFromString(data)
            answer.add(message, len(data))
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self._pages = {one.url_pathname: one.page_script_hash for one in message.navigation.app_pages}
            if kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                break
        if answer.faults:
            raise PageFailedError(f"page {page or 'of the start'}: {'; '.join(answer.faults)}")
        return answer


@contextmanager
def visiting(port: int) -> Iterator[Visitor]:
    """A session with the server on a port of this machine; it begins with the first visit and ends with the block."""
    address = f"http://{HOST}:{port}"
    with connect(
        f"ws://{HOST}:{port}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        origin=Origin(address),
        compression=None,
        max_size=None,
        open_timeout=PATIENCE,
        ping_timeout=PATIENCE,
    ) as connection:
        yield Visitor(connection, address)
