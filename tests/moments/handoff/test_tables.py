"""Tables that a spreadsheet opens as they are meant."""

import csv

from funny.moments.handoff.tables import COLUMNS, write_csv
from funny.records import Highlight, Reason

HEADER = ["rank", "start", "end", "start_s", "end_s", "length_s", "peak_s", "score", "reasons"]
REASONS = (Reason("happiness", 0.1, 0.9), Reason("loudness", 0, 11))
FOUND = (
    Highlight(3725.5, 3740.25, 3730.0, 0.9125, REASONS),
    Highlight(0.0, 1.5, 0.5, 0.5, (Reason('웃음, "하하"\n', 0, 1),)),
)


def rows(highlights, path):
    write_csv(highlights, path)
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file))


def test_no_highlights_leave_the_header(tmp_path):
    assert rows([], tmp_path / "a.csv") == [HEADER] == [list(COLUMNS)]


def test_a_row_a_highlight_in_their_order(tmp_path):
    why = "happiness 0.10 → 0.90; loudness +11 dB"
    times = ["01:02:05", "01:02:20", "3725.500", "3740.250", "14.750", "3730.000"]
    _, first, second = rows(FOUND, tmp_path / "a.csv")
    assert first == ["1", *times, "0.912", why]
    assert second[:3] == ["2", "00:00:00", "00:00:01"]


def test_any_text_comes_back(tmp_path):
    assert rows(FOUND, tmp_path / "침착맨.csv")[2][-1] == '웃음, "하하"\n 0.00 → 1.00'


def test_the_byte_order_mark_comes_first_and_once(tmp_path):
    write_csv(FOUND, tmp_path / "a.csv")
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfrank,")
    assert content.count(b"\xef\xbb\xbf") == 1
