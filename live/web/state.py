"""What a visitor's session keeps between two runs of a page: every key of `st.session_state`.

`session()` returns the state that the pages keep themselves. The rest defines the widgets' keys, and reads the widgets'
values in callbacks.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import streamlit as st

from live.lessons import Practice, ReadMe, Score, SpellIt
from live.recognizer import Recognizer
from live.text import HOLD_S
from live.web.camera import LiveSession
from live.web.uploads import FilmResult, PictureResult

KEY = "fingerspell"


@dataclass
class Exercises:
    """The state of Practice. by_kind: one exercise for letters and one for words, which share their scores.

    last: the letter that was asked for last, and the letter that was read. read_me, spell_it:
    the other exercises, None until they are opened.
    """

    by_kind: dict[str, Practice] = field(default_factory=dict)
    scores: dict[str, Score] = field(default_factory=dict)
    mixed_up: Counter[tuple[str, str]] = field(default_factory=Counter)
    last: tuple[str, str] | None = None
    read_me: ReadMe | None = None
    spell_it: SpellIt | None = None


@dataclass
class Signs:
    """The state of My signs.

    fault: why a recording could not be made or changed. notice: which letter its hands look like. newest: the recording
    that is shown unfolded.
    """

    fault: str | None = None
    notice: str | None = None
    newest: Path | None = None


@dataclass
class Session:
    """The state that the pages keep themselves.

    model: the folder that was chosen in the settings, None for the app's own. flow: whether words are spelled without
    stopping. hold_s: seconds to hold a letter. square: side of the fixed square, as a share of the frame's shorter
    side. recognizers, live: by the page's name. uploads: by the file's id and the folder of the model that read it.
    runs: how often a page with a stage has run.
    """

    model: Path | None = None
    flow: bool = False
    hold_s: float = HOLD_S
    square: float = 1.0
    recognizers: dict[str, Recognizer] = field(default_factory=dict)
    live: dict[str, LiveSession] = field(default_factory=dict)
    exercises: Exercises = field(default_factory=Exercises)
    signs: Signs = field(default_factory=Signs)
    uploads: dict[tuple[str, Path], PictureResult | FilmResult] = field(default_factory=dict)
    runs: int = 0


def session() -> Session:
    """The state of the current visitor's session."""
    if KEY not in st.session_state:
        st.session_state[KEY] = Session()
    state: Session = st.session_state[KEY]
    return state


class Widget(StrEnum):
    """Keys of widgets. All are query parameters of the page's address, too, but SIGN, WHOLE_PICTURES and READ_TEXT."""

    MODE = "mode"
    HOLD = "hold"
    MIRROR = "mirror"
    WORDS = "words"
    KEYS = "keys"
    SQUARE = "square"
    MODEL = "model"
    LEFT_HAND = "left"
    EXERCISE = "exercise"
    READ_SPEED = "speed"
    READ_LENGTH = "length"
    READ_LEFT = "left_signer"
    READ_TEXT = "read"
    SIGN = "sign"
    WHOLE_PICTURES = "whole"


def chosen_sign() -> str:
    """The letter or name that was chosen or typed on My signs."""
    return str(st.session_state[Widget.SIGN] or "")


def keeps_whole_pictures() -> bool:
    """Whether a recording on My signs also keeps whole pictures."""
    return bool(st.session_state[Widget.WHOLE_PICTURES])


def stage_key(page: str) -> str:
    """The key of a page's stage."""
    return f"stage {page}"


def recording_key(part: str, path: Path) -> str:
    """The key of a widget that belongs to one recording. part: which widget."""
    return f"{part} {path.parent.name} {path.stem}"


def bad_hands_key(path: Path) -> str:
    """The key of the widget that chooses bad hands of a recording."""
    return recording_key("bad", path)


def clear_bad_hands(path: Path) -> None:
    """Choose no bad hand of a recording."""
    st.session_state[bad_hands_key(path)] = []


@dataclass(frozen=True)
class Timeline:
    """The keys of the two widgets in which a visitor chooses a letter of a film: a chart and buttons."""

    file_id: str

    @property
    def chart(self) -> str:
        """The chart's key."""
        return f"chart {self.file_id}"

    @property
    def buttons(self) -> str:
        """The buttons' key."""
        return f"buttons {self.file_id}"

    def select_clicked_letter(self) -> None:
        """Select the button of the letter that was clicked in the chart, or none if the click missed."""
        points = st.session_state[self.chart].selection["clicked"]
        st.session_state[self.buttons] = int(points[0]["n"]) if points else None
