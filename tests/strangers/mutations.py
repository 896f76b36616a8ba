"""Names, paths and files as a seeded generator tears them: the same seed, the same attempt."""

import random
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.strangers import names, places
from tests.strangers.asking import Said, file_data
from tests.strangers.scene import Attempt, Scene

_ODD = ["\0", "\n", "\r", " ", "/", "\\", "..", "%", "%00", "%2e", "*", "'", '"', ";", "-", "_"]
_ODD += [
    "\u200b",
    "\u202e",
    "\uff0e",
    "é",
    "e\u0301",
    "😀",
    "A" * 500,
    "{}",
    "[",
    "<",
    "&",
    "#",
    "?",
]


def attempts(seed: int, count: int) -> Iterator[tuple[str, Attempt]]:
    """So many attempts; each can be made again by the seed in its id."""
    for number in range(count):
        yield f"seed-{seed + number}", partial(_try, seed + number)


def _try(seed: int, scene: Scene) -> Said:
    rng = random.Random(seed)
    return rng.choice(_WAYS)(rng, scene)


def _torn(rng: random.Random, text: str) -> str:
    """A text that is not the same any more."""
    parts = list(text)
    for _ in range(rng.randint(1, 4)):
        rng.choice(_TEARS)(rng, parts)
    torn = "".join(parts)
    return torn if torn != text else torn + rng.choice(_ODD)


def _insert(rng: random.Random, parts: list[str]) -> None:
    parts.insert(rng.randint(0, len(parts)), rng.choice(_ODD))


def _remove(rng: random.Random, parts: list[str]) -> None:
    at = rng.randrange(len(parts) + 1)
    del parts[at : at + rng.randint(1, 3)]


def _shuffle(rng: random.Random, parts: list[str]) -> None:
    rng.shuffle(parts)


def _swap(rng: random.Random, parts: list[str]) -> None:
    for at in rng.sample(range(len(parts)), min(3, len(parts))):
        parts[at] = parts[at].swapcase()


_TEARS: list[Callable[[random.Random, list[str]], None]] = [_insert, _remove, _shuffle, _swap]


def _wrapped(rng: random.Random, value: str) -> Any:
    """A value, most often as it is."""
    return rng.choice([value] * 5 + [[value], {"name": value}, {"path": value}, [[value]]])


def _by_name(rng: random.Random, scene: Scene) -> Said:
    name = _wrapped(rng, _torn(rng, scene.victim.job))
    function = rng.choice([one for one in names.known_names() if one not in names.BEGINNERS])
    event = scene.attacker.named(function)
    data = scene.inputs(event, name)
    if rng.random() < 0.5:
        return scene.attacker.do(event, data, event_data={"op": "remove", "id": 1})
    return scene.attacker.post(f"/gradio_api/run/{function}", {"data": data})


def _by_address(rng: random.Random, scene: Scene) -> Said:
    name = _torn(rng, scene.victim.job).encode("utf-8", "replace").decode()
    return scene.attacker.do(scene.attacker.named("_open"), [], query={"job": name})


def _by_place(rng: random.Random, scene: Scene) -> Said:
    path = rng.choice(list(places.FILES.values())).format(**scene.places)
    spelled = rng.choice(list(places.SPELLINGS.values()))(path)
    torn = _torn(rng, spelled) if rng.random() < 0.7 else spelled
    plain = "".join(c if "!" <= c <= "~" else f"%{ord(c) % 256:02x}" for c in torn)
    return scene.attacker.get_raw(rng.choice(list(places.DOORS.values())) + plain)


def _by_file(rng: random.Random, scene: Scene) -> Said:
    path = rng.choice([*places.FILES.values(), scene.player["path"]]).format(**scene.places)
    more = rng.choice([{}, {"is_stream": True}, {"url": scene.canaries.url}, {"meta": None}])
    file = {**file_data(_torn(rng, path)), **more}
    return scene.attacker.do(scene.attacker.event("player", "upload"), ["", file])


_WAYS = [_by_name, _by_address, _by_place, _by_file]
