"""The choice of a face: faces found in the video to click on, or a rectangle drawn on a picture.

What is chosen is a region as `AnalyzeOptions.face_region` takes it.

    picker = RegionPicker(words=WORDS["ko"], elem_id="faces")
    picker.pick(take_region)  # (event: gr.EventData) -> event._data["region"]
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from funny.extract.cast import Cast, Member
from funny.ui.component import Component, asset, script

# In the order of their needs.
_SCRIPTS = ("rectangle", "state", "strip", "stage", "input")
_nonces = count()

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "picker": "Whose face to watch",
        "empty": "The faces of a video appear here when one is chosen.",
        "no_face": "No face was found. If there is one, draw a rectangle around it.",
        "frame": "A picture of the video",
        "anywhere": "Anywhere",
        "largest": "largest face",
        "face": "Face {number}",
        "seen": "seen in {percent} %",
        "seen_in": "seen in {percent} % of the video",
        "own": "Rectangle",
        "by_hand": "by hand",
        "say_anywhere": "Anywhere in the picture: the largest face is followed.",
        "say_face": "Face {number}, seen in {percent} % of the video.",
        "say_own": "Rectangle: {x} % from the left, {y} % from the top, {w} % wide, {h} % high.",
        "hint": "Or drag on the picture: draw, move or stretch a rectangle. Esc takes it back.",
        "rectangle": "Where the face is looked for. Arrows move the rectangle, Shift and arrows "
        "change its size, Escape takes it back.",
    },
    "ko": {
        "picker": "누구의 얼굴을 볼까요",
        "empty": "영상을 고르면 영상에 나오는 얼굴이 여기에 나타납니다.",
        "no_face": "얼굴을 찾지 못했습니다. 얼굴이 있다면 그 둘레에 사각형을 그려 주세요.",
        "frame": "영상의 한 장면",
        "anywhere": "화면 전체",
        "largest": "가장 큰 얼굴",
        "face": "얼굴 {number}",
        "seen": "{percent}%에 등장",
        "seen_in": "영상의 {percent}%에 등장",
        "own": "사각형",
        "by_hand": "직접 그리기",
        "say_anywhere": "화면 전체에서 가장 큰 얼굴을 따라갑니다.",
        "say_face": "얼굴 {number}, 영상의 {percent}%에 등장합니다.",
        "say_own": "사각형: 왼쪽에서 {x}%, 위에서 {y}%, 너비 {w}%, 높이 {h}%.",
        "hint": "화면을 드래그해 사각형을 그리고 옮기고 늘릴 수도 있습니다. Esc로 되돌립니다.",
        "rectangle": "얼굴을 찾을 곳. 화살표로 사각형을 옮기고, Shift와 화살표로 크기를 바꾸고, "
        "Esc로 되돌립니다.",
    },
}
"""Every word of the picker, by language and key."""


class RegionPicker(Component):
    """A picture of the video and the faces found in it: click one, or draw where it is.

    From a handler each property can be sent alone: `return RegionPicker(region=...)`. What is
    chosen stays until a region is sent: when the video changes, send both.

    Events; `handler(event: gr.EventData)` finds the field in `event._data`:
        pick: `{"region"}`. A person chose where the face is: `[x, y, w, h]` as fractions of the
            picture in whole thousandths, or None for anywhere. It shows already.
            Listen with `trigger_mode="multiple"`: Gradio drops what comes during an answer else.
    """

    TELLS = ("pick",)

    def __init__(
        self,
        value: None = None,
        *,
        cast: Cast | Mapping[str, Any] | None = None,
        region: Sequence[float] | Mapping[str, Any] | None = None,
        words: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> None:
        """Makes the component.

        Args:
            value: Unused; Gradio gives one to every component.
            cast: The faces of the video, and a picture to show them on; None as long as there is
                no video with pictures.
            region: x, y, w, h as fractions of the picture; None is anywhere.
            words: Words by key as in WORDS; English if None.
            settings: For gr.HTML, such as `elem_id` and `visible`.
        """
        super().__init__(
            value,
            html_template=asset("region.html"),
            css_template=asset("region.css"),
            js_on_load=_script(),
            apply_default_css=False,
            cast=_shown(cast),
            region=_sent(region),
            words=words or WORDS["en"],
            **settings,
        )

    @property
    def constructor_args(self) -> dict[str, Any]:
        """What Gradio sends to the browser for a component that a handler returns."""
        given = super().constructor_args
        plain = {"cast": _shown, "region": _sent}
        return {**given, **{name: plain[name](given[name]) for name in plain if name in given}}


def _shown(cast: Cast | Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A cast as plain values; what is plain already stays."""
    if not isinstance(cast, Cast):
        return cast
    return {
        "frame": _picture(cast.frame),
        "width": cast.width,
        "height": cast.height,
        "faces": [_face(member) for member in cast.members],
    }


def _sent(region: Sequence[float] | Mapping[str, Any] | None) -> Mapping[str, Any]:
    """A region that the browser takes as news even if Python has sent it before."""
    # Else Gradio would not pass it on, though a person has chosen another meanwhile.
    return region if isinstance(region, Mapping) else {"at": region, "nonce": next(_nonces)}


def _face(member: Member) -> dict[str, Any]:
    return {
        "region": list(member.region),
        "share": member.share,
        "portrait": _picture(member.jpeg),
    }


def _picture(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"


def _script() -> str:
    return script("dom.js", *(f"region/{name}.js" for name in _SCRIPTS), "region.js")
