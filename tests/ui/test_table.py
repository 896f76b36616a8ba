"""The table says what the list of moments says, and only what was typed becomes an operation."""

from dataclasses import replace

import pytest

from funny.errors import OptionError
from funny.moments.edit import Edits, apply
from funny.records import Edge, Edges, Highlight, Reason
from funny.ui.strings import STRINGS
from funny.ui.table import (
    COLUMNS,
    READ_ONLY,
    TYPES,
    edges_text,
    headers,
    operations,
    rows,
    seconds,
    time_text,
)
from tests.values import analysis_of

# No time of the first is a round tenth.
FIRST = Highlight(
    *(754.04, 3661.26, 800.0, 0.912),
    (Reason("happiness", 0.1, 0.9), Reason("loudness", -3.0, 8.25)),
)
SECOND = Highlight(7.5, 12.5, 9.5, 0.5, kept=False)
# Its edges were chosen; those of the other two were not.
THIRD = Highlight(*(57.6, 70.2, 61.0, 0.3), edges=Edges(Edge("pause", 60.0), Edge("quiet", 70.18)))
START = Edits.started([FIRST, SECOND])
WITH_EDGES = Edits.started([FIRST, SECOND, THIRD])
KEEP, RANK, START_AT, END_AT, *_, PLAIN, WHY = range(len(COLUMNS))


def typed(*cells, language="en"):
    """The table of START after a person set cells, each (row, column, value)."""
    table = rows(START, language)
    for row, column, value in cells:
        table[row][column] = value
    return table


def done(table, language="en"):
    return list(operations(START, table, language))


TIMES = [
    pytest.param(0, "0:00.0", id="0"),
    pytest.param(0.04, "0:00.0", id="nearer-to-0"),
    pytest.param(0.06, "0:00.1", id="nearer-to-a-tenth"),
    pytest.param(7.5, "0:07.5", id="seconds"),
    pytest.param(59.94, "0:59.9", id="below-a-minute"),
    pytest.param(59.96, "1:00.0", id="rounded-up-to-a-minute"),
    pytest.param(754.04, "12:34.0", id="minutes"),
    pytest.param(3599.94, "59:59.9", id="below-an-hour"),
    pytest.param(3599.96, "1:00:00.0", id="rounded-up-to-an-hour"),
    pytest.param(3723.4, "1:02:03.4", id="hours"),
    pytest.param(36000, "10:00:00.0", id="10h"),
    pytest.param(359999.9, "99:59:59.9", id="below-100h"),
]


@pytest.mark.parametrize(("time_s", "text"), TIMES)
def test_a_time_in_words_and_back(time_s, text):
    assert time_text(time_s) == text
    assert seconds(text, "en") == pytest.approx(time_s, abs=0.0501)
    assert time_text(seconds(text, "ko")) == text


@pytest.mark.parametrize(
    ("text", "time_s"),
    [
        pytest.param("0", 0, id="0"),
        pytest.param(0, 0, id="number-0"),
        pytest.param("75", 75, id="seconds"),
        pytest.param(75, 75, id="number"),
        pytest.param(7.25, 7.25, id="fraction"),
        pytest.param("1:15", 75, id="minutes"),
        pytest.param("1:15.5", 75.5, id="with-tenths"),
        pytest.param("1:15,5", 75.5, id="with-a-comma"),
        pytest.param("75,25", 75.25, id="seconds-with-a-comma"),
        pytest.param("0:01:15", 75, id="hours"),
        pytest.param("00:01:15.000", 75, id="all-digits"),
        pytest.param("90:00", 5400, id="more-than-60-minutes"),
        pytest.param("10:00:00", 36000, id="10h"),
        pytest.param("  1:15\n", 75, id="blanks-around"),
    ],
)
def test_a_typed_time(text, time_s):
    assert seconds(text, "en") == time_s == seconds(text, "ko")


NO_TIMES = [
    pytest.param("", id="empty"),
    pytest.param(" ", id="blank"),
    pytest.param("abc", id="word"),
    pytest.param("1:2:3:4", id="four-parts"),
    pytest.param("-5", id="below-0"),
    pytest.param("nan", id="nan"),
    pytest.param("inf", id="inf"),
    pytest.param("1e3", id="power"),
    pytest.param("1:", id="nothing-after"),
    pytest.param(":15", id="nothing-before"),
    pytest.param("1.5:15", id="half-minutes"),
    pytest.param("1:15.5.5", id="two-points"),
    pytest.param("1 15", id="blank-inside"),
    pytest.param("{0.__class__}", id="braces"),
    pytest.param(None, id="none"),
    pytest.param(True, id="flag"),
    pytest.param(float("nan"), id="number-nan"),
    pytest.param(-5, id="number-below-0"),
    pytest.param(1e300, id="far"),
    pytest.param(10**400, id="no-float-is-so-large"),
    pytest.param([75], id="list"),
    pytest.param({"s": 75}, id="dict"),
    pytest.param("9" * 400, id="400-digits"),
    pytest.param("x" * 400, id="400-letters"),
]


