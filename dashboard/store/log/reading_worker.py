"""The process that reads files of others; started by `reading_process.carry_out_apart`, never by hand."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

from dashboard.errors import DashboardError, InputRefusedError, MachineError, Problem, StoreDamagedError
from dashboard.processes.child import Message, Tell, serve
from dashboard.processes.limits import MEBIBYTE, Limits
from dashboard.store.log.carry_out import carry_out
from dashboard.store.log.order import ORDERS, OUTCOMES

# DuckDB holds itself to much less, by the columns of a file (`engine.working_connection`); what is beside it is bounded
# by the longest row.
LIMITS = Limits(memory_bytes=8_192 * MEBIBYTE, file_bytes=16_384 * MEBIBYTE)
# Pages come first.
NICENESS = 5
TOLD = [field.name for field in fields(Problem) if field.name != "sentence"]


def be_modest() -> None:
    """Where memory or time is short, others come first."""
    os.nice(NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def answer(request: Message, tell: Tell) -> Message:
    """The outcome of an order, or why there is none."""
    order = ORDERS.validate_python(request["order"])
    try:
        outcome = carry_out(order, lambda share, doing: tell({"share": share, "doing": doing}))
    except InputRefusedError as refused:
        problems = [{name: getattr(problem, name) for name in TOLD} for problem in refused.problems]
        return {"problems": problems, "total": refused.total}
    except MachineError as fault:
        return {"machine": str(fault), "full": fault.full, "words": fault.words}
    except StoreDamagedError as fault:
        return {"damaged": str(fault)}
    except DashboardError as fault:
        return {"failed": str(fault)}
    return {"outcome": OUTCOMES.dump_python(outcome, mode="json")}


if __name__ == "__main__":
    serve(be_modest, answer, LIMITS)
