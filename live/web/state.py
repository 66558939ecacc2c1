"""The model that a page reads with, and the live session that reads for it."""

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

import streamlit as st

from live.errors import BundleError, FingerspellError
from live.files import shipped_models
from live.hand import HandNetworks, load_networks
from live.readers import LetterClassifier
from live.recognizer import Recognizer
from live.text import Committed
from live.web import LOOPBACK
from live.web.camera import LiveSession, register
from live.web.options import options
from live.web.show import plain

if TYPE_CHECKING:
    from live.text.words import WordHelper


SHIPPED = ("letters", "sign_mnist")
PROXY_HEADERS = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")


def signs_folder() -> Path | None:
    """The folder of recordings. None if other machines can reach the app, directly or through a proxy."""
    headers = st.context.headers
    through_proxy = any(name in headers for name in PROXY_HEADERS)
    own = urlsplit(f"//{headers.get('Host', '')}").hostname in LOOPBACK and not through_proxy
    return options().signs if own else None


def model_folder() -> Path:
    """What was chosen in the settings, else what `fingerspell --model` said."""
    chosen = st.session_state.get("model folder")
    return Path(chosen) if chosen else options().model


def choose_model() -> None:
    """The setting: which model reads."""
    told = options().model
    folders = {name: shipped_models() / name for name in SHIPPED if (shipped_models() / name).is_dir()}
    folders = {told.name: told} | {name: each for name, each in folders.items() if name != told.name}
    name = st.selectbox(
        "Model", list(folders), key="model", bind="query-params", help="letters reads strangers best; sign_mnist is "
        "the course's, and reads a webcam badly",
    )  # fmt: skip
    st.session_state["model folder"] = str(folders.get(name, told))


def how_well() -> str:
    """One sentence on how well the model reads; empty where nobody has measured it."""
    measurements = list(session_classifier().contract.measurements.values())
    if not measurements:
        return ""
    return f"It read {measurements[-1].figures.mean:.0%} of the letters of {measurements[-1].title.lower()} right. "


@cache
def _word_helper() -> "WordHelper":
    from live.text.words import WordHelper

    return WordHelper()


@lru_cache(maxsize=64)
def likely_word(committed: tuple[Committed, ...]) -> str | None:
    """The word that was probably meant; None if the text itself is probable. Cached, because every frame asks."""
    return _word_helper().suggest(committed)


@st.cache_resource(show_spinner=False)
def _hand_networks() -> HandNetworks | str:
    """The networks, read once for all sessions, or why there are none. `fingerspell` has fetched them before."""
    if options().square:
        return "the app was started with --square"
    try:
        return load_networks()
    except BundleError as error:
        return f"{error}: `fingerspell fetch` gets them where the network allows it; then start the app again"


def square_reason() -> str | None:
    """Why a fixed square is read instead of the hand being looked for; None where it is looked for."""
    networks = _hand_networks()
    return networks if isinstance(networks, str) else None


def session_classifier() -> LetterClassifier:
    """The classifier of this session. Where it does not load, the page says why and ends."""
    key = f"classifier {model_folder()}"
    if key not in st.session_state:
        try:
            st.session_state[key] = LetterClassifier.load(model_folder())
        except FingerspellError as error:
            _end(error)
    classifier: LetterClassifier = st.session_state[key]
    return classifier


def session_recognizer(name: str) -> Recognizer:
    """A recogniser of this session for one purpose, by name: "live" or "pictures"."""
    key = f"recognizer {name} {model_folder()}"
    if key not in st.session_state:
        st.session_state[key] = fresh_recognizer()
    recognizer: Recognizer = st.session_state[key]
    return recognizer


def live_session(name: str) -> LiveSession:
    """The live session of one page, by its name, with the model that is chosen now."""
    key, recognizer = f"live session {name}", session_recognizer(name)
    if key not in st.session_state:
        st.session_state[key] = register(LiveSession(recognizer))
    session: LiveSession = st.session_state[key]
    session.use(recognizer)
    return session


def fresh_recognizer() -> Recognizer:
    """One that has read nothing yet, for a film."""
    networks = _hand_networks()
    try:
        return Recognizer.complete(session_classifier(), None if isinstance(networks, str) else networks)
    except FingerspellError as error:
        _end(FingerspellError(f"{error}; {networks}") if isinstance(networks, str) else error)


def _end(error: FingerspellError) -> NoReturn:
    st.error(f"**The model does not load, so nothing can be read.** {plain(str(error))}", icon=":material/error:")
    st.markdown("When it is mended, reload this page.")
    st.stop()


def say_square() -> None:
    """Warn that the app does not look for the hand, and say why."""
    reason = square_reason()
    if reason:
        st.warning(
            f"**The app does not look for your hand, so letters are often wrong:** {reason}. It reads the square in "
            "the middle; fill it with your right hand, in front of a plain wall.",
            icon=":material/back_hand:",
        )
