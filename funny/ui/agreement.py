"""Who agrees with whom: Cohen's kappa of each two people, and the clips they disagree on.

agreement = Agreement(elem_id="agreement")
agreement.compare(look, None, agreement)  # ends: return Agreement(compared=...)
"""

from collections.abc import Mapping
from typing import Any

from funny.ui.component import Component, asset, script

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Agreement",
        "about": "Who agrees with whom, and on which clips people disagree. Label yours first: "
        "what others said sways.",
        "compare": "Compare",
        "compare_again": "Compare again",
        "nobody": "Nobody has labelled anything yet.",
        "alone": "Only {name} has labelled so far. When somebody else has too, it shows here.",
        "pairs": "How far each two agree",
        "who": "who",
        "kappa": "Cohen's kappa",
        "clips": "clips judged by both",
        "means": "which is",
        "and": "{one} and {two}",
        "grade_0": "no better than chance",
        "grade_1": "slight",
        "grade_2": "fair",
        "grade_3": "moderate",
        "grade_4": "substantial",
        "grade_5": "almost perfect",
        "grade_none": "too little to say",
        "grades": "Words after Landis and Koch, 1977. Skipped clips do not count.",
        "conflicts": "Clips people disagree on: {count}",
        "none": "There is no clip that people disagree on.",
        "conflicts_about": "They are left out of the dataset until one of you answers anew, a "
        "third person decides, or `--annotator` names whose answers count.",
        "clip": "clip",
        "said": "who said what",
        "play": "Play and answer anew",
        "manifest": "manifest",
        "funny": "funny",
        "ordinary": "ordinary",
        "skip": "skipped",
    },
    "ko": {
        "title": "판정 일치",
        "about": "누구와 누구의 판정이 얼마나 같은지, 어느 클립에서 갈리는지 보여 줍니다. "
        "남의 답을 보면 흔들리니 자기 몫을 먼저 끝내세요.",
        "compare": "비교하기",
        "compare_again": "다시 비교하기",
        "nobody": "아직 아무도 판정하지 않았습니다.",
        "alone": "아직 {name}만 판정했습니다. 다른 사람도 판정하면 여기에 나타납니다.",
        "pairs": "두 사람씩 얼마나 일치하는지",
        "who": "사람",
        "kappa": "코헨의 카파",
        "clips": "둘 다 판정한 클립",
        "means": "뜻",
        "and": "{one} · {two}",
        "grade_0": "우연과 다름없음",
        "grade_1": "미미함",
        "grade_2": "약간 일치",
        "grade_3": "보통 일치",
        "grade_4": "상당히 일치",
        "grade_5": "거의 완전히 일치",
        "grade_none": "말하기에 너무 적음",
        "grades": "표현은 Landis와 Koch(1977)를 따릅니다. 건너뛴 클립은 세지 않습니다.",
        "conflicts": "판정이 갈린 클립: {count}개",
        "none": "판정이 갈린 클립이 없습니다.",
        "conflicts_about": "누군가 다시 판정하거나, 세 번째 사람이 정하거나, `--annotator`로 "
        "누구의 답을 따를지 정할 때까지 데이터셋에서 빠집니다.",
        "clip": "클립",
        "said": "누가 어떻게 판정했는지",
        "play": "재생하고 다시 판정",
        "manifest": "매니페스트",
        "funny": "웃김",
        "ordinary": "평범",
        "skip": "건너뜀",
    },
}
"""Every word of the agreement, by language and key."""


class Agreement(Component):
    """Two tables that are filled when somebody asks for them.

    Events; `handler(event: gr.EventData)` finds the field in `event._data`:
        compare: `{}`. Somebody asks; it is answered by `compared`.
        again: `{"id"}`. Somebody wants to see a clip and answer it anew.
    """

    TELLS = ("compare", "again")

    def __init__(
        self,
        value: None = None,
        *,
        compared: Mapping[str, Any] | None = None,
        words: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> None:
        """Makes the component.

        Args:
            value: Unused; Gradio gives one to every component.
            compared: What `Sittings.compare` gives.
            words: Words by key as in WORDS; English if None.
            settings: For gr.HTML, such as `elem_id` and `visible`.
        """
        super().__init__(
            value,
            html_template=asset("agreement.html"),
            css_template=asset("agreement.css"),
            js_on_load=_script(),
            apply_default_css=False,
            compared=compared,
            words=words or WORDS["en"],
            **settings,
        )


def _script() -> str:
    return script("dom.js", "timeline/time.js", "agreement.js")
