"""How much a line of text laughs: ㅋㅋㅋ, ㅎㅎ, haha, lol, 😂, and the emotes of Twitch."""

import re
from math import log2

# Letters that stand for laughing, as one writes them and as some keyboards compose them.
_K, _H = "ㅋᄏ", "ㅎᄒ"
# One ㅋ may be a sneer, two are polite, eight are laughter: the longest run counts.
_RUN = re.compile(rf"[{_K}{_H}]{{2,}}|(?:크|킄|캬|킼){{3,}}|(?<![a-z.])[wｗ]{{3,}}(?![a-z.])")
# ㅎㄷㄷ is fright and ㅎㅇ is hi: ㅎ laughs only without other letters.
_OTHER_LETTERS = re.compile(rf"[{_H}][ㄱ-ㅊㅌ-ㅍㅏ-ㅟㅡ-ㅣ]|[ㄱ-ㅊㅌ-ㅍㅏ-ㅟㅡ-ㅣ][{_H}]")
_HAHA = re.compile(r"(?<![a-z])(?:[ha]*(?:ha){2,}h?|(?:he){2,}|(?:ja){2,}|하{2,}|푸하+)(?![a-z])")
_WORDS = {
    "lol": 0.5,
    "lmao": 0.8,
    "lmfao": 0.9,
    "rofl": 0.9,
    "xd": 0.4,
    "lul": 0.6,
    "lulw": 0.7,
    "kek": 0.5,
    "kekl": 0.8,
    "kekw": 0.8,
    "omegalul": 0.9,
    "icant": 0.8,
    "pepelaugh": 0.6,
    "빵터": 0.8,
    "개웃": 0.8,
    "존웃": 0.8,
    "웃기": 0.5,
    "웃겨": 0.6,
    "웃긴": 0.5,
}
_WORD = re.compile(f"(?<![a-z])(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})(?![a-z])")
_FACE = re.compile("[😂🤣😆😹]")
_GREETING = re.compile(
    r"안녕|안뇽|하이|반갑|반가|ㅎㅇ|어서오|\b(?:hi+|hello+|hey+)\b|こんにちは|こんばんは"
)
_UNFUNNY = re.compile(r"안\s?웃|노잼|not funny")


def laughing(text: str) -> float:
    """How much a line laughs, 0..1; a greeting does not, however friendly it is."""
    text = text.lower()
    if _GREETING.search(text) or _UNFUNNY.search(text):
        return 0.0
    return min(1.0, max(_runs(text), _haha(text), _words(text), _faces(text)))


def _runs(text: str) -> float:
    longest = max(_RUN.findall(text), key=len, default="")
    if not longest:
        return 0.0
    is_soft = not set(longest) - set(_H)
    if is_soft and _OTHER_LETTERS.search(text):
        return 0.0
    return log2(len(longest)) / 3 * (0.6 if is_soft else 1.0)


def _haha(text: str) -> float:
    counts = [len(re.findall("[hj하]", laugh)) for laugh in _HAHA.findall(text)]
    return log2(max(counts, default=1)) / 2.5


def _words(text: str) -> float:
    found = _WORD.findall(text)
    return max((_WORDS[word] for word in found), default=0.0) + 0.1 * max(0, len(found) - 1)


def _faces(text: str) -> float:
    count = len(_FACE.findall(text))
    return 0.4 + 0.2 * count if count else 0.0
