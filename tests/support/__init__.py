"""Parts that tests and measurements share. Nothing here is a test."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"  # data of real people, which is not in the repository
