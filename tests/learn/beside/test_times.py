"""Times in the ways in which people and programs write them."""

import pytest

from funny.learn.beside.times import seconds_of, times_in


@pytest.mark.parametrize(
    ("found", "seconds"),
    [
        pytest.param(0, 0.0, id="zero"),
        pytest.param(93.5, 93.5, id="number"),
        pytest.param("93.5", 93.5, id="text"),
        pytest.param(" 1:33 ", 93.0, id="minutes"),
        pytest.param("1:02:03", 3723.0, id="hours"),
        pytest.param("00:01:33.500", 93.5, id="vtt"),
        pytest.param("00:01:33,500", 93.5, id="srt"),
        pytest.param("-0:05", -5.0, id="before-the-stream"),
        pytest.param("100:00", 6000.0, id="many-minutes"),
    ],
)
def test_seconds(found, seconds):
    assert seconds_of(found) == seconds


@pytest.mark.parametrize(
    "found", [None, "", "soon", "1:", ":5", "1:2:3:4", True, float("nan"), float("inf"), [1], {}]
)
def test_what_is_no_time(found):
    with pytest.raises(ValueError, match="expected a time"):
        seconds_of(found)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("재밌다", [], id="none"),
        pytest.param("12:34", [754.0], id="clock"),
        pytest.param("1:02:03 ㅋㅋㅋ", [3723.0], id="hours"),
        pytest.param("여기 0:05부터 0:09까지", [5.0, 9.0], id="two"),
        pytest.param("(12:34)", [754.0], id="brackets"),
        pytest.param("90:00 부근", [5400.0], id="more-than-an-hour-of-minutes"),
        pytest.param("12분 34초", [754.0], id="korean"),
        pytest.param("1시간 2분3초에서", [3723.0], id="korean-hours"),
        pytest.param("10분 동안 웃었네", [], id="a-duration"),
        pytest.param("3:0으로 이김", [], id="a-score"),
        pytest.param("12:75", [], id="seconds-above-59"),
        pytest.param("1:99:00", [], id="minutes-above-59"),
        pytest.param("오후 3:30에 시작", [], id="time-of-day"),
        pytest.param("at 3:30 pm", [], id="time-of-day-english"),
        pytest.param("1:2:3:44", [], id="no-clock"),
        pytest.param("16:09.5", [], id="decimals"),
    ],
)
def test_times_in_text(text, times):
    assert [time_s for _, time_s in times_in(text)] == times


def test_says_where_in_the_text():
    text = "웃김 1:00\n2:00"
    assert [text[place:] for place, _ in times_in(text)] == ["1:00\n2:00", "2:00"]
