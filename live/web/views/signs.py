"""My signs: record a letter or a custom sign, look at the recorded hands, and delete bad ones."""

import time
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from live.lessons import Recorder, Recording, RecordingError, lookalike, recordings, sign_name
from live.letters import HELD_LETTERS
from live.web.camera import LiveSession
from live.web.observers import RECORD_S, TimedRecording, isolated, number_of
from live.web.resources import live_session, signs_folder, square_reason
from live.web.stage import stage
from live.web.state import (
    Widget,
    bad_hands_key,
    chosen_sign,
    clear_bad_hands,
    keeps_whole_pictures,
    recording_key,
    session,
)
from live.web.views import parts

GRID = "display:grid;grid-template-columns:repeat(auto-fill,minmax(4.5rem,1fr));gap:.5rem;font-size:.75rem"


def show() -> None:
    """Show the page."""
    st.title("My signs")
    folder = signs_folder()
    if folder is None:
        st.info(
            "Recording is off, because other machines can reach this app. To record your own signs, run the app on "
            "your own machine."
        )
        return
    parts.square_warning()
    _record(live_session("signs"), folder)
    if fault := session().signs.fault:
        st.error(parts.escape_markdown(fault), icon=":material/error:")
    if notice := session().signs.notice:
        st.warning(parts.escape_markdown(notice), icon=":material/back_hand:")
    st.header("Recorded")
    files = recordings.list_files(folder)
    if not files:
        parts.small_text(
            "Nothing yet. Record each new sign, and each letter that the app misreads, for about five seconds."
        )
    for path in files:
        _show_recording(folder, path)
    if files:
        _how_to_train(folder)
    parts.small_text(
        f"Recordings stay on this machine, in {folder}. They hold 28 x 28 gray pixels and 21 points of each hand, and "
        "whole pictures only if you want that."
    )


def _record(live: LiveSession, folder: Path) -> None:
    """Show the controls of a recording, and the stage below them."""
    controls = st.container(horizontal=True, vertical_alignment="bottom")
    running = stage(
        live,
        "signs",
        idle="Press **START**, choose a letter or type a name for your sign, and record it.",
        running="Choose a letter or type a name for your sign, and record it. Turn your hand a little as you record.",
        spells=False,
        reports_running=True,
    )
    observer = live.observer
    if isinstance(observer, TimedRecording) and (observer.done or not running):
        _end(live, observer.recorder, folder)
    busy, known = live.observer is not None, recordings.recorded_signs(folder)
    controls.selectbox(
        "Letter or sign", dict.fromkeys((*HELD_LETTERS, *known)), key=Widget.SIGN, index=None,
        accept_new_options=True, placeholder="Choose a letter, or type a name", disabled=busy, width=320,
    )  # fmt: skip
    controls.button(
        f"Record for {RECORD_S:.0f} seconds", on_click=_begin, args=(live, known), type="primary",
        disabled=busy or not running or square_reason() is not None, icon=":material/fiber_manual_record:",
    )  # fmt: skip
    controls.toggle("Also keep whole pictures", key=Widget.WHOLE_PICTURES)


def _begin(live: LiveSession, known: list[str]) -> None:
    """Start a recording, which first gives the person a moment to get ready. known: the recorded signs."""
    signs = session().signs
    signs.notice = None
    if not chosen_sign():
        signs.fault = "Choose a letter, or type a name for your sign, then record it"
        return
    try:
        live.observe(TimedRecording(Recorder(sign_name(chosen_sign(), known), keeps_whole_pictures())))
        signs.fault = None
    except RecordingError as error:
        signs.fault = str(error)


def _end(live: LiveSession, recorder: Recorder, folder: Path) -> None:
    """End the recording, and save it."""
    live.observe(None)
    signs = session().signs
    try:
        signs.newest = recordings.save(folder, recorder.recording(), time.strftime("%Y%m%d-%H%M%S")).path
        signs.notice = lookalike(recorder.sign, recorder.read)
    except RecordingError as error:
        signs.fault = str(error)


def _show_recording(folder: Path, path: Path) -> None:
    try:
        recording = recordings.read(path)
    except RecordingError as error:
        st.error(parts.escape_markdown(str(error)), icon=":material/error:")
        return
    sign = parts.escape_markdown(isolated(recording.sign))
    inside = st.expander(
        f"**{sign}** · {number_of(len(recording), 'hand')} · {path.stem}", expanded=session().signs.newest == path,
        key=recording_key("inside", path), on_change="rerun",
    )  # fmt: skip
    if not inside.open:  # the hands of a folded recording are not sent
        return
    with inside:
        st.html(_grid(recording))
        bad = st.pills(
            "Bad hands", range(len(recording)), selection_mode="multi", format_func=lambda n: str(n + 1),
            key=bad_hands_key(path),
        )  # fmt: skip
        row = st.container(horizontal=True)
        row.button(
            "Delete these hands", on_click=_delete, args=(folder, path, len(recording), bad), disabled=not bad,
            key=recording_key("some", path),
        )  # fmt: skip
        row.button(
            "Delete the recording", on_click=_delete,
            args=(folder, path, len(recording), range(len(recording))), key=recording_key("all", path),
        )  # fmt: skip


def _grid(recording: Recording) -> str:
    """HTML: every hand with its number."""
    cells = (
        f'<figure style="margin:0">{parts.wide_crop_html(crop, f"hand {n}")}<figcaption>{n}</figcaption></figure>'
        for n, crop in enumerate(recording.crops, start=1)
    )
    return f'<div style="{GRID}" data-testid="hands">{"".join(cells)}</div>'


def _delete(folder: Path, path: Path, n_shown: int, rows: Sequence[int]) -> None:
    """Delete these of the n_shown hands, and the recording if no hand is left."""
    signs = session().signs
    signs.fault = signs.notice = None
    clear_bad_hands(path)  # the hands that stay get other numbers
    if not path.exists():
        return  # it was deleted on another page
    try:
        recording = recordings.read(path)
        if len(recording) == n_shown:
            recordings.save(folder, recording.without(list(rows)), "")
        else:
            signs.fault = "This recording has changed on another page, so nothing was deleted; choose the hands again"
    except RecordingError as error:
        signs.fault = str(error)


def _how_to_train(folder: Path) -> None:
    st.header("Train your own model")
    st.markdown("Run `make install` once. Then run this in a terminal; it takes a minute or two:")
    st.code(
        f'.venv/bin/fingerspell-train fit --data "{folder}" --from models/letters --out runs/mine\n'
        ".venv/bin/fingerspell --model runs/mine",
        language="bash",
    )
