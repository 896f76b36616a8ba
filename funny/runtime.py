"""The process: settings that must be made before heavy libraries load, and its memory."""

import os
import signal
import sys
import threading

from funny.device import is_zero_gpu


def prepare() -> None:
    """Call first thing in a program; what the person has set already stays."""
    # GNU OpenMP's threads spin while they wait. Beside another busy program (a browser, an
    # editor, a second analysis) on few cores they then starve the very thread they wait for:
    # 20 times slower was measured.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if is_zero_gpu():
        # It takes the place of CUDA, so it must come before anything that looks for CUDA.
        import spaces  # noqa: F401
    # A service manager's stop is a person's stop: clean up and leave.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def give_back_memory() -> None:
    """Gives memory that was freed back to the system; call it now and then in long work.

    GNU's C library keeps it, in pieces between what is still used: 8 MB a minute of 1080p.
    """
    import ctypes

    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
