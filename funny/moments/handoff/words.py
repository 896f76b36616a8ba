"""Every word that is written into a project file, in English and Korean."""

import re
from fractions import Fraction

from funny.moments.handoff.rates import rate_name
from funny.moments.reasons import reason_text
from funny.records import Highlight

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Funny #{rank}",
        "score": "score {score:.2f}",
        "not_kept": "not kept",
        "opening": "Start",
        "variable": "The video's frame rate varies (about {pace} pictures a second where it is "
        "even). The timeline counts {fps}; times stay right, single frames may repeat.",
        "other_rate": "The video has {pace} pictures a second; the timeline counts {fps}. Times "
        "stay right, the editor adapts the pictures.",
        "no_picture": "There is no picture; the timeline counts {fps} frames a second.",
        "channels": "An EDL has four sound channels and the video {channels}: the rest is left "
        "out. FCPXML, Premiere XML and OTIO hold all.",
        "chapters": "{skipped} moments are too close to a funnier one or to the end to have a "
        "chapter of their own.",
        "beside": "LosslessCut looks for {video} in the folder of the project file: put them "
        "side by side.",
    },
    "ko": {
        "title": "웃긴 순간 #{rank}",
        "score": "점수 {score:.2f}",
        "not_kept": "고르지 않음",
        "opening": "시작",
        "variable": "영상의 프레임 속도가 일정하지 않습니다(고른 부분은 초당 약 {pace}장). "
        "타임라인은 {fps} fps로 셉니다. 시간은 맞고, 같은 프레임이 반복될 수 있습니다.",
        "other_rate": "영상은 초당 {pace}장, 타임라인은 {fps} fps입니다. 시간은 맞고, 화면은 편집 "
        "프로그램이 맞춥니다.",
        "no_picture": "화면이 없어 타임라인을 {fps} fps로 셉니다.",
        "channels": "EDL에는 소리 채널이 네 개까지라 영상의 {channels}개 중 나머지는 빠집니다. "
        "FCPXML, Premiere XML, OTIO에는 모두 들어갑니다.",
        "chapters": "더 웃긴 순간이나 영상 끝과 너무 가까운 순간 {skipped}개는 챕터가 되지 "
        "못했습니다.",
        "beside": "LosslessCut은 프로젝트 파일이 있는 폴더에서 {video} 파일을 찾습니다. "
        "같은 폴더에 두세요.",
    },
}

SIGNALS = {
    "en": {},
    "ko": {
        "happiness": "기쁨",
        "surprise": "놀람",
        "valence": "긍정",
        "arousal": "흥분",
        "loudness": "소리",
        "laughter": "웃음소리",
    },
}
"""What the signals are called; in English, by their names."""

_LAST_OF_A_TITLE = 200


def word(name: str, language: str, **values: object) -> str:
    """A sentence in a language, filled in."""
    return WORDS[language][name].format(**values)


def title(rank: int, language: str) -> str:
    """What a moment is called."""
    return word("title", language, rank=rank)


def note(highlight: Highlight, language: str) -> str:
    """Score and reasons of a moment."""
    parts = [word("score", language, score=highlight.score)]
    parts += [reason_text(reason, SIGNALS[language]) for reason in highlight.reasons]
    parts += [] if highlight.kept else [word("not_kept", language)]
    return one_line("; ".join(parts))


def rate_note(
    fps: Fraction, pace_hz: Fraction, is_variable: bool, language: str
) -> tuple[str, ...]:
    """What to say where a timeline counts otherwise than the pictures come."""
    values = {"fps": rate_name(fps), "pace": f"{float(pace_hz):.2f}"}
    if not pace_hz:
        return (word("no_picture", language, **values),)
    if is_variable:
        return (word("variable", language, **values),)
    is_other = abs(pace_hz / fps - 1) > Fraction(1, 5000)
    return (word("other_rate", language, **values),) if is_other else ()


def one_line(text: str) -> str:
    """Text without line breaks and characters that XML and lists cannot hold."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return re.sub(r" +", " ", printable).strip()[:_LAST_OF_A_TITLE]
