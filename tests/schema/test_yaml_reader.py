"""YAML is read without its traps, and everything that could surprise is refused with its line."""

import pytest

from dashboard.errors import InputRefusedError
from dashboard.schema.reading.documents import read_document
from dashboard.schema.reading.yaml_reader import DEEPEST, MOST_EVENTS, read_yaml


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12:30:45", "12:30:45"),
        ("2013-04-01", "2013-04-01"),
        ("2026-02-30", "2026-02-30"),
        ("1_000", "1_000"),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("1.50", 1.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("-2e3", -2000.0),
        ("1e400", float("inf")),
        ("1.2.3", "1.2.3"),
        ("'5'", "5"),
        ('"true"', "true"),
        ("|\n  two\n  lines", "two\nlines\n"),
        ("1" * 5_000, "1" * 5_000),
    ],
)
def test_a_word_without_quotes_stands_for(written, value):
    read = read_yaml(f"key: {written}\n", "f").value["key"]
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize("key", ["no", "1", "1.0", "true", "null", "2013-04-01"])
def test_a_key_is_always_text(key):
    assert read_yaml(f"{key}: a\n", "f").value == {key: "a"}


def test_every_place_knows_its_line():
    tree = read_yaml("# comment\na:\n  - b: 1\n\n    c:\n      2\n  - x\nd: {e: 1,\n  f: 2}\n", "f")
    assert tree.value == {"a": [{"b": 1, "c": 2}, "x"], "d": {"e": 1, "f": 2}}
    places = [("a",), ("a", 0, "b"), ("a", 0, "c"), ("a", 1), ("d", "e"), ("d", "f"), ("d", "f", "deeper"), ()]
    assert [tree.line(place) for place in places] == [2, 3, 5, 7, 8, 9, 9, 2]


BOMB = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))


@pytest.mark.parametrize(
    ("text", "row", "part"),
    [
        pytest.param("a: &x 1\n", 1, "received anchor &x", id="anchor"),
        pytest.param("a: 1\nb: *x\n", 2, "received alias *x", id="alias"),
        pytest.param(BOMB, 1, "received anchor &a", id="alias_bomb"),
        pytest.param("a: {x: 1}\nb:\n  <<: {y: 2}\n", 3, "received a merge key '<<'", id="merge_key"),
        pytest.param("a: !!str 5\n", 1, "received tag 'tag:yaml.org,2002:str'", id="tag"),
        pytest.param("a: !!python/object/apply:os.system [ls]\n", 1, "received tag", id="python_tag"),
        pytest.param("!!map {a: 1}\n", 1, "received tag", id="tag_at_the_top"),
        pytest.param("a: 1\nb: 2\na: 3\n", 3, "received key 'a' a second time (first in line 1)", id="key_twice"),
        pytest.param("a:\n  b: {c: 1, c: 2}\n", 2, "received key 'c' a second time", id="key_twice_inside"),
        pytest.param("a: 1\n---\nb: 2\n", 2, "received a second document", id="two_documents"),
        pytest.param("? [a, b]\n: 1\n", 1, "received a key that is no text", id="list_as_key"),
        pytest.param("a:\n\tb: 1\n", 2, "received a tab in the indentation", id="tab"),
        pytest.param("a: [1, 2\nb: 3\n", 2, "not valid YAML", id="open_bracket"),
        pytest.param("a: 'b\n", 1, "not valid YAML", id="open_quote"),
        pytest.param("a: b: c\n", 1, "not valid YAML", id="two_colons"),
        pytest.param("%YAML 9.9\n---\na: 1\n", 1, "not valid YAML", id="directive"),
        pytest.param("a: \x07\n", 1, "received a control character", id="bell_in_the_first_line"),
        pytest.param("a:\t1\n\u2028b: \x07\n", 2, "received a control character", id="bell_after_rare_spaces"),
        pytest.param("a: 1\nb: \x07\n", 2, "received a control character", id="bell"),
        pytest.param("a: 1\nb: x\x00y\n", 2, "received a control character", id="nul"),
        pytest.param('a: "\\ud800"\n', 1, "not valid YAML", id="half_a_character"),
        pytest.param("", 1, "received an empty file", id="empty"),
        pytest.param("# nothing\n", 1, "received an empty file", id="comment_only"),
        pytest.param("- a\n- b\n", 1, "received a list", id="list_at_the_top"),
        pytest.param("hello\n", 1, "received 'hello'", id="text_at_the_top"),
        pytest.param("a: " + "[" * 20_000, 1, f"received more than {DEEPEST} levels", id="deep"),
        pytest.param("{a: " * 5_000, 1, f"received more than {DEEPEST} levels", id="deep_mappings"),
        pytest.param("a: [" + "1," * MOST_EVENTS + "]\n", 1, f"received more than {MOST_EVENTS} values", id="wide"),
    ],
)
def test_what_could_surprise_is_refused(text, row, part):
    with pytest.raises(InputRefusedError) as caught:
        read_yaml(text, "f.yaml")
    first = caught.value.problems[0]
    assert (first.file, first.row) == ("f.yaml", row)
    assert part in first.message


def test_as_deep_as_allowed_is_read():
    depth = DEEPEST - 1
    tree = read_yaml("a: " + "[" * depth + "]" * depth, "f")
    assert str(tree.value["a"]) == "[" * depth + "]" * depth


@pytest.mark.parametrize(
    ("content", "row", "part"),
    [
        (b"\xff\n", 1, "received byte 0xff"),
        (b"id: a\nname: \xff\n", 2, "received byte 0xff, which is not UTF-8"),
        ("id: ä\n".encode("utf-16"), 1, "which is not UTF-8"),
        (b"#" * (256 * 1024 + 1), None, "received more than 256 KB"),
    ],
)
def test_other_bytes_than_a_small_utf8_text_are_refused(content, row, part):
    with pytest.raises(InputRefusedError) as caught:
        read_document("f.yaml", content)
    (problem,) = caught.value.problems
    assert problem.row == row
    assert part in problem.message


def test_a_byte_order_mark_is_no_part_of_the_first_key():
    document = read_document("f.yaml", b"\xef\xbb\xbfpeople: []\n")
    assert document.kind == "people"
