"""The player: a film of the drawn hand, as a Streamlit component.

A film goes in, and a person plays it as often as wanted. It is drawn in the browser (player.js), from the joints of the
hand, and plays only when a person asks for it.
"""

from pathlib import Path

import streamlit as st

from live.lessons import POSES_PER_S, Spelled, hand_film

HERE = Path(__file__).resolve().parent

_component = st.components.v2.component(
    "fingerspell_player",
    html=(HERE / "player.html").read_text(encoding="utf-8"),
    css=(HERE / "player.css").read_text(encoding="utf-8"),
    js=(HERE / "player.js").read_text(encoding="utf-8"),
)


def player(film: Spelled, number: int, *, mirror: bool = False) -> None:
    """Show a film.

    number: another number means another film. It plays by itself if the player has already shown one, because a person
    has then asked for it, unless the person's system asks for less motion. mirror: show a left hand.
    """
    _component(key="player", data={"film": hand_film(film.poses, POSES_PER_S), "number": number, "mirror": mirror})
