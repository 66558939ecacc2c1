"""What one visitor's session keeps from one run of a page to the next: every key of `st.session_state`.

`session()` is what the pages keep themselves. The rest are keys of widgets, and how a callback reads those widgets.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import streamlit as st

from live.lessons import Practice
from live.lessons.practice import Score
from live.recognizer import Recognizer
from live.web.camera import LiveSession
from live.web.uploads import ReadFilm, ReadPicture

KEY = "fingerspell"


@dataclass
class Exercises:
    """What Practice keeps. by_kind: one exercise for letters, one for words; both add to the same scores.

    last: the letter that was asked for, and the letter that was read.
    """

    by_kind: dict[str, Practice] = field(default_factory=dict)
    scores: dict[str, Score] = field(default_factory=dict)
    mixed_up: Counter[tuple[str, str]] = field(default_factory=Counter)
    last: tuple[str, str] | None = None


@dataclass
class Signs:
    """What My signs keeps. fault: why the last recording failed. newest: the recording to show unfolded."""

    fault: str | None = None
    newest: Path | None = None


@dataclass
class Session:
    """model: the folder that was chosen in the settings, None for the app's own.

    recognizers and live: by the page's name. uploads: by the file's id and the model folder that read it.
    """

    model: Path | None = None
    recognizers: dict[str, Recognizer] = field(default_factory=dict)
    live: dict[str, LiveSession] = field(default_factory=dict)
    exercises: Exercises = field(default_factory=Exercises)
    signs: Signs = field(default_factory=Signs)
    uploads: dict[tuple[str, Path], ReadPicture | ReadFilm] = field(default_factory=dict)


def session() -> Session:
    """The state of the session whose page runs now."""
    if KEY not in st.session_state:
        st.session_state[KEY] = Session()
    state: Session = st.session_state[KEY]
    return state


class Widget(StrEnum):
    """Keys of widgets. HOLD, MIRROR, WORDS, MODEL and LEFT_HAND are also query parameters of the page's address."""

    HOLD = "hold"
    MIRROR = "mirror"
    WORDS = "words"
    MODEL = "model"
    LEFT_HAND = "left"
    SIGN = "sign"
    WHOLE_PICTURES = "whole"


def chosen_sign() -> str:
    """The letter or name in the field of My signs, as it was chosen or typed."""
    return str(st.session_state[Widget.SIGN] or "")


def keeps_whole_pictures() -> bool:
    """Whether My signs keeps whole pictures, too."""
    return bool(st.session_state[Widget.WHOLE_PICTURES])


def stage_key(page: str) -> str:
    """The key of a page's stage."""
    return f"stage {page}"


def recording_key(part: str, path: Path) -> str:
    """The key of a widget that belongs to one recording. part: which widget."""
    return f"{part} {path.parent.name} {path.stem}"


@dataclass(frozen=True)
class Timeline:
    """The two widgets from which a film's letter is chosen: a chart and buttons."""

    file_id: str

    @property
    def chart(self) -> str:
        """The chart's key."""
        return f"chart {self.file_id}"

    @property
    def buttons(self) -> str:
        """The buttons' key."""
        return f"buttons {self.file_id}"

    def press_clicked(self) -> None:
        """Press the button of the letter that was clicked in the chart; none if the click missed."""
        points = st.session_state[self.chart].selection["clicked"]
        st.session_state[self.buttons] = int(points[0]["n"]) if points else None
