"""Limits how many cameras are read at once, so that none gets slow. Other pages wait until a place is free."""

import threading

LEASE_S = 10.0  # a page loses its place after this many seconds without a frame; a tab in the background sends none


class Places:
    """The places of one server. A page has one while its camera plays."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._last_s: dict[str, float] = {}  # by token: when the place was last used
        self._lock = threading.Lock()

    def acquire(self, token: str, time_s: float) -> bool:
        """Get a place, or keep it for another LEASE_S. Returns False if all places are taken. token: the session's."""
        with self._lock:
            for other, last_s in list(self._last_s.items()):
                if time_s - last_s >= LEASE_S:
                    del self._last_s[other]
            if token not in self._last_s and len(self._last_s) >= self.number:
                return False
            self._last_s[token] = time_s
            return True

    @property
    def taken(self) -> int:
        """How many places are taken."""
        return len(self._last_s)

    def release(self, token: str) -> None:
        """Free the session's place, if it has one."""
        with self._lock:
            self._last_s.pop(token, None)
