"""Libraries that only some work needs: an install without them says which to get."""

from collections.abc import Iterator
from contextlib import contextmanager

from funny.errors import OptionError


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Where libraries of an optional extra are imported.

    Raises:
        OptionError: If one of them is not installed, with the command that does it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise OptionError(
            f"{error.name} is not installed. Get what this needs by "
            f'`pip install ".[{name}]"` where funny lies.'
        ) from error
