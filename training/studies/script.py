"""What the studies that run as `python -m training.studies.NAME` share."""

import sys
from collections.abc import Callable

from live.errors import FingerspellError


def run(main: Callable[[], None]) -> None:
    """Run main. A FingerspellError becomes one line on stderr and exit status 1."""
    try:
        main()
    except FingerspellError as error:
        sys.exit(str(error))
