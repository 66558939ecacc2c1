"""How many cameras are read at once. The others wait until a place is free, so those inside keep their speed."""

import threading

LEASE_S = 10.0  # seconds without a frame after which a page loses its place; a tab in the background sends none


class Places:
    """The places of one server. A page has one while its camera plays."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._last_s: dict[str, float] = {}  # by token: when the place was last used
        self._lock = threading.Lock()

    def acquire(self, token: str, time_s: float) -> bool:
        """Get a place, or keep it; each frame does. token: the session's. Returns False if all places are taken."""
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
