"""The free sounds that the laughter network and the heads are trained on.

They are game voices, effects and music of Debian main, fetched by `apt-get download` from the
mirror that the machine uses, and speech that espeak-ng makes. Each file gets a kind and a source;
sources, not files, are split when something is to be held out. The licences are listed in
`models/laughter/README.md`.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from funny.grid import SAMPLE_RATE

KINDS = ("laugh", "speech", "shout", "crowd", "music", "effect")

_HEDGEWARS = "Classic|Default_es|Default_pl|Default_ru|Default_uk|HillBilly|Russian_pl"

# Package → (kind, pattern of the path); the first that matches decides, what matches none is left.
RULES: dict[str, tuple[tuple[str, str], ...]] = {
    "btanks-data": (
        ("laugh", r"sounds/laugh0"),
        ("music", r"/tunes/"),
        ("shout", r"kamikaze-scream|zombie"),
        ("effect", r"/sounds/"),
    ),
    "circuslinux-data": (
        ("crowd", r"applause|cheering"),
        ("shout", "wahoo"),
        ("effect", "sounds/"),
    ),
    "clanlib-doc": (("crowd", r"Vorbis/cheer"), ("effect", r"\.wav$")),
    "dustracing2d-data": (("crowd", "cheering"), ("effect", "sounds/")),
    "etw-data": (
        ("crowd", r"crowd\d*\.wav$|boou"),
        ("shout", r"ouch|letsgo"),
        ("music", "/music/"),
        ("effect", "/snd/"),
    ),
    "fillets-ng-data": (("laugh", "ncp-x-ihaha"), ("music", "/music/")),
    "fillets-ng-data-cs": (("shout", "shout_"), ("speech", r"/cs/")),
    "foobillardplus-data": (("crowd", r"applause|ooh"), ("effect", "data/")),
    "freedroidrpg-data": (
        ("shout", "Scream"),
        ("speech", "tux_ingame_comments"),
        ("music", "/music/"),
        ("effect", "/effects/"),
    ),
    "frozen-bubble-data": (("crowd", "applause"), ("music", "zik"), ("effect", "/snd/")),
    "hannah-data": (("shout", r"scream|yeah"), ("music", "bgm"), ("effect", "sounds/")),
    "hedgewars-data": (
        ("laugh", rf"voices/({_HEDGEWARS})/Laugh"),
        (
            "shout",
            rf"voices/({_HEDGEWARS})/(Ow|Ouch|Ooff|Nooo|Jump|Kamikaze|Fire|Incoming|Runaway)",
        ),
        ("speech", rf"voices/({_HEDGEWARS})/"),
    ),
    "ktuberling-data": (("speech", r"sounds/(?!.*laugh)"),),
    "lmms-common": (("crowd", r"applause|raving"), ("music", r"(beats|latin|bassloops)/")),
    "monsterz-data": (
        ("laugh", "laugh"),
        ("crowd", "applause"),
        ("music", "music"),
        ("effect", "sound/"),
    ),
    "netpanzer-data": (
        ("shout", "scream"),
        ("speech", r"yessir|affirm|movout"),
        ("effect", "sound/"),
    ),
    "redeclipse-data": (
        ("laugh", r"voice/haha"),
        ("shout", r"voice/(argh|damnit|boom|gogogo|yes|no)"),
        ("speech", r"voice/|announcer/"),
        ("music", "/music/"),
        ("effect", r"sounds/(weapons|ambience|sfx)"),
    ),
    "scratch": (
        ("laugh", r"Human/Laugh"),
        ("shout", r"Human/(Scream|BabyCry|Cough|Sneeze)"),
        ("crowd", "PartyNoise"),
        ("speech", "Vocals/"),
        ("music", "Music Loops/"),
        ("effect", r"(Animal|Effects|Electronic|Percussion)/"),
    ),
    "trackballs-data": (("laugh", "laugh"), ("music", "/music/"), ("effect", "/sfx/")),
    "tuxpaint-data": (("laugh", "giggle"), ("effect", "sounds/")),
    "wesnoth-1.16-data": (
        ("laugh", r"laugh"),
        ("shout", r"(human|dwarf|elf|orc|ogre|goblin|troll).*-(hit|die)|wail|groan|ugg"),
        ("effect", r"core/sounds/"),
    ),
}
_LONGEST_S = {"music": 60.0, "speech": 12.0}
_LONGEST_OTHER_S = 12.0
_MOST = {("ktuberling-data", "speech"): 250, ("fillets-ng-data-cs", "speech"): 300}

# Sentences of our own, for espeak-ng to speak.
_SENTENCES = (
    ("en", "So the thing about this game is that nobody told me where the door was."),
    ("en", "Wait, wait, wait. What is that? Did you see that? No way!"),
    ("en", "Thank you all for coming today, we will start in a few minutes."),
    ("ko", "안녕하세요 여러분, 오늘은 새로운 게임을 한번 해 보겠습니다."),
    ("ko", "아니 이게 뭐야, 진짜로 이렇게 된다고? 말도 안 돼!"),
    ("ja", "きょうはあたらしいゲームをやってみたいとおもいます。"),
    ("de", "Das ist doch nicht möglich, wir waren gerade eben noch hier."),
    ("es", "Vamos a ver qué pasa si abrimos esta puerta ahora mismo."),
    ("fr", "Je ne sais pas du tout où nous sommes, mais on continue."),
)
_ESPEAK_VOICES = ("m1", "m3", "m7", "f1", "f2", "f4", "croak", "whisper")


@dataclass(frozen=True, eq=False)
class Clip:
    """One recorded sound."""

    kind: str
    source: str
    """Package, and the voice where there are several: what is split for held-out figures."""
    samples: np.ndarray
    """(n,) mono float32 at 22,050 Hz, its RMS 0.1, silence cut at both ends."""


def load_clips(folder: Path) -> list[Clip]:
    """All clips; they are fetched, decoded and kept in a folder the first time."""
    kept = folder / "clips.npz"
    if not kept.is_file():
        _keep(list(_fetched(folder)), kept)
    with np.load(kept) as found:
        kinds, sources, ends = found["kinds"], found["sources"], found["ends"]
        parts = np.split(found["samples"].astype(np.float32), ends[:-1])
    return [Clip(str(k), str(s), x) for k, s, x in zip(kinds, sources, parts, strict=True)]


def _keep(clips: list[Clip], kept: Path) -> None:
    samples = np.concatenate([clip.samples for clip in clips]).astype(np.float16)
    np.savez(
        kept,
        kinds=[clip.kind for clip in clips],
        sources=[clip.source for clip in clips],
        ends=np.cumsum([len(clip.samples) for clip in clips]),
        samples=samples,
    )


def _fetched(folder: Path) -> Iterator[Clip]:
    for package, rules in RULES.items():
        unpacked = _unpacked(package, folder)
        files = sorted(p for p in unpacked.rglob("*") if p.is_file())
        counts: dict[tuple[str, str], int] = {}
        for file in _shuffled(files):
            kind = next((k for k, pattern in rules if re.search(pattern, str(file))), None)
            key = (package, kind or "")
            if kind is None or counts.get(key, 0) >= _MOST.get(key, 10_000):
                continue
            if (samples := _decoded(file, kind)) is not None:
                counts[key] = counts.get(key, 0) + 1
                yield Clip(kind, _source(package, file), samples)
    yield from _spoken(folder)


def _shuffled(files: list[Path]) -> list[Path]:
    return [files[i] for i in np.random.default_rng(0).permutation(len(files))]


def _source(package: str, file: Path) -> str:
    voice = re.search(r"voices/(\w+)/", str(file))
    return f"{package}/{voice[1]}" if voice else package


def _unpacked(package: str, folder: Path) -> Path:
    target = folder / package
    if not target.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, check=True)
        [archive] = folder.glob(f"{package}_*.deb")
        subprocess.run(["dpkg-deb", "-x", archive, target], check=True)
        archive.unlink()
    return target


def _spoken(folder: Path) -> Iterator[Clip]:
    for voice in _ESPEAK_VOICES:
        for i, (language, text) in enumerate(_SENTENCES):
            file = folder / f"espeak-{voice}-{i}.wav"
            speed, pitch = str(140 + 20 * (i % 4)), str(30 + 10 * (i % 5))
            name = f"{language}+{voice}"
            command = ["espeak-ng", "-v", name, "-s", speed, "-p", pitch, "-w", file, text]
            subprocess.run(command, check=True)
            if (samples := _decoded(file, "speech")) is not None:
                yield Clip("speech", f"espeak-ng/{voice}", samples)


def _decoded(file: Path, kind: str) -> np.ndarray | None:
    """Samples of a file at one level; None if it holds no sound."""
    import librosa

    longest_s = _LONGEST_S.get(kind, _LONGEST_OTHER_S)
    try:
        samples, _ = librosa.load(file, sr=SAMPLE_RATE, mono=True, duration=longest_s)
    except Exception:  # of any kind: the packages hold pictures and texts too
        return None
    samples, _ = librosa.effects.trim(samples, top_db=45)
    level = np.sqrt(np.mean(samples**2)) if len(samples) else 0.0
    if level < 1e-4 or len(samples) < 0.15 * SAMPLE_RATE:
        return None
    return (samples * (0.1 / level)).astype(np.float32)
