"""What our own Gradio components have in common: events by name, and assets that never change."""

from abc import ABCMeta
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import gradio as gr
from gradio.component_meta import ComponentMeta, updateable

from funny.ui.addresses import file_address

_ASSETS = Path(__file__).parent / "assets"


class _Quiet(ComponentMeta):
    """Makes a Gradio component without writing a .pyi file beside its source, as Gradio's own does.

    A package does not write into itself: it may be read-only, and mypy would read the stub instead.
    """

    def __new__(cls, name: str, bases: tuple[type, ...], attributes: dict[str, Any]) -> Any:
        if "__init__" in attributes:
            attributes["__init__"] = updateable(attributes["__init__"])
        return ABCMeta.__new__(cls, name, bases, attributes)


class Component(gr.HTML, metaclass=_Quiet):
    """A gr.HTML with a constant template, driven by its properties; its value is always empty."""

    TELLS: ClassVar[tuple[str, ...]] = ()
    """Names of its events."""

    def __getattr__(self, name: str) -> Any:
        # gr.HTML takes any word that stands quoted in the script for an event, and would then send
        # a listener in place of a property of that name.
        if name not in type(self).TELLS:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        return super().__getattr__(name)

    def api_info(self) -> dict[str, Any]:
        """Schema of the value, which is always empty."""
        return {"type": "null"}

    def example_payload(self) -> None:
        """A value as a client would send it."""

    def example_value(self) -> None:
        """A value as a handler would return it."""


@cache
def serve_assets() -> None:
    """Lets Gradio hand the assets to browsers as they are."""
    gr.set_static_paths([_ASSETS])


def address(name: str) -> str:
    """Address of an asset."""
    return file_address(_ASSETS / name)


def serve_file(path: Path) -> None:
    """Lets Gradio hand a file to browsers as it lies: to all who know its name."""
    gr.set_static_paths([path])


@cache
def asset(name: str) -> str:
    """Text of an asset."""
    return (_ASSETS / name).read_text(encoding="utf-8")


@cache
def script(*names: str) -> str:
    """The script of a component: assets joined into the body of one function."""
    return "\n".join(map(asset, names))
