"""Observers watch the readings of a live session: the coach or the clock of an exercise, and a timed recording.

Input: every frame with its reading. Output: an `Aside`, which the page shows beside the picture: a line of text, a
progress bar, drawings. Nothing in here uses Streamlit.
"""

from live.web.observers.aside import Aside, Observer, isolated, number_of
from live.web.observers.clock import Clock
from live.web.observers.coach import Coach
from live.web.observers.timed_recording import RECORD_S, TimedRecording

__all__ = ["RECORD_S", "Aside", "Clock", "Coach", "Observer", "TimedRecording", "isolated", "number_of"]
