"""Hooks in the settings: one way each, addresses that lead nowhere else, and a card that cannot name an address."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from dashboard.errors import InputRefusedError
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.retraining import SPELT_OUT, Pipeline, Retraining
from dashboard.schema.config.dashboard import load_dashboard_settings, settings_of
from dashboard.schema.config.retraining import Hook, RetrainingSettings
from dashboard.schema.durations import duration_seconds
from tests.acceptance.portfolio import BINARY_CARD

CARD = yaml.safe_load(BINARY_CARD)


@pytest.mark.parametrize(
    "url",
    [
        "https://pipelines.example.org/train?team=a",
        "https://10.0.0.7:8443/",
        "http://localhost:9000/train",
        "http://127.0.0.1/",
        "http://[::1]:80/x",
    ],
)
def test_addresses_of_others_need_tls_and_those_of_this_machine_do_not(url: str):
    assert Hook(url=url, secret_env="TRAINING_SECRET").url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://pipelines.example.org/",
        "http://localhost.evil.org/",
        "http://127.0.0.1@evil.org/",
        "http://127.0.0.1.nip.io/",
        "https://user:password@example.org/",
        "https:///train",
        "https://example.org/#there",
        "https://example.org:99999/",
        "https://example.org/a b",
        "https://example.org/\r\nx-evil: 1",
        "https://exämple.org/",
        "file:///etc/passwd",
        "gopher://localhost/",
        "ftp://localhost/",
        "//localhost/",
        "",
    ],
)
def test_other_addresses_are_refused(url: str):
    with pytest.raises(ValidationError):
        Hook(url=url, secret_env="TRAINING_SECRET")


@pytest.mark.parametrize(
    ("hook", "message"),
    [
        ({}, "none of them"),
        ({"url": "https://a.org/", "command": ["x"], "secret_env": "S"}, "url and command"),
        ({"command": ["x"], "pipeline": True}, "command and pipeline"),
        ({"url": "https://a.org/"}, "without a secret"),
        ({"url": "https://a.org/", "secret_env": "S", "time_limit": "2h"}, "time_limit with a url"),
        ({"url": "https://a.org/", "secret_env": "S", "directory": "/tmp"}, "directory with a url"),
        ({"command": ["x"], "secret_env": "S"}, "secret with a command"),
        ({"command": []}, "at least 1"),
        ({"command": "rm -rf /"}, "list"),
        ({"command": ["x"], "directory": "relative"}, "pattern"),
        ({"command": ["x"], "time_limit": "8d"}, "at most 7 days"),
        ({"command": ["x"], "time_limit": "2 hours"}, "write it like 2h"),
        ({"url": "https://a.org/", "secret_env": "whsec_secret"}, "pattern"),
    ],
)
def test_a_hook_has_one_way_with_what_belongs_to_it(hook: dict, message: str):
    with pytest.raises(ValidationError, match=message):
        Hook.model_validate(hook)


def test_a_model_has_its_own_hook_else_the_usual_one():
    settings = RetrainingSettings.model_validate(
        {"hooks": {"claims": {"command": ["a"]}, "default": {"pipeline": True}}}
    )
    assert settings.hook_of("claims") == Hook(command=["a"])
    assert settings.hook_of("loans") == Hook(pipeline=True)
    assert RetrainingSettings().hook_of("claims") is None


def test_a_fault_in_the_settings_of_a_home_names_file_and_field(tmp_path: Path):
    assert settings_of(tmp_path) == load_dashboard_settings()
    (tmp_path / "config").mkdir()
    path = tmp_path / "config" / "dashboard.yaml"
    path.write_text("retraining: {hooks: {claims: {url: 'http://evil.org/', secret_env: S}}}\n")
    with pytest.raises(InputRefusedError, match=r"retraining\.hooks\.claims\.url") as caught:
        settings_of(tmp_path)
    assert caught.value.problems[0].file == str(path)


@pytest.mark.parametrize(
    ("retraining", "message"),
    [
        ({"policy": "calendar", "every": {}}, "neither days nor months"),
        ({"policy": "calendar", "every": {"days": 3, "months": 1}}, "both days and months"),
        ({"policy": "calendar", "every": {"days": 0}}, "greater than or equal to 1"),
        ({"policy": "on_drift", "every": {"days": 3}}, "with policy 'on_drift'"),
        ({"every": {"days": 3}}, "with no policy"),
        ({"hours": 0}, "greater than 0"),
        ({"people": float("nan")}, "finite"),
        ({"url": "https://evil.org/"}, "Extra inputs"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(retraining: dict, message: str):
    with pytest.raises(ValidationError, match=message):
        ModelCard.model_validate({**CARD, "retraining": retraining})


def test_words_of_earlier_cards_are_calendars():
    for word, every in SPELT_OUT.items():
        read = Retraining(policy=word)
        assert (read.rule, read.interval) == ("calendar", every)


@pytest.mark.parametrize("pipeline", [{"command": []}, {"command": ["x\ny"]}, {"command": ["x"], "time_limit": "0h"}])
def test_a_pipeline_without_a_command_or_with_several_lines_is_refused(pipeline: dict):
    with pytest.raises(ValidationError):
        ModelCard.model_validate({**CARD, "pipeline": pipeline})


def test_a_pipeline_has_two_hours_unless_it_says_otherwise():
    assert duration_seconds(Pipeline(command=["python", "train.py"]).time_limit) == 7_200
    assert duration_seconds(Pipeline(command=["python"], time_limit="90s").time_limit) == 90
