"""The networks that all sessions share, and the recognisers that belong to one session.

`st.cache_resource` keeps the loaded networks: one classifier for each model folder, and one set of all other networks.
A recogniser remembers its hand and its text, so each page of each session has its own.
"""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from live.errors import BundleError, ModelError
from live.hand import HandNetworks, load_networks
from live.readers import FluentReader, LetterClassifier, PostureCheck, StrokeReader
from live.recognizer import Recognizer
from live.text import Committed
from live.text.flow import FlowingWord
from live.web.camera import LiveSession, hostname, register, through_proxy
from live.web.options import LOOPBACK, options
from live.web.state import session

if TYPE_CHECKING:
    from live.text.words import WordHelper

MAX_CLASSIFIERS = 8  # the app's own model, the two shipped ones, and older versions of these that are still in use


def signs_folder() -> Path | None:
    """The folder of recordings. None unless the browser runs on this machine and asks the app without a proxy."""
    headers = st.context.headers
    addresses = f"//{headers.get('Host', '')}", headers.get("Origin", "")  # a proxy may change the first of these
    is_local = all(hostname(address) in LOOPBACK for address in addresses) and not through_proxy(headers)
    return options().signs if is_local else None


def model_folder() -> Path:
    """The folder of the model that was chosen in the settings, or else of the app's own model."""
    return session().model or options().model


def classifier() -> LetterClassifier:
    """The classifier of the chosen model, shared by all sessions. Raises ModelError if the folder is broken."""
    folder = model_folder()
    try:
        modified_ns = (folder / "model.json").stat().st_mtime_ns
    except OSError:
        modified_ns = 0  # load() reports what is wrong
    return _classifier(str(folder), modified_ns)


@st.cache_resource(show_spinner=False, max_entries=MAX_CLASSIFIERS)
def _classifier(folder: str, modified_ns: int) -> LetterClassifier:
    """modified_ns: when model.json was last written, so that a folder that has changed is loaded again."""
    return LetterClassifier.load(folder)


@st.cache_resource(show_spinner=False)
def _hand_networks() -> HandNetworks | str:
    """The hand networks, or the reason why there are none. `fingerspell` fetches them before it starts the app."""
    if options().square:
        return "the app was started with --square"
    try:
        return load_networks()
    except BundleError as error:
        return f"{error}. If the network allows it, download them with `fingerspell fetch`, then restart the app"


@st.cache_resource(show_spinner=False)
def _stroke_reader() -> StrokeReader:
    """Only holds the network: each recogniser gets its own reader from `for_new_hand`."""
    return StrokeReader.load()


@st.cache_resource(show_spinner=False)
def _posture_check() -> PostureCheck:
    return PostureCheck.load()


@st.cache_resource(show_spinner=False)
def _fluent_reader() -> FluentReader:
    """Only holds the network, as above."""
    return FluentReader.load()


def square_reason() -> str | None:
    """Why the app reads a fixed square; None if it looks for the hand."""
    networks = _hand_networks()
    return networks if isinstance(networks, str) else None


def fresh_recognizer() -> Recognizer:
    """A recogniser that has read nothing yet. Raises ModelError if a model folder is broken."""
    networks = _hand_networks()
    if isinstance(networks, str):
        try:
            return Recognizer.from_networks(classifier(), None)
        except ModelError as error:  # the model reads only landmarks
            raise ModelError(f"{error}; {networks}") from error
    strokes, fluent = _stroke_reader().for_new_hand(), _fluent_reader().for_new_hand()
    return Recognizer.from_networks(classifier(), networks, strokes=strokes, posture=_posture_check(), fluent=fluent)


def page_recognizer(page: str) -> Recognizer:
    """The session's recogniser for the page with this name. Choosing another model replaces it."""
    recognizers = session().recognizers
    if page not in recognizers or recognizers[page].classifier is not classifier():
        recognizers[page] = fresh_recognizer()
    return recognizers[page]


def live_session(page: str) -> LiveSession:
    """The live session of the page with this name. It reads with the chosen model, hold and square."""
    recognizer, live = page_recognizer(page), session().live
    if page not in live:
        live[page] = register(LiveSession(recognizer))
    live[page].use(recognizer)
    live[page].set_hold(session().hold_s)
    live[page].set_square(session().square)
    return live[page]


def likely_word(committed: tuple[Committed, ...], word: FlowingWord | None = None) -> str | None:
    """The text that was probably meant; None if that is the signed text itself. word: its last one, if in flow."""
    return _likely_word(committed) if word is None else _word_helper().suggest(committed, word)


@lru_cache(maxsize=64)
def _likely_word(committed: tuple[Committed, ...]) -> str | None:
    """Cached because every frame needs it. Streamlit's cache would not do: the camera's threads call this."""
    return _word_helper().suggest(committed)


@lru_cache(maxsize=1)
def _word_helper() -> "WordHelper":
    from live.text.words import WordHelper  # imported here, so that the dictionary is loaded only if needed

    return WordHelper()
