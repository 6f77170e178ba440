"""What the reader picked: with `url_state.py` the only owner of session state and of the address bar.

A widget mirrors the address: it gets its value before it is drawn, and writes the address in its callback.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from dashboard.profiles.layout import OWN_NAMES
from dashboard.schema.card.data import label_of
from dashboard.ui.labels.periods import GRAIN_WORDS
from dashboard.ui.session.language import day_pattern, language, say
from dashboard.ui.session.page_registry import SUMMARY, page_file
from dashboard.ui.session.selection import Picked, Reference, usual_period
from dashboard.ui.session.url_state import (
    Days,
    clear_param,
    get_param,
    read_days,
    read_share,
    set_param,
    to_other_pages,
    written_days,
)
from dashboard.ui.widgets.narrowing import few_of, search_options
from dashboard.views.query import GRAINS, Grain
from dashboard.words import LANGUAGES, language_of

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

OWN_WORDS = (
    "window",
    "version",
    "segment",
    "by",
    "reference",
    "metric",
    "feature",
    "threshold",
    "method",
    "drag",
    "prediction",
)


def pick_language() -> None:
    """The language switch of the frame."""
    st.session_state[_key("lang")] = language()
    st.segmented_control(
        say("Language"),
        LANGUAGES,
        format_func=lambda code: language_of(code).name,
        key=_key("lang"),
        on_change=_take,
        args=("lang",),
        label_visibility="collapsed",
        required=True,
    )


def pick_metric(metrics: Sequence[str], shown: Callable[[str], str], name: str = "metric") -> str:
    """One of the metrics that the model has; the first is the default."""
    return _choose(name, say("Metric"), metrics, shown)


def pick_method(methods: Sequence[str], shown: Callable[[str], str]) -> str:
    """How drift is measured."""
    return _choose("method", say("Drift measure"), methods, shown)


def pick_feature(features: Sequence[str], shown: Callable[[str], str]) -> str:
    """One feature, the score or the outcome."""
    return _choose("feature", say("Feature"), features, shown)


def pick_one(
    name: str, label: str, options: Sequence[str], shown: Callable[[str], str], usual: str | None = None
) -> str:
    """One of the options, kept in the address as `name`; the usual one, else the first, is the default."""
    return _choose(name, label, options, shown, usual=usual)


def pick_version(versions: Sequence[str]) -> str | None:
    """One version of the model, or None for all."""
    shown = {"": say("all versions")} | {version: version for version in versions}
    return _choose("version", say("Version"), list(shown), lambda version: shown[version]) or None


def pick_segment(segments: Sequence[tuple[str, str]], shown: Callable[[str], str] = str) -> tuple[str, str] | None:
    """One group of cases as (column, value), or None for all."""
    names = {group: say(group) if group in OWN_NAMES else group for _, group in segments}
    labels = {"": say("all cases")}
    labels |= {f"{column}={group}": f"{shown(column)}: {names[group]}" for column, group in segments}
    chosen = _choose("segment", say("Segment"), list(labels), lambda segment: labels[segment])
    column, _, group = chosen.partition("=")
    return (column, group) if chosen else None


def pick_by(finest: str) -> Grain:
    """How long a period on the charts is: the model's own or longer; usually a month where it is finer."""
    grains = GRAINS[GRAINS.index(cast(Grain, finest)) :]
    usual = usual_period(finest)
    return cast(Grain, _choose("by", say("Periods"), grains, lambda grain: say(GRAIN_WORDS[grain]), usual=usual))


def pick_window(span: Days, name: str = "window", usual: Days | None = None) -> Days | None:
    """Two days between which the page looks, or None for the usual ones, by default all of `span`.

    Half a choice counts as none yet.
    """
    usual = _within(usual or span, span)
    window = _draw_days(span, name, say("Window"), usual)
    set_param(name, None if window == usual else written_days(window))
    return None if window == usual else window


def _draw_days(span: Days, name: str, label: str, usual: Days | None = None) -> Days:
    usual = usual or span
    window = read_days(get_param(name)) or usual
    window = _within(window if window[0] <= span[1] and window[1] >= span[0] else usual, span)
    key = f"{_key(name)}_{written_days(window)}"
    st.date_input(
        label, value=window, min_value=span[0], max_value=span[1], key=key, on_change=_take_days, args=(name, key),
        format=day_pattern(),
    )  # fmt: skip
    return window


def _within(days: Days, span: Days) -> Days:
    """The part of some days that lies in `span`: a period that is not over yet ends with the log."""
    return max(days[0], span[0]), min(days[1], span[1])


def pick_reference(span: Days) -> Reference:
    """What the current window is compared with: the card's reference (None), the year before, or any window."""
    wanted = get_param("reference") or ""
    kind = wanted if wanted in ("", "last_year") else "window"
    shown = {
        "": say("the reference on the model card"),
        "last_year": say("the same period one year earlier"),
        "window": say("any window"),
    }
    st.session_state[_key("reference_kind")] = kind
    st.selectbox(
        say("Compared with"), list(shown), format_func=lambda key: shown[key], key=_key("reference_kind"),
        on_change=_take_reference, args=(span,),
    )  # fmt: skip
    set_param("reference", wanted or None)
    if kind == "window":
        return _draw_days(span, "reference", say("Reference window"))
    return "last_year" if kind == "last_year" else None


