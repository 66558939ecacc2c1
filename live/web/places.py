"""How many cameras are read at once: who comes later waits, and those who are in keep their speed. No Streamlit."""

import threading

from live.web.reader import LiveReader

LEASE_S = 10.0  # after the last frame: longer than a camera takes to come back, shorter than a newcomer's patience


class Places:
    """Of one server, for all of its sessions. A session has one, whichever page's camera it uses."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._taken: dict[str, tuple[LiveReader, float]] = {}
        self._lock = threading.Lock()

    def free(self, session: str, time_s: float) -> bool:
        """Whether this session has a place, or could take one. time_s: on the clock of the frames."""
        with self._lock:
            return self._free(session, time_s)

    def take(self, session: str, reader: LiveReader, time_s: float) -> bool:
        """Take one, or keep it; False where all are taken. Frames that come to the reader keep it, too."""
        with self._lock:
            if not self._free(session, time_s):
                return False
            self._taken[session] = reader, time_s
            return True

    def leave(self, session: str) -> None:
        """Nothing happens to a session that has none."""
        with self._lock:
            self._taken.pop(session, None)

    def _free(self, session: str, time_s: float) -> bool:
        for each, (reader, since_s) in list(self._taken.items()):
            if time_s - max(since_s, reader.last_frame_s) >= LEASE_S:
                del self._taken[each]
        return session in self._taken or len(self._taken) < self.number
