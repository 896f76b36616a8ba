"""The labeller: one clip in a loop, and what a person says of it, by keys, mouse or touch.

It shows what Python sends and tells what the person did; Python keeps that and sends what is next.

    labeller = Labeller(dataset="dataset", elem_id="labeller")
    labeller.answer(keep, None, labeller)  # ends: return Labeller(sitting=...)
"""

from collections.abc import Mapping
from itertools import count
from typing import Any

from funny.grid import TICK_S
from funny.learn.manifest import LONGEST_S, SHORTEST_S
from funny.ui.component import Component, asset, script

# In the order of their needs.
_SCRIPTS = ("state", "player", "edges", "answers", "who", "told", "input")
_LIMITS = {"step_s": TICK_S, "shortest_s": SHORTEST_S, "longest_s": LONGEST_S}
_nonces = count()

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "labeller": "What the clip is",
        "player": "The clip, in a loop. 1 funny, 0 ordinary, S skip, U undo, Space play or pause; "
        "arrows move the start, Shift and arrows the end.",
        "who": "Who labels?",
        "who_hint": "Any name; what several people say of the same clips is compared.",
        "begin": "Begin",
        "labels": "Labelling as",
        "change": "change",
        "progress": "Clips labelled",
        "done": "{done} of {total}",
        "n_funny": "funny",
        "n_ordinary": "ordinary",
        "n_skip": "skipped",
        "pace": "{pace} a minute",
        "left": "about {minutes} min left",
        "left_short": "less than a minute left",
        "funny": "Funny",
        "ordinary": "Ordinary",
        "skip": "Skip",
        "undo": "Undo",
        "play": "Play",
        "kept_funny": "Kept: funny.",
        "kept_ordinary": "Kept: ordinary.",
        "kept_skip": "Skipped.",
        "start": "Start of the clip",
        "end": "End of the clip",
        "start_earlier": "Start half a second earlier",
        "start_later": "Start half a second later",
        "end_earlier": "End half a second earlier",
        "end_later": "End half a second later",
        "seconds": "{length} s",
        "show_signs": "Show the signs",
        "hide_signs": "Hide the signs",
        "no_signs": "None: the clip was drawn from time in which nothing stood out.",
        "sign": "at {time}, strength {percent} %",
        "cue_laughter": "Laughter is heard",
        "cue_subtitle": "Subtitles mark laughter",
        "cue_chat": "The chat laughs",
        "cue_comment": "A comment names this time",
        "cue_replayed": "It was replayed often",
        "cue_loudness": "It is suddenly louder",
        "cue_label": "Somebody marked it",
        "show_keys": "Keys",
        "hide_keys": "Hide the keys",
        "help_play": "play or pause",
        "help_start": "start half a second earlier, later",
        "help_end": "end half a second earlier, later",
        "help_leave": "leave a clip that you were to answer anew",
        "space": "Space",
        "copy": "Browsers cannot play this video itself. You see a copy made for this page.",
        "copying": "Browsers cannot play this video itself. A copy is being made…",
        "broken": "This clip cannot be played. Its video may be damaged, or have changed since the "
        "clip was proposed. S skips it.",
        "again": "You are asked to answer this clip anew.",
        "again_said": "You said “{said}” of this clip. Answer it anew, or",
        "leave": "leave it as it is",
        "finished": "All {total} clips are labelled.",
        "no_more": "No other clip can be shown now.",
        "no_clips": "The manifest holds no clips.",
        "next_step": "What comes next:",
        "next_propose": "Propose some first:",
        "say_longest": "No clip is longer than {length} s.",
        "say_shortest": "No clip is shorter than {length} s.",
        "say_start": "Here the video begins.",
        "say_end": "Here the video ends.",
        "say_unseen": "Nobody can judge what is not seen. S skips the clip.",
        "say_not_kept": "Your answer may not be kept: the server does not reply. Answer again. If "
        "it has stopped, start it again and reload this page; all answers before are kept.",
        "say_no_server": "The server does not reply. If it has stopped, start it again and reload "
        "this page; all your answers are kept.",
    },
    "ko": {
        "labeller": "클립 판정",
        "player": "반복 재생되는 클립. 1 웃김, 0 평범, S 건너뛰기, U 되돌리기, "
        "스페이스 재생/일시정지, 화살표로 시작을, Shift와 화살표로 끝을 옮깁니다.",
        "who": "누가 판정하나요?",
        "who_hint": "아무 이름이나 됩니다. 같은 클립을 여럿이 판정하면 서로 비교합니다.",
        "begin": "시작",
        "labels": "판정하는 사람",
        "change": "바꾸기",
        "progress": "판정한 클립",
        "done": "{total}개 중 {done}개",
        "n_funny": "웃김",
        "n_ordinary": "평범",
        "n_skip": "건너뜀",
        "pace": "분당 {pace}개",
        "left": "약 {minutes}분 남음",
        "left_short": "1분 안에 끝남",
        "funny": "웃김",
        "ordinary": "평범",
        "skip": "건너뛰기",
        "undo": "되돌리기",
        "play": "재생",
        "kept_funny": "저장됨: 웃김.",
        "kept_ordinary": "저장됨: 평범.",
        "kept_skip": "건너뛰었습니다.",
        "start": "클립의 시작",
        "end": "클립의 끝",
        "start_earlier": "시작을 0.5초 앞으로",
        "start_later": "시작을 0.5초 뒤로",
        "end_earlier": "끝을 0.5초 앞으로",
        "end_later": "끝을 0.5초 뒤로",
        "seconds": "{length}초",
        "show_signs": "근거 보기",
        "hide_signs": "근거 숨기기",
        "no_signs": "근거 없음: 눈에 띄는 것이 없는 구간에서 뽑은 클립입니다.",
        "sign": "{time}, 세기 {percent}%",
        "cue_laughter": "웃음소리가 들립니다",
        "cue_subtitle": "자막에 웃음 표시가 있습니다",
        "cue_chat": "채팅이 웃습니다",
        "cue_comment": "댓글이 이 시각을 말합니다",
        "cue_replayed": "많이 다시 본 구간입니다",
        "cue_loudness": "갑자기 소리가 커집니다",
        "cue_label": "누군가 표시해 두었습니다",
        "show_keys": "단축키",
        "hide_keys": "단축키 숨기기",
        "help_play": "재생/일시정지",
        "help_start": "시작을 0.5초 앞, 뒤로",
        "help_end": "끝을 0.5초 앞, 뒤로",
        "help_leave": "다시 판정할 클립을 그대로 두기",
        "space": "스페이스",
        "copy": "브라우저가 이 영상을 그대로 재생하지 못해, 이 화면용으로 만든 사본을 보여 줍니다.",
        "copying": "브라우저가 이 영상을 그대로 재생하지 못합니다. 사본을 만드는 중…",
        "broken": "이 클립을 재생할 수 없습니다. 영상이 손상되었거나 클립을 고른 뒤에 바뀌었을 수 "
        "있습니다. S로 건너뜁니다.",
        "again": "이 클립을 다시 판정해 주세요.",
        "again_said": "이 클립을 “{said}”(으)로 판정했습니다. 다시 판정하거나",
        "leave": "그대로 두기",
        "finished": "클립 {total}개를 모두 판정했습니다.",
        "no_more": "지금 보여 줄 수 있는 클립이 더 없습니다.",
        "no_clips": "매니페스트에 클립이 없습니다.",
        "next_step": "다음 단계:",
        "next_propose": "먼저 클립을 고르세요:",
        "say_longest": "클립은 {length}초보다 길 수 없습니다.",
        "say_shortest": "클립은 {length}초보다 짧을 수 없습니다.",
        "say_start": "영상이 여기서 시작합니다.",
        "say_end": "영상이 여기서 끝납니다.",
        "say_unseen": "보이지 않는 것은 판정할 수 없습니다. S로 건너뜁니다.",
        "say_not_kept": "서버가 응답하지 않아 답이 저장되지 않았을 수 있습니다. 다시 답해 주세요. "
        "서버가 멈췄다면 다시 켜고 이 페이지를 새로고침하세요. 그 전의 답은 모두 "
        "저장되어 있습니다.",
        "say_no_server": "서버가 응답하지 않습니다. 서버가 멈췄다면 다시 켜고 이 페이지를 "
        "새로고침하세요. 답은 모두 저장되어 있습니다.",
    },
}
"""Every word of the labeller, by language and key."""


