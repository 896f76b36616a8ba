"""The figure shows what was found."""

import re
from dataclasses import replace

import numpy as np
import pytest

from funny.ui.figure import ENGLISH, draw, write_html
from tests.values import analysis_of, signals_of, timeline_of

KOREAN = {**ENGLISH, "score": "재미", "happiness": "기쁨"}
KOREAN |= {
    "face": "얼굴",
    "loudness_word": "소리",
    "laughter": "웃음소리",
    "loudness": "소리 크기(dB)",
}


def planted():
    """10 s; at 2.5 s the score is 0.5, happiness 0.75, laughter 0.25, loudness -20 dB."""
    scores, happiness, rms = np.zeros(20), np.zeros(20), np.full(20, 0.5)
    scores[5], happiness[5], rms[5] = 0.5, 0.75, 0.05
    laughter = np.where(np.arange(20) == 5, 0.25, 0.0)
    found = np.arange(20) != 6
    signals = signals_of(20, found, rms, laughter, happiness=happiness)
    return replace(analysis_of(20), signals=signals, timeline=timeline_of(scores))


def bands(figure):
    """Spans of all rectangles, one for each of the five lanes."""
    rectangles = [s for s in figure.layout.shapes if s.type == "rect"]
    return [(s.x0, s.x1) for s in rectangles]


@pytest.mark.parametrize("ticks", [0, 1])
def test_almost_nothing_is_drawn_too(ticks):
    figure = draw(analysis_of(ticks, highlights=()), 0.5)
    assert [len(lane.x) for lane in figure.data] == [ticks] * 7
    assert bands(figure) == []


def test_highlights_are_bands_in_every_lane():
    analysis = analysis_of(40)
    spans = [(h.start_s, h.end_s) for h in analysis.highlights]
    assert sorted(bands(draw(analysis, 0.5))) == sorted(spans * 5)


def test_the_threshold_is_a_dashed_line():
    (line,) = [s for s in draw(analysis_of(), 0.4).layout.shapes if s.type == "line"]
    assert (line.y0, line.y1, line.line.dash) == (0.4, 0.4, "dash")


def test_the_lanes_hold_what_was_measured():
    lanes = draw(planted(), 0.5).data[:4]
    assert [lane.y[5] for lane in lanes] == [0.5, 0.75, 0.25, -20]
    assert np.isnan(lanes[1].y[6])
    assert all(lane.x[5] == 2.5 for lane in lanes)


@pytest.mark.parametrize(
    ("names", "text"),
    [
        pytest.param(
            ENGLISH,
            "<b>00:00:02</b><br>funniness 0.50<br>happiness 0.75<br>laughter heard 0.25"
            "<br>loudness (dB) -20",
            id="en",
        ),
        pytest.param(
            KOREAN,
            "<b>00:00:02</b><br>재미 0.50<br>기쁨 0.75<br>웃음소리 0.25<br>소리 크기(dB) -20",
            id="ko",
        ),
    ],
)
def test_hovering_shows_time_score_and_every_sense(names, text):
    for lane in draw(planted(), 0.5, names).data[:4]:
        assert lane.text[5] == text
        assert "%{text}" in lane.hovertemplate


def test_the_score_is_shared_out_among_the_senses():
    """At 2.5 s the score is 0.5; the face adds 0.1, loudness takes 0.2 away, laughter adds 0.3."""
    timeline = planted().timeline
    timeline.contributions[5] = 0.1, -0.2, 0.3
    areas = draw(replace(planted(), timeline=timeline), 0.5, KOREAN).data[4:]
    assert [area.name for area in areas] == ["얼굴", "소리", "웃음소리"]
    assert [area.y[5] for area in areas] == pytest.approx([0.125, 0, 0.375])
    assert [area.y[4] for area in areas] == [0, 0, 0]
    assert {area.stackgroup for area in areas} == {"senses"}


def test_hovering_over_no_face_shows_no_happiness():
    assert "<br>happiness –<br>" in draw(planted(), 0.5).data[0].text[6]


@pytest.mark.parametrize(
    ("duration_s", "times"),
    [
        pytest.param(4.0, ["00:00:00", "00:00:01", "00:00:02"], id="seconds"),
        pytest.param(7200.0, ["00:00:00", "00:15:00", "00:30:00"], id="hours"),
    ],
)
def test_the_axis_shows_times(duration_s, times):
    analysis = analysis_of(0, highlights=())
    video = replace(analysis.video, duration_s=duration_s)
    axis = draw(replace(analysis, video=video), 0.5).layout.xaxis5
    assert list(axis.ticktext[:3]) == times
    assert len(axis.ticktext) <= 10


def test_a_page_of_its_own_needs_no_network(tmp_path):
    write_html(analysis_of(), tmp_path / "timeline.html")
    page = (tmp_path / "timeline.html").read_text("utf-8")
    assert len(page) > 1_000_000  # Plotly is inside
    assert "침착맨" in page or "\\u" in page
    heads = re.findall(r"<(?:script|link|img|iframe)\b[^>]*>", page)
    assert any(head.startswith("<script") for head in heads)
    assert not [head for head in heads if re.search(r"(src|href)\s*=", head)]