@pytest.mark.parametrize("language", STRINGS)
@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_time_is_refused_in_one_sentence(text, language):
    with pytest.raises(OptionError) as refused:
        seconds(text, language)
    before, after = STRINGS[language]["bad_time"].split("{text}")
    said = str(refused.value)
    assert said.startswith(before) and said.endswith(after)
    assert said == f"{before}{str(text)[:40]}{after}"


@pytest.mark.parametrize("language", STRINGS)
def test_headers_are_in_the_readers_language(language):
    assert headers(language) == [STRINGS[language][name] for name in COLUMNS]
    assert len(TYPES) == len(COLUMNS) == len(rows(START, language)[0])


def test_only_what_is_understood_may_be_typed():
    assert set(range(len(COLUMNS))) - set(READ_ONLY) == {KEEP, START_AT, END_AT, PLAIN}


def test_nothing_is_a_table_without_rows():
    assert rows(Edits(), "en") == []
    assert list(operations(Edits(), [], "en")) == []
    assert list(operations(Edits(), [[""] * 7], "en")) == []


@pytest.mark.parametrize(
    ("language", "why"),
    [
        pytest.param("en", "happiness 0.10 → 0.90 · loudness +11 dB", id="en"),
        pytest.param("ko", "기쁨 0.10 → 0.90 · 소리 +11 dB", id="ko"),
    ],
)
def test_a_row_a_moment(language, why):
    assert rows(START, language) == [
        [True, 1, "12:34.0", "1:01:01.3", "2907.2", "0.91", False, why],
        [False, 2, "0:07.5", "0:12.5", "5.0", "0.50", False, ""],
    ]


def test_what_was_made_by_hand_is_marked():
    edits = Edits.started([Highlight(1, 4, 2, 0.5)]).added(10, 12.5, analysis_of())
    marked = {row[START_AT]: row[WHY].startswith("✎") for row in rows(edits, "en")}
    assert marked == {"0:01.0": False, "0:10.0": True}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        pytest.param("en", "edges: pause −2.4 s · between words", id="en"),
        pytest.param("ko", "자른 곳: 말 쉬는 곳 −2.4초 · 말 사이", id="ko"),
    ],
)
def test_a_row_says_how_its_edges_were_chosen(language, words):
    why = {row[RANK]: row[WHY] for row in rows(WITH_EDGES, language)}
    assert ("\n" in why[1], why[2], why[3]) == (False, "", words)


def test_how_edges_were_chosen_stands_below_the_reasons():
    highlight = replace(THIRD, reasons=FIRST.reasons)
    ((*_, why),) = rows(Edits.started([highlight]), "en")
    below = "edges: pause −2.4 s · between words"
    assert why == f"happiness 0.10 → 0.90 · loudness +11 dB\n{below}"


@pytest.mark.parametrize(
    ("kind", "time_s", "words"),
    [
        pytest.param("plain", 60.0, "as set", id="plain"),
        pytest.param("cut", 60.04, "shot cut", id="moved-by-a-frame"),
        pytest.param("cut", 60.06, "shot cut +0.1 s", id="later"),
        pytest.param("quiet", 59.5, "between words −0.5 s", id="earlier"),
    ],
)
def test_an_edge_in_words(kind, time_s, words):
    edges = Edges(Edge(kind, 60.0), Edge("plain", 70.0))
    assert edges_text(Highlight(time_s, 70, 65, 0.5, edges=edges), "en") == f"{words} · as set"


def test_plain_edges_are_put_back_by_a_check_and_chosen_ones_by_its_removal():
    analysis = analysis_of(300)
    table = rows(WITH_EDGES, "en")
    table[2][PLAIN] = True
    (operation,) = operations(WITH_EDGES, table, "en")
    assert operation == {"op": "edges", "id": 3, "plain": True}
    edits = apply(WITH_EDGES, operation, analysis)
    assert rows(edits, "en")[2][START_AT:] == [
        *("1:00.0", "1:10.2", "10.2", "0.30", True),
        "edges: as set · as set",
    ]
    table = rows(edits, "en")
    table[2][PLAIN] = False
    (back,) = operations(edits, table, "en")
    assert rows(apply(edits, back, analysis), "en") == rows(WITH_EDGES, "en")


MOVE = {"op": "move", "id": 1, "start_s": 754.04, "end_s": 3661.26}
KEPT = {"op": "keep", "id": 2, "kept": True}
PLAIN_EDGES = {"op": "edges", "id": 1, "plain": True}
LEFT_OUT = {"op": "keep", "id": 1, "kept": False}


