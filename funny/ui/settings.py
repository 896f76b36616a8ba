"""How the app is run: one object, read from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from funny.errors import OptionError
from funny.extract.limits import PUBLIC, Limits, enforce
from funny.fetch.gate import SITES, checked_url, looks_like_url, more_sites
from funny.fetch.options import FetchOptions

_THIS_MACHINE = ("127.0.0.1", "localhost", "::1", "[::1]")
_LIMITS: dict[str, tuple[str, float, type]] = {
    "FUNNY_MAX_GB": ("bytes", 1e9, float),
    "FUNNY_MAX_HOURS": ("duration_s", 3600, float),
    "FUNNY_MAX_MEGAPIXELS": ("pixels", 1e6, int),
    "FUNNY_MAX_STREAMS": ("streams", 1, int),
    "FUNNY_MAX_DECODE": ("decode_s", 1, float),
    "FUNNY_MAX_MEMORY_GB": ("memory_bytes", 1 << 30, int),
    "FUNNY_MAX_WRITTEN_GB": ("written_bytes", 1e9, float),
}
"""Names in the environment: the field of `Limits`, its unit, what it is."""


@dataclass(frozen=True)
class Settings:
    """Limits of the app; the defaults are for a machine of one's own."""

    max_upload: str = "20gb"
    """FUNNY_MAX_UPLOAD: the largest upload, as Gradio writes sizes."""
    queue: int = 100
    """FUNNY_QUEUE: how many requests may wait."""
    watchers: int = 100
    """FUNNY_WATCHERS: how many pages may watch work at once; the work itself is done one by one."""
    keep_s: float = 24 * 3600.0
    """FUNNY_KEEP_HOURS: how long uploads and results are kept."""
    folders: tuple[Path, ...] = ()
    """FUNNY_FOLDERS: folders of this machine whose videos may be opened by path; none if empty."""
    sites: tuple[str, ...] = SITES
    """FUNNY_URLS: whether videos may be fetched from the web, `0` or `1`; in a Space not, unless it
    is `1`. FUNNY_URL_HOSTS: sites beside the known ones. Empty: none may."""

    live: int = 1
    """FUNNY_LIVE: how many pages may be live at once; `0`: none, as usual in a Space."""
    dataset: Path | None = None
    """FUNNY_DATASET: a folder in which visitors may keep their corrections for training."""
    state: Path | None = None
    """FUNNY_STATE: where work is kept when the server ends; usually in the user's own folder for
    such files, with `0` nowhere."""
    waiting: int = 20
    """FUNNY_WAITING: how many jobs may wait for their turn."""
    waiting_each: int = 20
    """FUNNY_WAITING_EACH: how many unfinished jobs one visitor may have, in a Space 3."""
    room: int | None = None
    """FUNNY_ROOM_GB: how much disk the work of all may take, in bytes; None: what there is. Beyond
    it, what was looked at longest ago goes."""
    proxies: int = 0
    """FUNNY_PROXIES: how many proxies stand before the server, in a Space 1: only what they say of
    where a request comes from is believed."""
    per_minute: int = 600
    """FUNNY_PER_MINUTE: how often one address may ask for something to be done, a minute."""
    allowed_addresses: tuple[str, ...] = ()
    """`IP:PORT` of servers that may be asked for videos although they are not public."""
    limits: tuple[tuple[str, float], ...] = ()
    """FUNNY_MAX_GB, _HOURS, _MEGAPIXELS, _STREAMS, _DECODE, _MEMORY_GB, _WRITTEN_GB: fields of
    `Limits` that are not as usual."""
    isolate: bool | None = None
    """FUNNY_ISOLATE, `0` or `1`: whether videos are read in processes of their own; None: where
    others than this machine's people may ask."""

    @property
    def fetching(self) -> FetchOptions:
        """How videos are fetched."""
        return FetchOptions(self.sites, self.allowed_addresses)

    @property
    def takes(self) -> str | None:
        """What may be opened beside uploads: `paths`, `urls`, `both`, or None."""
        if self.folders and self.sites:
            return "both"
        return "paths" if self.folders else "urls" if self.sites else None

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """The settings that an environment asks for.

        Raises:
            OptionError: If a number is none, or a folder is not there.
        """
        usual, is_space = cls(), bool(environment.get("SPACE_ID"))
        return cls(
            environment.get("FUNNY_MAX_UPLOAD") or usual.max_upload,
            int(_number(environment, "FUNNY_QUEUE", usual.queue)),
            int(_number(environment, "FUNNY_WATCHERS", usual.watchers)),
            _number(environment, "FUNNY_KEEP_HOURS", usual.keep_s / 3600) * 3600,
            tuple(_folders(environment.get("FUNNY_FOLDERS", ""))),
            _sites(environment),
            _count(environment, "FUNNY_LIVE", 0 if is_space else usual.live),
            Path(dataset).expanduser() if (dataset := environment.get("FUNNY_DATASET")) else None,
            _state(environment),
            int(_number(environment, "FUNNY_WAITING", usual.waiting)),
            int(_number(environment, "FUNNY_WAITING_EACH", 3 if is_space else usual.waiting_each)),
            _room(environment),
            _count(environment, "FUNNY_PROXIES", 1 if is_space else usual.proxies),
            int(_number(environment, "FUNNY_PER_MINUTE", usual.per_minute)),
            limits=_limits(environment),
            isolate=_isolate(environment),
        )

    def guard(self, host: str | None = None, is_shared: bool = False) -> None:
        """Puts the limits of what is read in force, before a page is served.

        Args:
            host: The network that may ask; None: as Gradio's own variable says, or this machine.
            is_shared: Whether there is a tunnel to it.
        """
        host = host or os.environ.get("GRADIO_SERVER_NAME") or _THIS_MACHINE[0]
        is_public = is_shared or host not in _THIS_MACHINE or bool(os.environ.get("SPACE_ID"))
        usual = PUBLIC if is_public else Limits()
        isolate = is_public if self.isolate is None else self.isolate
        enforce(replace(usual, **dict(self.limits)), isolate)  # type: ignore[arg-type]

    def placed(self, typed: str) -> Path | str:
        """The video that somebody typed: of the web as its address, of this machine as its path.

        Raises:
            FetchError: If it is an address that may not be asked.
            OptionError: As `opened`.
        """
        return checked_url(typed, self.sites) if looks_like_url(typed) else self.opened(typed)

    def opened(self, typed: str) -> Path:
        """The video that a typed path means, if it lies in one of the folders.

        Raises:
            OptionError: If it does not, or is not there; both are said alike, so that nobody can
                feel their way through the machine.
        """
        try:
            path = Path(typed.strip().strip('"')).expanduser().resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            path = Path()
        if path.is_file() and any(path.is_relative_to(folder) for folder in self.folders):
            return path
        names = ", ".join(map(str, self.folders))
        raise OptionError(f"{typed[:200]!r}: there is no such file in {names}.")


