"""Lets `python -m live` run the `fingerspell` command."""

import sys

from live.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
