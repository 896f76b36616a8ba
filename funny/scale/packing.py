"""Parts of a video's work as bytes: what workers send, what is kept on disk, never a program."""

import json
from io import BytesIO
from typing import Any

import numpy as np

from funny.extract.plain import from_plain, to_plain


def packed(value: Any) -> bytes:
    """A dataclass of numbers, text and arrays as an npz archive."""
    arrays: list[np.ndarray] = []
    plain, file = json.dumps(to_plain(value, arrays)), BytesIO()
    named = {f"array_{n}": array for n, array in enumerate(arrays)}
    np.savez_compressed(file, plain=np.array(plain), **named)  # type: ignore[arg-type]
    return file.getvalue()


def unpacked(hint: Any, content: bytes) -> Any:
    """The value that `packed` was given.

    Args:
        hint: Its type.
        content: What `packed` returned.

    Raises:
        ValueError: If it is something else; also KeyError, TypeError, LookupError, BadZipFile.
    """
    with np.load(BytesIO(content), allow_pickle=False) as file:
        arrays = [file[f"array_{n}"] for n in range(len(file.files) - 1)]
        return from_plain(hint, json.loads(str(file["plain"])), arrays)
