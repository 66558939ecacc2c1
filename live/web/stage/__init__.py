"""The stage: the live picture, the letter and the text, as one Streamlit component.

Input: a live session and the texts of a page. Output: whether the camera runs. Everything else happens in the browser
(`modules/`, with the layout in stage.html and the style in stage.css) and over the camera's socket. Streamlit runs the
page only when the page has to react: to a letter in an exercise, to the end of a recording, or to a camera that starts
or stops.
"""

import hashlib
from functools import cache
from pathlib import Path

import streamlit as st

from live.sources import without_password
from live.web.camera import VERSION, LiveSession
from live.web.observers import Aside
from live.web.options import options
from live.web.state import session as state
from live.web.state import stage_key

HERE = Path(__file__).resolve().parent
MODULES = HERE / "modules"
# Streamlit accepts one script per component. This one loads the real script, which consists of modules.
LOADER = """
export default async function (component) {
  const { Stage } = await import(new URL(`${component.data.modules}/stage.js`, location.origin));
  const root = component.parentElement.querySelector(".stage");
  root.stage ??= new Stage(root);
  root.stage.update(component.data, component);
  // Streamlit also cleans up after a call that a newer call has replaced. Both calls share one stage, so close it only
  // once it has left the page.
  return () => root.isConnected || root.stage.close();
}
"""

_component = st.components.v2.component(
    "fingerspell_stage",
    html=(HERE / "stage.html").read_text(encoding="utf-8"),
    css=(HERE / "stage.css").read_text(encoding="utf-8"),
    js=LOADER,
)


def _under_base_path(path: str) -> str:
    """Put Streamlit's base path before a path. Streamlit does so only for its own routes."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/{path}" if base else f"/{path}"


def socket_path() -> str:
    """The path of the camera's WebSocket."""
    return _under_base_path("fingerspell/camera")


@cache
def modules_path() -> str:
    """The path of the JavaScript. It contains a hash of the files, so that no browser runs old files from its cache."""
    contents = b"".join(path.read_bytes() for path in sorted(MODULES.glob("*.js")))
    return _under_base_path(f"fingerspell/stage/{hashlib.sha256(contents).hexdigest()[:16]}")


def stage(
    session: LiveSession,
    page: str,
    *,
    idle: str,
    running: str,
    spells: bool = True,
    mirror: bool = True,
    keys: bool = True,
    aside: Aside | None = None,
    reports_running: bool = False,
    reports_letters: bool = False,
) -> bool:
    """Show the stage. Returns whether its camera runs; always False without reports_running.

    page: the page's name. idle, running: the status line before START and while the camera runs, if nothing is wrong.
    spells: whether to show the text. keys: whether single keys act on it. aside: shown beside the picture until the
    session's observer replaces it. reports_running: run the page when the camera starts or stops. reports_letters: run
    it when letters were signed. The page also runs when the session's observer is done, and when a restarted app does
    not know the session.
    """
    camera = options().camera
    session_state = state()
    session_state.runs += 1
    result = _component(
        key=stage_key(page),
        data={
            "version": VERSION,
            "run": session_state.runs,  # Streamlit passes on only data that differ from those before
            "modules": modules_path(),
            "socket": socket_path(),
            "token": session.token,
            "appCamera": camera and without_password(camera),
            "idle": idle,
            "running": running,
            "spells": spells,
            "mirror": mirror,
            "keys": keys,
            "aside": aside.describe() if aside else None,
            "reportsRunning": reports_running,
            "reportsLetters": reports_letters,
        },
        default={"running": False},
        on_running_change=lambda: None,
        on_signed_change=lambda: None,
        on_done_change=lambda: None,
        on_unknown_change=lambda: None,
    )
    return bool(result.running)
