"""The board: the letter in its ring, the text, and what can be done with both; a component of this project's own.

Streamlit has no ring that fills between its runs, no text that several hands write, no clipboard and no speech.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from live.recognizer import Reading
from live.web.reader import Live
from live.web.show import nothing

HERE = Path(__file__).resolve().parent
Told = dict[str, Any]

_component = st.components.v2.component(
    "fingerspell_board",
    html=(HERE / "board.html").read_text(encoding="utf-8"),
    css=(HERE / "board.css").read_text(encoding="utf-8"),
    js=(HERE / "board.js").read_text(encoding="utf-8"),
)


def board(
    live: Live,
    connected: bool,
    session: str,
    heard: int,
    perhaps: str | None,
    spells: bool,
    on_told: Callable[[list[Told]], None],
) -> str:
    """Show it, and say what the camera's frame complains of: an empty string where it does not.

    session: who remembers the text; where it is another than before, the browser gives it back. perhaps: the word that
    was likely meant. spells: with the text, or the ring alone. on_told: called with what the person did, in order, each
    {"n": number, "do": "space" | "delete" | "undo" | "clear" | "edit" | "resume", ...}. heard: the last number that was
    taken; until then it is told again.
    """

    def told() -> None:
        on_told(st.session_state["board"].told)

    reading = live.reading if connected else None
    hold = live.hold if connected else None
    result = _component(
        key="board",
        data={
            "letter": reading.letter if reading else None,
            "said": in_words(reading, live.counted),
            "counted": live.counted if connected else None,
            "hold": dict(zip(("letter", "since", "progress", "left_s"), hold, strict=True)) if hold else None,
            "spelled": live.text,
            "committed": live.signed,
            "perhaps": perhaps or "",
            "session": session,
            "heard": heard,
            "spells": spells,
            "on": connected,
        },
        default={"fault": ""},
        on_fault_change=lambda: None,
        on_told_change=told,
    )
    return str(result.fault or "")


def in_words(reading: Reading | None, counted: str | None = None) -> str:
    """How sure the reader is, or why there is no letter. counted: the letter that has counted and is still held."""
    if reading is None:
        return ""
    if not reading.top:
        return nothing(reading)
    if reading.letter is None:
        return f"Not sure: {' or '.join(name for name, _ in reading.top[:2])}?"
    if reading.letter == counted:
        return f"{counted} has counted"
    return f"{reading.confidence:.0%} sure"
