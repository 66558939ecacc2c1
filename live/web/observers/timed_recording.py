"""Records a sign for a few seconds, after a moment to get ready."""

import numpy as np
from numpy.typing import NDArray

from live.lessons import Recorder
from live.recognizer import Reading
from live.web.observers.aside import Aside, isolated, number_of

READY_S, RECORD_S = 2.0, 5.0  # seconds to get ready, and seconds of recording


class TimedRecording:
    """Waits READY_S seconds from the first frame, then records for RECORD_S seconds."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.done = False
        self._start_s: float | None = None  # when recording begins

    def update(self, frame_bgr: NDArray[np.uint8], reading: Reading, time_s: float) -> Aside:
        """Record the hand, and report the progress."""
        if self._start_s is None:
            self._start_s = time_s + READY_S
        elapsed_s = time_s - self._start_s
        sign = isolated(self.recorder.sign)
        if elapsed_s < 0:
            return Aside(f"**Get ready to sign {sign} …**", 0.0)
        self.done = elapsed_s >= RECORD_S
        if not self.done:
            self.recorder.add_frame(frame_bgr, reading.hand, time_s, reading.pose)
        text = f"**Sign {sign}:** {number_of(len(self.recorder.hands), 'hand')} so far"
        return Aside(text, min(1.0, elapsed_s / RECORD_S), done=self.done)