class Labeller(Component):
    """Plays one clip after the other and tells what a person says of each.

    The next clip is loaded behind the one on the screen. An answer is told once, and nothing more
    is until Python has sent what comes next; a key that is pressed twice answers one clip.

    From a handler each property can be sent alone: `return Labeller(sitting=...)`.

    Events; `handler(event: gr.EventData)` finds the fields in `event._data`. Each is answered by a
    `sitting`; listen with `trigger_mode="multiple"`:
        begin: `{"annotator", "clip"}`. Somebody wants clips: the page is open, a name was given.
            The name is empty if none is known. The clip is an id or None: show that one first.
        answer: `{"annotator", "id", "label", "start_s", "end_s", "took_s"}`. The label is `funny`,
            `ordinary` or `skip`; the edges are as the person left them.
        undo: `{"annotator"}`. The last answer is taken back.
    """

    TELLS = ("begin", "answer", "undo")

    def __init__(
        self,
        value: None = None,
        *,
        sitting: Mapping[str, Any] | None = None,
        wanted: str | Mapping[str, Any] | None = None,
        dataset: str = "DIR",
        words: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> None:
        """Makes the component.

        Args:
            value: Unused; Gradio gives one to every component.
            sitting: What `Sittings` gives.
            wanted: Id of a clip that the person is to answer now; it is asked for by `begin`.
            dataset: How the dataset's folder is written on a command line.
            words: Words by key as in WORDS; English if None.
            settings: For gr.HTML, such as `elem_id` and `visible`.
        """
        super().__init__(
            value,
            html_template=asset("labeller.html"),
            css_template=asset("labeller.css"),
            js_on_load=_script(),
            apply_default_css=False,
            sitting=sitting,
            wanted=_sent(wanted),
            limits=_LIMITS,
            dataset=dataset,
            words=words or WORDS["en"],
            **settings,
        )

    @property
    def constructor_args(self) -> dict[str, Any]:
        """What Gradio sends to the browser for a component that a handler returns."""
        given = super().constructor_args
        return {**given, "wanted": _sent(given["wanted"])} if "wanted" in given else given


def _sent(wanted: str | Mapping[str, Any] | None) -> Mapping[str, Any]:
    """A wish that the browser takes as news even if it was sent before."""
    return wanted if isinstance(wanted, Mapping) else {"id": wanted, "nonce": next(_nonces)}


def _script() -> str:
    shared = ("dom.js", "keys.js", "timeline/time.js")
    return script(*shared, *(f"labeller/{name}.js" for name in _SCRIPTS), "labeller.js")