def _state(environment: Mapping[str, str]) -> Path | None:
    """Where work is kept; a path of the user's own usually."""
    import platformdirs

    chosen = environment.get("FUNNY_STATE")
    if chosen == "0":
        return None
    usual = platformdirs.user_state_dir("funny", appauthor=False)
    return Path(chosen or usual).expanduser().resolve()


def _room(environment: Mapping[str, str]) -> int | None:
    """Bytes for the work of all; a Space's small disk is not filled by it."""
    if environment.get("FUNNY_ROOM_GB"):
        return int(_number(environment, "FUNNY_ROOM_GB", 0) * 1e9)
    return 20 * 10**9 if environment.get("SPACE_ID") else None


def _count(environment: Mapping[str, str], name: str, usual: int) -> int:
    """How many there are, which may be none."""
    text = environment.get(name) or str(usual)
    if not text.isdecimal():
        raise OptionError(f"{name}={text}: expected 0 or more.")
    return int(text)


def _limits(environment: Mapping[str, str]) -> tuple[tuple[str, float], ...]:
    """The fields of `Limits` that an environment states."""
    return tuple(
        (field, kind(_number(environment, name, 1) * unit))
        for name, (field, unit, kind) in _LIMITS.items()
        if environment.get(name)
    )


def _isolate(environment: Mapping[str, str]) -> bool | None:
    chosen = environment.get("FUNNY_ISOLATE")
    if chosen not in (None, "", "0", "1"):
        raise OptionError(f"FUNNY_ISOLATE={chosen}: expected 0 or 1.")
    return chosen == "1" if chosen else None


def _number(environment: Mapping[str, str], name: str, usual: float) -> float:
    text = environment.get(name) or str(usual)
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e6:
        raise OptionError(f"{name}={text}: expected a number above 0.")
    return number


def _sites(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Where videos may be fetched from; a public Space is blocked by most, and pays for others."""
    usual = "0" if environment.get("SPACE_ID") else "1"
    chosen = environment.get("FUNNY_URLS") or usual
    if chosen not in ("0", "1"):
        raise OptionError(f"FUNNY_URLS={chosen}: expected 0 or 1.")
    return more_sites(environment.get("FUNNY_URL_HOSTS", "")) if chosen == "1" else ()


def _folders(text: str) -> list[Path]:
    folders = [Path(part).expanduser().resolve() for part in text.split(os.pathsep) if part.strip()]
    for folder in folders:
        if not folder.is_dir():
            raise OptionError(f"FUNNY_FOLDERS: {folder} is no folder.")
    return folders
