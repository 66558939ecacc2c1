"""My signs: record a letter, or any sign of one's own, see what was captured, and delete what is bad."""

import time
from pathlib import Path

import streamlit as st

from live.lessons import Recorder, Recording, RecordingError, recordings
from live.letters import HELD_LETTERS
from live.web import show
from live.web.stage import stage
from live.web.state import live_session, say_square, signs_folder, square_reason
from live.web.views.timed_recording import RECORD_S, TimedRecording

GRID = "display:grid;grid-template-columns:repeat(auto-fill,minmax(4.5rem,1fr));gap:.5rem;font-size:.75rem"

state = st.session_state
st.title("My signs")
if (told := signs_folder()) is None:
    st.info("Recording is off: this app is open to other machines, and recordings are for one's own. Start it there.")
    st.stop()
folder: Path = told
say_square()
session = live_session("signs")


def begin() -> None:
    """Record from the next frame on, after a moment to get ready."""
    try:
        recorder = Recorder(recordings.sign_name(str(state["sign"] or "")), bool(state["whole"]))
        session.observe(TimedRecording(recorder))
        state.pop("signs trouble", None)
    except RecordingError as error:
        state["signs trouble"] = str(error)


def end(recorder: Recorder) -> None:
    """Keep what was taken."""
    session.observe(None)
    try:
        kept = recordings.save(folder, recorder.recording(), time.strftime("%Y%m%d-%H%M%S"))
        state["open"] = str(kept.path)
    except RecordingError as error:
        state["signs trouble"] = str(error)


controls = st.container(horizontal=True, vertical_alignment="bottom")
running = stage(
    session,
    "signs",
    "Press **START**, choose a letter or name a sign of your own, and record it.",
    "Choose a letter or name a sign of your own, and record it. Turn your hand a little meanwhile.",
    spells=False,
    tells_running=True,
)
watching = session.observer
if isinstance(watching, TimedRecording) and (watching.done or not running):
    end(watching.recorder)
busy = session.observer is not None
controls.selectbox(
    "Letter or sign", HELD_LETTERS, key="sign", index=None, accept_new_options=True,
    placeholder="Choose a letter, or type a name", disabled=busy, width=320,
)  # fmt: skip
controls.button(
    f"Record for {RECORD_S:.0f} seconds", on_click=begin, disabled=busy or not running or square_reason() is not None,
    type="primary", icon=":material/fiber_manual_record:",
)  # fmt: skip
controls.toggle("Keep the whole pictures, too", key="whole")
if trouble := state.get("signs trouble"):
    st.error(show.plain(trouble), icon=":material/error:")


def grid(recording: Recording) -> str:
    """HTML: every hand with its number."""
    cells = (
        f'<figure style="margin:0">{show.enlarged(crop, f"hand {n + 1}")}<figcaption>{n + 1}</figcaption></figure>'
        for n, crop in enumerate(recording.crops)
    )
    return f'<div style="{GRID}" data-testid="hands">{"".join(cells)}</div>'


def change(recording: Recording, rows: list[int]) -> None:
    """Take these hands out."""
    try:
        recordings.save(folder, recording.without(rows), "")
    except RecordingError as error:
        state["signs trouble"] = str(error)


st.header("Recorded")
files = recordings.list_files(folder)
if not files:
    show.small("Nothing yet. Some five seconds of each letter that is read wrong, and of each new sign, are enough.")
for path in files:
    try:
        recording = recordings.read(path)
    except RecordingError as error:
        st.error(show.plain(str(error)), icon=":material/error:")
        continue
    key = f"{recording.sign} {path.stem}"
    inside = st.expander(
        f"**{recording.sign}** · {len(recording)} hands · {path.stem}", expanded=state.get("open") == str(path),
        key=f"inside {key}", on_change="rerun",
    )  # fmt: skip
    if not inside.open:  # nothing is drawn for those who do not look
        continue
    with inside:
        st.html(grid(recording))
        bad = st.pills(
            "Bad ones",
            range(len(recording)),
            selection_mode="multi",
            format_func=lambda n: str(n + 1),
            key=f"bad {key}",
        )
        row = st.container(horizontal=True)
        row.button(
            "Delete the chosen", on_click=change, args=(recording, list(bad)), disabled=not bad, key=f"some {key}"
        )  # fmt: skip
        row.button(
            "Delete the recording", on_click=change, args=(recording, list(range(len(recording)))), key=f"all {key}"
        )
if files:
    st.header("Make the model yours")
    st.markdown("In a terminal, once `make install` has been run; it takes a minute or two:")
    st.code(
        f'.venv/bin/fingerspell-train fit --data "{folder}" --from models/letters --out runs/mine\n'
        ".venv/bin/fingerspell --model runs/mine",
        language="bash",
    )
show.small(
    f"Kept on this machine alone, in {folder}: 28 x 28 gray pixels and 21 points of each hand; the whole picture only "
    "where you ask for it."
)
