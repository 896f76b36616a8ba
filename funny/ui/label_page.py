"""The Label tab as a page of its own."""

from pathlib import Path
from urllib.parse import urlencode

from funny.errors import OptionError
from funny.ui.blocks import Blocks
from funny.ui.label_tab import LabelTab
from funny.ui.layout import header, serving
from funny.ui.settings import Settings


class LabelPage:
    """A page that labels one dataset.

    Args:
        dataset: manifest.json, or the folder that holds it.
        settings: Read from the environment if None.

    Raises:
        DatasetError: If the manifest cannot be read or the labels cannot be kept.
    """

    def __init__(self, dataset: Path, settings: Settings | None = None) -> None:
        self.blocks = Blocks(title="funny · label", fill_width=True)
        with self.blocks:
            header("# funny")
            self._settings = settings or Settings.read()
            self._tab = LabelTab(dataset, self._settings)

    def serve(self, host: str | None = None, port: int | None = None, **asked: str | None) -> str:
        """Begins to serve; returns at once.

        Args:
            host: The network that may ask: this machine only if None; 0.0.0.0 is every one.
            port: The first that is free from 7860 on, if None.
            asked: What the address says, such as `annotator` and `lang`.

        Returns:
            The address to open.

        Raises:
            OptionError: If the port is taken, or there is no such host.
        """
        settings = {**serving(), "prevent_thread_lock": True, "quiet": True}
        self._settings.guard(host)
        try:
            _, address, _ = self.blocks.launch(server_name=host, server_port=port, **settings)
        except (OSError, ValueError) as error:
            reason = " ".join(str(error).split())
            raise OptionError(f"The page cannot be served ({reason}). Choose another.") from error
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{address}?{query}" if query else address

    def close(self) -> None:
        """Stops to serve."""
        self.blocks.close()
        self._tab.close()
