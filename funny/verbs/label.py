"""`funny label`: a page on which people label the clips of a dataset."""

import argparse
import threading
from pathlib import Path

from funny.errors import Cancelled
from funny.verbs.analyze import Verbs


def add(verbs: Verbs) -> None:
    """Adds the verb to a command line."""
    verb = verbs.add_parser("label", help="proposed clips → labels, by a page in the browser")
    verb.add_argument("manifest", type=Path, metavar="MANIFEST")
    verb.add_argument("--annotator", metavar="NAME", help="who labels (the page asks)")
    verb.add_argument("--lang", choices=("en", "ko"), help="(as the browser prefers)")
    verb.add_argument("--server-name", metavar="HOST", help="0.0.0.0: every network (this machine)")
    verb.add_argument("--server-port", type=int, metavar="N", help="(the first free from 7860 on)")
    verb.set_defaults(run=_label)


def _label(options: argparse.Namespace) -> None:
    from funny.ui.label_page import LabelPage

    page = LabelPage(options.manifest)
    asked = {"annotator": options.annotator, "lang": options.lang}
    try:
        address = page.serve(options.server_name, options.server_port, **asked)
        print(f"Label the clips here: {address}\nCtrl-C ends it; every answer is kept at once.")
        threading.Event().wait()
    except KeyboardInterrupt:
        raise Cancelled("all answers are kept.") from None
    finally:
        page.close()
