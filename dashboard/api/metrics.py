"""Figures about the server itself in Prometheus' text format."""

from __future__ import annotations

from collections import Counter

from dashboard.access.principal import Principal
from dashboard.api.service import Service
from dashboard.governance.judgements.worker import worker_of
from dashboard.store.profiles import last_monitor_run
from dashboard.views.query import Query
from dashboard.views.registry import run_view


def metrics_text(service: Service, reader: Principal) -> str:
    """Requests by path group, method and status; models by status; the head of the chain; the newest monitor run.

    Models are counted that the reader sees; what counts over all of them is for whoever sees all.
    """
    lines = ["# HELP dashboard_requests_total Answered requests.", "# TYPE dashboard_requests_total counter"]
    for (group, method, status), number in sorted(service.requests.items()):
        labels = f'path="{group}",method="{method}",status="{status}"'
        lines.append(f"dashboard_requests_total{{{labels}}} {number}")
    lines += ["# HELP dashboard_models Registered models by worst status.", "# TYPE dashboard_models gauge"]
    counted = Counter(run_view(service.store, "models", Query(), reader)["status"])
    lines += [f'dashboard_models{{status="{word}"}} {counted[word]}' for word in ("ok", "warn", "alert", "unknown")]
    if reader.models is not None:
        return "\n".join(lines) + "\n"
    worker = worker_of(service.store)
    lines += [
        "# HELP dashboard_models_to_judge Models that wait to be judged anew.",
        "# TYPE dashboard_models_to_judge gauge",
        f"dashboard_models_to_judge {worker.behind.get('present', 0) if worker is not None else 0}",
    ]
    lines += _head(service)
    newest = last_monitor_run(service.store)
    if newest is not None:
        name = "dashboard_last_monitor_run_timestamp_seconds"
        lines += [
            f"# HELP {name} When monitoring ran last.",
            f"# TYPE {name} gauge",
            f"{name} {newest.timestamp():.3f}",
        ]
    return "\n".join(lines) + "\n"


def _head(service: Service) -> list[str]:
    """The end of the chain, which whoever collects these figures thereby keeps outside of the home."""
    name, head = "dashboard_chain_head", service.store.ledger.head
    return [
        f"# HELP {name} Number of the last audit record, and its hash: for verify --head.",
        f"# TYPE {name} gauge",
        f'{name}{{hash="{head.hash}"}} {head.seq}',
    ]