def pick_slice(
    card: ModelCard,
    span: Days,
    segments: Sequence[tuple[str, str]],
    wide: AbstractContextManager[Any],
    usual: Days | None = None,
) -> Picked:
    """The filters that figures of one model have: window (in a `wide` place), period length, version, segment.

    A window other than the `usual` one, by default all of `span`, is the reader's own.
    """
    with wide:
        window = pick_window(span, usual=usual)
    by = pick_by(card.period)
    version = pick_version([version.version for version in card.versions])
    segment = pick_segment(segments, lambda column: label_of(card.data, column, language()))
    return Picked(card.id, window, by, version, segment)


def word_of(words: Mapping[str, str]) -> Callable[[str], str]:
    """How an option is shown when `words` gives a catalogue key for each."""
    return lambda option: say(words.get(option, option))


def pick_threshold(default: float) -> float:
    """The score from which a case is picked, in hundredths."""
    threshold = read_share(get_param("threshold"), default)
    st.session_state[_key("threshold")] = threshold
    st.slider(say("Threshold"), 0.0, 1.0, step=0.01, key=_key("threshold"), on_change=_take_threshold, args=(default,))
    set_param("threshold", None if threshold == round(default, 2) else f"{threshold:.2f}")
    return threshold


def pick_search(looked_for: str = "") -> str:
    """Text that is looked for in the list; `looked_for` names what it finds, usually names, processes and people."""
    text = get_param("q") or ""
    st.session_state[_key("q")] = text
    st.text_input(
        say("Search"), key=_key("q"), type="search", live="300ms",
        placeholder=looked_for or say("name, process, person"),
        on_change=_take, args=("q",),
    )  # fmt: skip
    set_param("q", text or None)
    return text


def pick_some(name: str, label: str, options: Sequence[str], shown: Callable[[str], str] = str) -> tuple[str, ...]:
    """Any number of options, none meaning all; `name` is the word in the address."""
    chosen, number = [part for part in (get_param(name) or "").split("|") if part in options], len(options)
    options = few_of(options, shown, name, chosen)
    words = {option: shown(option) for option in options}
    st.session_state[_key(name)] = chosen
    # One cell of a grid holds both.
    with st.container(gap="xsmall"):
        st.multiselect(
            label, options, format_func=lambda option: words.get(option, option), key=_key(name),
            placeholder=say("all"), on_change=_take_some, args=(name,),
        )  # fmt: skip
        search_options(name, label, number)
    set_param(name, "|".join(chosen) or None)
    return tuple(chosen)


def open_model(model: str, url_path: str = SUMMARY) -> None:
    """Callback: go to a page about this model."""
    if get_param("model") != model:
        for name in OWN_WORDS:
            clear_param(name)
            st.session_state.pop(_key(name), None)
    set_param("model", model)
    st.switch_page(page_file(url_path), query_params=to_other_pages())


def open_page(url_path: str) -> None:
    """Callback: go to a page about no model in particular."""
    st.switch_page(page_file(url_path), query_params=to_other_pages())


def open_clicked(key: str, models: Sequence[str], url_path: str = SUMMARY) -> None:
    """Callback of a table's buttons: open the model of the clicked row."""
    open_model(models[st.session_state[key]["row"]], url_path)


def _select(label: str, options: Sequence[str], shown: Callable[[str], str], name: str) -> None:
    st.selectbox(label, options, format_func=shown, key=_key(name), on_change=_take, args=(name,))


def _choose(
    name: str,
    label: str,
    options: Sequence[str],
    shown: Callable[[str], str],
    usual: str | None = None,
) -> str:
    """Draw one choice and return it: what the address asks for if it is an option, else the usual or the first one."""
    wanted = get_param(name)
    default = options[0] if usual is None else usual
    chosen = wanted if wanted is not None and wanted in options else default
    number = len(options)
    options = few_of(options, shown, name, [chosen])
    st.session_state[_key(name)] = chosen
    set_param(name, chosen if chosen != default else None)
    # Words are looked up now: outside a run of the script the reader's language is not known.
    words = {option: shown(option) for option in options}
    with st.container(gap="xsmall"):
        _select(label, options, lambda option: words.get(option, option), name)
        search_options(name, label, number)
    return chosen


def _key(name: str) -> str:
    return f"pick_{name}"


def _take(name: str) -> None:
    value = st.session_state[_key(name)]
    set_param(name, str(value) if value else None)


def _take_days(name: str, key: str) -> None:
    days = st.session_state[key]
    if len(days) == 1:
        return
    set_param(name, written_days((days[0], days[1])) if days else None)


def _take_reference(span: Days) -> None:
    kind = st.session_state[_key("reference_kind")]
    set_param("reference", written_days(span) if kind == "window" else kind or None)


def _take_threshold(default: float) -> None:
    threshold = st.session_state[_key("threshold")]
    set_param("threshold", None if threshold == default else f"{threshold:.2f}")


def _take_some(name: str) -> None:
    set_param(name, "|".join(st.session_state[_key(name)]) or None)
