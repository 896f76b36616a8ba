"""Entry of the app: `python app.py`, and what a Hugging Face Space runs."""

from funny.runtime import prepare

prepare()

import argparse  # noqa: E402 - the environment must be set before torch loads
import logging  # noqa: E402
from typing import Any  # noqa: E402

from funny.ui.page import Page  # noqa: E402
from funny.ui.strings import plain  # noqa: E402


def launch_options() -> dict[str, Any]:
    """What the command line says of the address; Gradio's own variables work too."""
    parser = argparse.ArgumentParser(description="Opens the page.")
    parser.add_argument("--server-name", metavar="HOST", help="0.0.0.0: for the whole network")
    parser.add_argument("--server-port", type=int, metavar="PORT")
    parser.add_argument("--root-path", metavar="PATH", help="where a proxy mounts the app")
    parser.add_argument("--share", action="store_true", help="through a tunnel of Gradio's")
    parser.add_argument("--auth", metavar="USER:PASSWORD", help="ask for these")
    parser.add_argument("--mcp", action="store_true", help="also an MCP server (gradio[mcp])")
    given = {k: v for k, v in vars(parser.parse_args()).items() if v}
    if "auth" in given:
        given["auth"] = tuple(given["auth"].split(":", 1))
    if given.pop("mcp", False):
        given["mcp_server"] = True
    return given


logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
logging.getLogger("funny").setLevel(logging.INFO)
page = Page()
demo = page.blocks

if __name__ == "__main__":
    options = launch_options()
    print(plain(page.models.in_use()), flush=True)
    page.launch(**options)