@pytest.mark.parametrize("language", STRINGS)
def test_nothing_typed_is_no_operation(language):
    assert done(rows(START, language), language) == []


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param([(0, START_AT, "12:34.0")], [], id="same-again"),
        pytest.param([(1, KEEP, True)], [KEPT], id="keep"),
        pytest.param([(0, KEEP, False)], [LEFT_OUT], id="leave-out"),
        pytest.param([(0, KEEP, False), (1, KEEP, True)], [LEFT_OUT, KEPT], id="both-toggled"),
        pytest.param([(0, KEEP, "true"), (1, KEEP, "false")], [], id="keep-as-text"),
        pytest.param([(0, KEEP, "false"), (1, KEEP, "True")], [LEFT_OUT, KEPT], id="text-toggled"),
        pytest.param([(0, KEEP, ""), (1, KEEP, "")], [LEFT_OUT], id="keep-deleted"),
        pytest.param([(0, KEEP, None), (1, KEEP, None)], [LEFT_OUT], id="keep-none"),
        pytest.param([(0, KEEP, 1), (1, KEEP, 0)], [], id="keep-as-number"),
        pytest.param([(0, START_AT, "10:00")], [{**MOVE, "start_s": 600.0}], id="start"),
        pytest.param([(0, START_AT, 600)], [{**MOVE, "start_s": 600.0}], id="start-as-number"),
        pytest.param([(0, END_AT, "1:01:00")], [{**MOVE, "end_s": 3660.0}], id="end"),
        pytest.param(
            [(0, START_AT, "10:00"), (0, END_AT, "1:01:00")],
            [{**MOVE, "start_s": 600.0, "end_s": 3660.0}],
            id="start-and-end",
        ),
        pytest.param(
            [(0, START_AT, "12:34")], [{**MOVE, "start_s": 754.0}], id="same-in-other-words"
        ),
        pytest.param(
            [(1, KEEP, True), (1, END_AT, "13")],
            [KEPT, {"op": "move", "id": 2, "start_s": 7.5, "end_s": 13.0}],
            id="kept-and-moved",
        ),
        pytest.param([(0, 4, 9), (0, 5, 1)], [], id="columns-that-are-read-only"),
        pytest.param([(0, WHY, "cut")], [], id="how-edges-were-chosen-is-read-only"),
        pytest.param([(0, PLAIN, "true")], [PLAIN_EDGES], id="plain-edges-as-text"),
        pytest.param([(0, PLAIN, ""), (1, PLAIN, None)], [], id="plain-edges-deleted"),
    ],
)
def test_what_was_typed_is_an_operation(cells, expected):
    assert done(typed(*cells)) == expected


def test_an_operation_is_one_that_an_edit_knows():
    analysis = analysis_of(40)
    edits = Edits.started(analysis.highlights)
    table = rows(edits, "en")
    table[0][KEEP], table[0][END_AT] = False, "0:10"
    for operation in operations(edits, table, "en"):
        edits = apply(edits, operation, analysis)
    (moved,) = (m for m in edits.moments if m.by_hand)
    assert (moved.id, moved.highlight.start_s, moved.highlight.end_s) == (1, 6.0, 10.0)
    assert not moved.highlight.kept


@pytest.mark.parametrize("column", [START_AT, END_AT])
@pytest.mark.parametrize("cell", [None, "", "later", -1, float("nan"), [], {}])
def test_a_cell_that_is_no_time_is_refused(column, cell):
    with pytest.raises(OptionError, match=r"is no time\. Expected 1:15"):
        done(typed((0, column, cell)))


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(None, id="none"),
        pytest.param([], id="empty"),
        pytest.param([[]], id="empty-row"),
        pytest.param([None, None], id="rows-of-none"),
        pytest.param(["true", "12:34.0"], id="rows-of-text"),
        pytest.param([[False, 1]], id="row-cut-short"),
        pytest.param([[None] * 7] * 9, id="cells-of-none"),
        pytest.param([[""] * 7] * 2, id="cells-deleted"),
        pytest.param([[False, [1], "0:01", "0:02"]], id="rank-is-a-list"),
        pytest.param([[False, 3, "0:01", "0:02"]], id="rank-unknown"),
        pytest.param([[False, -1, "0:01", "0:02"]], id="rank-below-0"),
        pytest.param(rows(START, "en")[:1], id="last-row-deleted"),
        pytest.param(rows(START, "en")[1:], id="first-row-deleted"),
        pytest.param([[""] * 7, *rows(START, "en")], id="row-added-above"),
        pytest.param([*rows(START, "en"), [""] * 7], id="row-added-below"),
        pytest.param(rows(START, "en")[::-1], id="upside-down"),
        pytest.param([[*row, "more", None] for row in rows(START, "en")], id="columns-added"),
        pytest.param([row[:4] for row in rows(START, "en")], id="columns-deleted"),
        pytest.param([tuple(row) for row in rows(START, "en")], id="tuples"),
    ],
)
def test_a_table_of_another_shape_changes_nothing(table):
    assert done(table) == []


def test_a_row_is_known_by_its_rank():
    table = [[""] * 7, *typed((0, KEEP, False), (1, RANK, "2"), (1, KEEP, True))[::-1]]
    assert done(table) == [LEFT_OUT, KEPT]
