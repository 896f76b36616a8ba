"""How the app is run: one object, read from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from funny.errors import OptionError
from funny.fetch.gate import SITES, checked_url, looks_like_url, more_sites
from funny.fetch.options import FetchOptions


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

    dataset: Path | None = None
    """FUNNY_DATASET: a folder in which visitors may keep their corrections for training."""
    state: Path | None = None
    """FUNNY_STATE: where work is kept when the server ends; usually in the user's own folder for
    such files, with `0` nowhere."""
    waiting: int = 20
    """FUNNY_WAITING: how many jobs may wait for their turn."""
    waiting_each: int = 3
    """FUNNY_WAITING_EACH: how many unfinished jobs one visitor may have."""
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
        usual = cls()
        return cls(
            environment.get("FUNNY_MAX_UPLOAD") or usual.max_upload,
            int(_number(environment, "FUNNY_QUEUE", usual.queue)),
            int(_number(environment, "FUNNY_WATCHERS", usual.watchers)),
            _number(environment, "FUNNY_KEEP_HOURS", usual.keep_s / 3600) * 3600,
            tuple(_folders(environment.get("FUNNY_FOLDERS", ""))),
            _sites(environment),
            Path(dataset).expanduser() if (dataset := environment.get("FUNNY_DATASET")) else None,
            _state(environment),
            int(_number(environment, "FUNNY_WAITING", usual.waiting)),
            int(_number(environment, "FUNNY_WAITING_EACH", usual.waiting_each)),
            _room(environment),
            _proxies(environment),
            int(_number(environment, "FUNNY_PER_MINUTE", usual.per_minute)),
        )

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


def _proxies(environment: Mapping[str, str]) -> int:
    """How many proxies stand before the server."""
    text = environment.get("FUNNY_PROXIES") or ("1" if environment.get("SPACE_ID") else "0")
    if not text.isdecimal():
        raise OptionError(f"FUNNY_PROXIES={text}: expected 0 or more.")
    return int(text)


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
