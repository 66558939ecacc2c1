"""Live: the stage, and the settings below it."""

from dataclasses import dataclass

import streamlit as st

from live.files import shipped_models
from live.text import HOLD_S
from live.web.options import options
from live.web.resources import classifier, likely_word, live_session, square_reason
from live.web.stage import stage
from live.web.state import Widget, session
from live.web.views import parts

SHIPPED = ("letters", "sign_mnist")
# In hold, and in flow: the page's heading, and what to do before START and while the camera runs.
TITLES = ("Sign a letter", "Spell a word")
IDLE = (
    "Press **START** and hold up a hand. A letter counts when the ring around it is full.",
    "Press **START** and spell words without stopping between the letters.",
)
RUNNING = (
    "Hold each letter until the ring around it is full. Draw J and Z in the air, then pause.",
    "Spell words without stopping. New letters are pale until they are settled. Lower your hand after a word.",
)


@dataclass(frozen=True)
class Settings:
    """The chosen settings that only this page uses."""

    mirror: bool
    suggest_words: bool
    keys: bool


def show() -> None:
    """Show the page."""
    top = st.container(key="top", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    heading = top.container(width="content")  # filled below, when the mode is known
    with top.container(width="content"):
        flow = parts.choose_flow()
    heading.title(TITLES[flow], width="content")
    parts.square_warning()
    above = st.container()  # the stage needs the values of the settings, which the page shows below it
    with st.expander("Settings", icon=":material/tune:"):
        settings = _settings()
    live = live_session("live")
    live.set_flow(flow)
    live.suggest = likely_word if settings.suggest_words else None
    with above:
        stage(
            live,
            "live",
            idle=IDLE[flow],
            running=RUNNING[flow],
            mirror=settings.mirror,
            keys=settings.keys,
        )
    parts.small_text(
        f"This app reads fingerspelling, the alphabet signed with one hand. It does not read the rest of ASL. "
        f"{_accuracy()}Your pictures stay on the machine that runs this app."
    )


def _settings() -> Settings:
    """Show the settings. They are kept in the page's address, so they survive a reload, a bookmark and other pages."""
    session().hold_s = st.slider(
        "Seconds to hold a letter", 0.3, 1.5, HOLD_S, 0.1, key=Widget.HOLD, bind="query-params",
        help="A clear letter counts sooner, an unclear one later.",
    )  # fmt: skip
    mirror = st.toggle("Mirror the picture", True, key=Widget.MIRROR, bind="query-params")
    suggest_words = st.toggle("Suggest likely words", False, key=Widget.WORDS, bind="query-params")
    keys = st.toggle(
        "Keys for the text", True, key=Widget.KEYS, bind="query-params",
        help="Space, Backspace, K (copy) and P (speak) act on the text, even if it is not selected.",
    )  # fmt: skip
    _choose_model()
    share = 100
    if square_reason():
        share = st.slider("Size of the square", 40, 100, 100, 5, format="%d %%", key=Widget.SQUARE, bind="query-params")
    session().square = share / 100
    return Settings(mirror, suggest_words, keys)


def _choose_model() -> None:
    """Let the visitor choose a model: the app's own first, then the shipped ones."""
    default = options().model
    folders = {default.name: default}
    for name in SHIPPED:
        folder = shipped_models() / name
        if folder.is_dir():
            folders.setdefault(name, folder)
    name = st.selectbox(
        "Model", list(folders), key=Widget.MODEL, bind="query-params",
        help="**letters** is the best at reading new people. **sign_mnist** is the model of the course; it reads "
        "webcams badly.",
    )  # fmt: skip
    session().model = folders.get(name, default)


def _accuracy() -> str:
    """How well the model reads, in one sentence; empty without a measurement, and with a fixed square."""
    measured = list(classifier().contract.measurements.values())
    if not measured or square_reason():
        return ""
    last = measured[-1]
    return f"In its last test ({last.title.lower()}), it read {last.figures.mean:.1%} of held letters correctly. "
