"""What a page reads with: networks that all sessions share, and each session's own recognisers on top of them.

Loaded networks hang on `st.cache_resource`: one classifier for each model folder, one set of hand networks, one stroke
network. A recogniser remembers its hand and its text, so each page of each session has one of its own.
"""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import streamlit as st

from live.errors import BundleError, ModelError
from live.hand import HandNetworks, LiteRTHandTracker, load_networks
from live.readers import LetterClassifier, StrokeReader
from live.recognizer import Recognizer
from live.text import Committed
from live.web.camera import LiveSession, register
from live.web.options import LOOPBACK, options
from live.web.state import session

if TYPE_CHECKING:
    from live.text.words import WordHelper

PROXY_HEADERS = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
MAX_CLASSIFIERS = 8  # the app's own model and the two that ship, and older versions of them that sessions still use


def signs_folder() -> Path | None:
    """The folder of recordings. None if other machines can reach the app, directly or through a proxy."""
    headers = st.context.headers
    through_proxy = any(name in headers for name in PROXY_HEADERS)
    from_here = urlsplit(f"//{headers.get('Host', '')}").hostname in LOOPBACK and not through_proxy
    return options().signs if from_here else None


def model_folder() -> Path:
    """The model that was chosen in the settings, else the one that the app was started with."""
    return session().model or options().model


def classifier() -> LetterClassifier:
    """The classifier of the chosen model, the same for all sessions. Raises ModelError if the folder is broken."""
    folder = model_folder()
    try:
        modified_ns = (folder / "model.json").stat().st_mtime_ns
    except OSError:
        modified_ns = 0  # loading it says what is wrong
    return _classifier(str(folder), modified_ns)


@st.cache_resource(show_spinner=False, max_entries=MAX_CLASSIFIERS)
def _classifier(folder: str, modified_ns: int) -> LetterClassifier:
    """modified_ns: of model.json, so that a folder that was written again is loaded again."""
    return LetterClassifier.load(folder)


@st.cache_resource(show_spinner=False)
def _hand_networks() -> HandNetworks | str:
    """The hand networks, or why there are none. `fingerspell` has fetched them before the app starts."""
    if options().square:
        return "the app was started with --square"
    try:
        return load_networks()
    except BundleError as error:
        return f"{error}: `fingerspell fetch` gets them where the network allows it; then start the app again"


@st.cache_resource(show_spinner=False)
def _stroke_reader() -> StrokeReader:
    """Watches no hand itself: recognisers get readers of their own with its network."""
    return StrokeReader.load()


def square_reason() -> str | None:
    """Why the app reads a fixed square; None where it looks for the hand."""
    networks = _hand_networks()
    return networks if isinstance(networks, str) else None


def fresh_recognizer() -> Recognizer:
    """A recogniser that has read nothing yet. Raises ModelError if a model folder is broken."""
    networks = _hand_networks()
    if isinstance(networks, str):
        try:
            return Recognizer(classifier())
        except ModelError as error:  # it reads landmarks alone
            raise ModelError(f"{error}; {networks}") from error
    return Recognizer(classifier(), LiteRTHandTracker(networks), strokes=_stroke_reader().for_new_hand())


def page_recognizer(page: str) -> Recognizer:
    """The session's recogniser for a page, by the page's name; a new one once another model is chosen."""
    recognizers = session().recognizers
    if page not in recognizers or recognizers[page].classifier is not classifier():
        recognizers[page] = fresh_recognizer()
    return recognizers[page]


def live_session(page: str) -> LiveSession:
    """The live session of a page, by the page's name. It reads with the model that is chosen now."""
    recognizer, live = page_recognizer(page), session().live
    if page not in live:
        live[page] = register(LiveSession(recognizer))
    live[page].use(recognizer)
    return live[page]


@lru_cache(maxsize=64)
def likely_word(committed: tuple[Committed, ...]) -> str | None:
    """The word that was probably meant; None if the text itself is probable.

    Cached, because every frame asks, and not by Streamlit, because the camera's threads ask.
    """
    return _word_helper().suggest(committed)


@lru_cache(maxsize=1)
def _word_helper() -> "WordHelper":
    from live.text.words import WordHelper  # here: its dictionary is loaded only once it is asked for

    return WordHelper()
