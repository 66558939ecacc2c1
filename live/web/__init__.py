"""The page, in Streamlit. Widgets only: what can be told without a browser lives in live/."""

import os

PEOPLE = max(2, os.cpu_count() or 1)  # whose cameras are read at once, by default; beyond it, all read slower
LOOPBACK = ("127.0.0.1", "localhost", "::1")
