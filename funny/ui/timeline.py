"""The timeline component: one timeline that an editor can see, hear and drag.

Plotly draws it; `assets/plotly-basic.min.js` is the file of the npm package
plotly.js-basic-dist-min 4.1.1 (MIT, `assets/plotly-LICENSE.txt`). Nothing comes from elsewhere.

    timeline = FunTimeline(player_id="player", words=WORDS["ko"], elem_id="timeline")
    timeline.edit(change_moments, outputs=timeline)  # ends: return FunTimeline(moments=...)
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from funny.ui.component import Component, address, asset, script, serve_assets

# In the order of their needs; each is a noun of the timeline.
_SCRIPTS = (
    *("time", "lanes", "state", "view", "plot", "overlay"),
    *("tip", "player", "edits", "input", "bar"),
)
_MISSING = -32_768
_LARGEST = 32_000

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "timeline": "Timeline of the video",
        "tools": "Tools of the timeline",
        "empty": "Nothing is analysed yet. The curves and the funny moments appear here.",
        "reading": "still to be read…",
        "score": "Funniness",
        "made_of": "What the score is made of",
        "signals": "Signals",
        "face": "face",
        "happiness": "happiness",
        "surprise": "surprise",
        "valence": "valence",
        "arousal": "arousal",
        "laughter": "laughter heard",
        "loudness": "loudness",
        "no_face": "no face",
        "threshold": "Threshold",
        "time_of": "{time} of {duration}",
        "seconds": "{length} s",
        "moment": "moment {rank}",
        "not_kept": "not kept",
        "by_hand": "by hand",
        "mostly": "mostly {part}",
        "play_selected": "Play moment",
        "mark_in": "Mark in",
        "mark_out": "Mark out, add",
        "keep": "Keep or drop",
        "remove": "Remove",
        "merge": "Merge with next",
        "undo": "Undo",
        "redo": "Redo",
        "lanes": "Lanes",
        "zoom_in": "Zoom in",
        "zoom_out": "Zoom out",
        "zoom_reset": "Show all",
        "help": "Keys",
        "help_step": "1 second back, ahead",
        "help_tick": "half a second back, ahead",
        "help_leap": "10 seconds back, ahead",
        "help_ends": "to the start, to the end",
        "help_jkl": "5 seconds back, play or pause, 5 seconds ahead",
        "help_moments": "moment before, moment after",
        "help_edges": "start or end of the moment to the playhead",
        "help_zoom": "zoom in, zoom out, show all",
        "help_escape": "select nothing",
        "help_click": "Click: go there, select the moment",
        "help_wheel": "{ctrl} + wheel on the timeline: zoom",
        "help_drag": "Drag when zoomed in: move the view; double click: show all",
        "help_ruler": "Drag on the ruler: scrub through the video",
        "help_edge_drag": "Drag an edge of a moment: make it longer or shorter",
        "say_select": "Select a moment first.",
        "say_mark": "Mark the in point first (I).",
        "say_marked": "In point at {time}. O adds the moment.",
        "say_short": "The end must lie at least 0.5 s after the start.",
        "say_last": "No moment comes after this one.",
    },
    "ko": {
        "timeline": "영상 타임라인",
        "tools": "타임라인 도구",
        "empty": "아직 분석 전입니다. 분석하면 그래프와 웃긴 순간이 여기에 나타납니다.",
        "reading": "분석 대기 중…",
        "score": "재미",
        "made_of": "점수 구성",
        "signals": "신호",
        "face": "표정",
        "happiness": "기쁨",
        "surprise": "놀람",
        "valence": "긍정",
        "arousal": "흥분",
        "laughter": "웃음소리",
        "loudness": "소리 크기",
        "no_face": "얼굴 없음",
        "threshold": "기준 점수",
        "time_of": "{duration} 중 {time}",
        "seconds": "{length}초",
        "moment": "{rank}번 순간",
        "not_kept": "제외됨",
        "by_hand": "직접 편집",
        "mostly": "주로 {part}",
        "play_selected": "구간 재생",
        "mark_in": "시작 표시",
        "mark_out": "종료 표시·추가",
        "keep": "포함/제외",
        "remove": "삭제",
        "merge": "다음과 합치기",
        "undo": "실행 취소",
        "redo": "다시 실행",
        "lanes": "표시 항목",
        "zoom_in": "확대",
        "zoom_out": "축소",
        "zoom_reset": "전체 보기",
        "help": "단축키",
        "help_step": "1초 전, 1초 후",
        "help_tick": "0.5초 전, 0.5초 후",
        "help_leap": "10초 전, 10초 후",
        "help_ends": "맨 앞, 맨 끝",
        "help_jkl": "5초 전, 재생/일시정지, 5초 후",
        "help_moments": "이전 순간, 다음 순간",
        "help_edges": "순간의 시작, 끝을 재생 위치로 옮기기",
        "help_zoom": "확대, 축소, 전체 보기",
        "help_escape": "선택 해제",
        "help_click": "클릭: 그 위치로 이동하고 순간 선택",
        "help_wheel": "타임라인에서 {ctrl} + 휠: 확대/축소",
        "help_drag": "확대한 상태에서 드래그: 화면 이동, 더블 클릭: 전체 보기",
        "help_ruler": "눈금자에서 드래그: 영상 훑어보기",
        "help_edge_drag": "순간의 가장자리 드래그: 길이 조절",
        "say_select": "먼저 순간을 선택하세요.",
        "say_mark": "먼저 시작 지점을 표시하세요(I).",
        "say_marked": "시작 지점 {time}. O를 누르면 순간이 추가됩니다.",
        "say_short": "끝은 시작보다 0.5초 이상 뒤여야 합니다.",
        "say_last": "이 순간 다음에는 순간이 없습니다.",
    },
}
"""Every word of the timeline, by language and key."""


class FunTimeline(Component):
    """A timeline of curves and moments that drives a video and can be edited.

    From a handler each property can be sent alone: `return FunTimeline(moments=...)`.
    Times are seconds from the start of the video.

    Events; `handler(event: gr.EventData)` finds the fields in `event._data`:
        seek: `{"t"}`. A person went to a time; the player is there already.
        select: `{"id"}`. A person selected a moment.
        edit: `{"op", ...}`. A person asks for a change, which shows when `moments` come back:
            `{"op": "move", "id", "start_s", "end_s"}`, `{"op": "add", "start_s", "end_s"}`,
            `{"op": "remove", "id"}`, `{"op": "merge", "id", "other"}`,
            `{"op": "keep", "id", "kept"}`, `{"op": "undo"}`, `{"op": "redo"}`.
            Listen with `trigger_mode="multiple"`: Gradio drops edits that come during an edit else.
    """

    TELLS = ("seek", "select", "edit")

    def __init__(
        self,
        value: None = None,
        *,
        player_id: str = "player",
        curves: Mapping[str, Any] | None = None,
        moments: Sequence[Mapping[str, Any]] = (),
        threshold: float | None = None,
        words: Mapping[str, str] | None = None,
        seek_to: Mapping[str, Any] | None = None,
        **settings: Any,
    ) -> None:
        """Makes the component.

        Args:
            value: Unused; Gradio gives one to every component.
            player_id: `elem_id` of the gr.Video whose video is driven.
            curves: `duration_s`, `tick_s`, `complete` (False while more is to come), and lists of
                one number or None a tick, from the start on and perhaps not yet to the end:
                `lanes` by name (score, happiness, surprise and laughter in 0..1, valence and
                arousal in −1..1, loudness in dB up to 0), `made_of` by name (face, loudness,
                laughter: parts whose sum is the score), `face_found` (1 or 0). `sprite` is None or
                one picture of thumbnails row by row: `url`, `columns`, `width` and `height` of a
                thumbnail in pixels, `every_s`, `count`.
            moments: `id`, `rank`, `start_s`, `end_s`, `peak_s`, `score`, `reasons` (sentences),
                `kept`, `by_hand`.
            threshold: Score at which a moment is one, drawn as a dashed line; None draws none.
            words: Words by key as in WORDS; English if None.
            seek_to: `t`, and a `nonce` that differs each time; goes there without a seek event, or
                once there is a video. With `until` it plays up to there; with an `id` that moment
                is selected too.
            settings: For gr.HTML, such as `elem_id` and `visible`.
        """
        serve_assets()
        super().__init__(
            value,
            html_template=asset("timeline.html"),
            css_template=asset("timeline.css"),
            js_on_load=_script(),
            head=f'<script src="{address("plotly-basic.min.js")}"></script>',
            apply_default_css=False,
            player_id=player_id,
            curves=_packed_curves(curves),
            moments=list(moments),
            threshold=threshold,
            words=words or WORDS["en"],
            seek_to=seek_to,
            **settings,
        )

    @property
    def constructor_args(self) -> dict[str, Any]:
        """What Gradio sends to the browser for a component that a handler returns."""
        given = super().constructor_args
        return {**given, "curves": _packed_curves(given["curves"])} if "curves" in given else given


def _packed_curves(curves: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Curves with each list packed; what is packed already stays.

    Gradio compares all properties as JSON text at each update, and four hours of lists are 2 MB.
    """
    if curves is None:
        return None
    lists = {name: curves.get(name) or {} for name in ("lanes", "made_of")}
    return {
        **curves,
        **{name: {k: _packed(v) for k, v in lanes.items()} for name, lanes in lists.items()},
        "face_found": _packed(curves.get("face_found")),
    }


def _packed(lane: Any) -> dict[str, Any]:
    """A lane as 16-bit whole numbers of a step, little-endian in base64; exact to 1/64,000."""
    if isinstance(lane, Mapping):
        return dict(lane)
    values = np.asarray([] if lane is None else lane, dtype=float)  # None becomes NaN
    known = np.isfinite(values)
    step = float(np.abs(values[known]).max(initial=0.0)) / _LARGEST or 1.0
    whole = np.where(known, np.round(np.where(known, values, 0) / step), _MISSING)
    return {"step": step, "ticks": base64.b64encode(whole.astype("<i2").tobytes()).decode()}


def _script() -> str:
    return script("dom.js", "keys.js", *(f"timeline/{name}.js" for name in _SCRIPTS), "timeline.js")
