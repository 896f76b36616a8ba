"""Blocks that fetch nothing by themselves, and say that the disk is full."""

from collections.abc import Mapping
from typing import Any

import gradio as gr
from gradio_client.utils import is_http_url_like

from funny.files import is_full
from funny.ui.language import language_for
from funny.ui.strings import say


class Blocks(gr.Blocks):
    """gr.Blocks, but for what a request may name as a file: an upload, and no address of the web.

    Gradio would fetch any public address that stands in a file's place. Videos are fetched from
    known sites only, at limits of our own; see `funny.fetch`. A full disk is said, wherever it
    happens: Gradio itself keeps copies of what it shows.
    """

    async def preprocess_data(
        self, block_fn: Any, inputs: list[Any], *others: Any, **named: Any
    ) -> list[Any]:
        """What a function is given; see gr.Blocks.

        Raises:
            gr.Error: If an address stands in a file's place.
        """
        if _has_address(inputs):
            raise gr.Error(
                "An address is not fetched in place of a file. Upload the file, or give the "
                "address of the video as `place`.",
                print_exception=False,
            )
        return await super().preprocess_data(block_fn, inputs, *others, **named)

    async def process_api(self, *given: Any, **named: Any) -> dict[str, Any]:
        """Answers an event; see gr.Blocks.

        Raises:
            gr.Error: If the disk of the server is full.
        """
        try:
            return await super().process_api(*given, **named)
        except OSError as error:
            if not is_full(error):
                raise
            text = say(language_for(named.get("request")), "full_disk")
            raise gr.Error(text, print_exception=False) from error


def _has_address(data: Any) -> bool:
    if isinstance(data, Mapping):
        path = data.get("path")
        return (isinstance(path, str) and is_http_url_like(path)) or _has_address([*data.values()])
    return isinstance(data, list) and any(map(_has_address, data))
