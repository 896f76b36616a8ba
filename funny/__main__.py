"""`python -m funny`."""

import sys

from funny.cli import main

sys.exit(main())
