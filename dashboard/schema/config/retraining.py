"""How a training is started, by model: the section `retraining` of config/dashboard.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from dashboard.errors import shorten
from dashboard.schema.card.retraining import CommandPart, Days, Hours
from dashboard.schema.durations import Duration, duration_seconds
from dashboard.schema.reading.strict_model import Fault, StrictModel, refuse, rule_broken
from dashboard.schema.texts import FORMS, ModelId

# The hook of every model that has none of its own.
DEFAULT = "default"
# Hosts that a webhook may reach without TLS.
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
URL_SIGNS = r"^[!-~]+$"


def _safe_url(text: str) -> str:
    allowed = "allowed are https://HOST/PATH, and http:// on this machine; without user, password and fragment"
    try:
        parts = urlsplit(text)
        usable = _usable(parts)
    except ValueError:
        usable = False
    if not usable:
        raise rule_broken(f"received {shorten(text)}; {allowed}")
    return text


def _usable(parts: SplitResult) -> bool:
    """Return whether a webhook may be sent there; raises ValueError for a port that is none."""
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in THIS_MACHINE)
    bare = parts.username is None and parts.password is None and not parts.fragment
    return secure and bare and bool(parts.hostname) and parts.port != 0


Url = Annotated[str, StringConstraints(max_length=2_000, pattern=URL_SIGNS), AfterValidator(_safe_url)]
EnvironmentName = Annotated[str, StringConstraints(pattern="^[A-Z][A-Z0-9_]{0,99}$")]
Folder = Annotated[str, StringConstraints(max_length=1_000, pattern=FORMS["absolute_path"])]


class Hook(StrictModel):
    """How the training of a model is started: exactly one of `url`, `command` and `pipeline`.

    A webhook goes to `url`, signed with the secret of the environment variable `secret_env`. A `command`, or with
    `pipeline: true` the one that the model's card names, runs in `directory` without a shell for at most `time_limit`
    (of a card's pipeline the shorter one counts).
    """

    url: Url | None = None
    secret_env: EnvironmentName | None = None
    command: Annotated[list[CommandPart], Field(min_length=1, max_length=100)] | None = None
    pipeline: bool = False
    directory: Folder | None = None
    time_limit: Duration | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        refuse(self._faults())
        return self

    @property
    def seconds(self) -> int:
        """How long a command may run."""
        return duration_seconds(self.time_limit or "2h")

    def _faults(self) -> Iterator[Fault]:
        given = [name for name in ("url", "command", "pipeline") if getattr(self, name)]
        if len(given) != 1:
            received = " and ".join(given) or "none of them"
            yield ((), f"received {received}; allowed is one of url, command and pipeline; choose one", None)
        elif self.url is not None:
            if self.secret_env is None:
                message = "received a url without a secret; allowed is both; name the variable that holds the secret"
                yield (("secret_env",), message, None)
            for name in ("directory", "time_limit"):
                if getattr(self, name) is not None:
                    message = f"received {name} with a url; allowed with a command only; remove it"
                    yield ((name,), message, getattr(self, name))
        elif self.secret_env is not None:
            message = "received a secret with a command; allowed with a url only; remove it"
            yield (("secret_env",), message, self.secret_env)


class RetrainingSettings(StrictModel):
    """How trainings are started (by model, or `default`), and what is planned against what.

    A started training that nobody has heard of for `answer_days` becomes a task. A person has `hours_per_week` for
    trainings; what is planned for one of them beyond that is a clash. The calendar looks `weeks` ahead.
    """

    hooks: dict[ModelId, Hook] = {}
    answer_days: Days = 14
    hours_per_week: Hours = 40.0
    weeks: Annotated[int, Field(ge=1, le=520)] = 26

    def hook_of(self, model_id: str) -> Hook | None:
        """Return how the training of a model is started; None where that is not configured."""
        return self.hooks.get(model_id) or self.hooks.get(DEFAULT)
