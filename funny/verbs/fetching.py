"""What the verbs that take URLs have in common: how the person's machine fetches them."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from funny.errors import Cancelled

if TYPE_CHECKING:
    from funny.fetch.folders import Fetched
    from funny.fetch.options import FetchOptions


def add_fetching(group: argparse._ActionsContainer) -> None:
    """Adds the ways of fetching to a verb."""
    group.add_argument("--cookies", type=Path, metavar="FILE", help="cookies.txt to sign in with")
    group.add_argument(
        "--cookies-from-browser", metavar="NAME", help="browser that is signed in: firefox, .."
    )
    group.add_argument("--proxy", metavar="URL", help="ask only through this proxy")
    add_allowed(group)


def add_allowed(group: argparse._ActionsContainer) -> None:
    """Adds which machines may be asked although they are not public to a verb."""
    group.add_argument(
        "--allow-address",
        action="append",
        default=[],
        metavar="IP:PORT",
        help="server of your own that may be asked although it is not public",
    )


def fetch_options(options: argparse.Namespace, **more: Any) -> "FetchOptions":
    """Options of a download from parsed arguments; the owner of the machine may ask every host.

    Raises:
        OptionError: If one of them cannot work.
    """
    from funny.fetch.options import FetchOptions

    return FetchOptions(
        sites=None,
        allowed_addresses=tuple(options.allow_address),
        cookies=options.cookies,
        cookies_from_browser=options.cookies_from_browser,
        proxy=options.proxy,
        **more,
    )


def fetched(url: str, folder: Path, options: "FetchOptions", hidden: bool) -> "Fetched":
    """A video from a URL, with a progress bar.

    Raises:
        FetchError: If it cannot be had.
        Cancelled: If the person stops it; what came is kept.
    """
    from funny.fetch.download import fetch
    from funny.progress import Bar

    try:
        with Bar(hidden) as bar:
            return fetch(url, folder, options, bar)
    except KeyboardInterrupt:
        if not folder.is_dir():
            raise
        raise Cancelled(f"what came lies in {folder}, and the next run goes on there.") from None
