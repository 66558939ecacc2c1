"""The stage: the live picture, the letter and the text, as one component of this project's own.

Everything on it happens in the browser and over the camera's socket. Streamlit runs the page only where the page itself
needs to know: a letter of an exercise, the end of a recording, a camera that starts or stops.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import config

from live.sources import without_password
from live.web.camera import VERSION, LiveSession
from live.web.options import options

HERE = Path(__file__).resolve().parent
MODULES = HERE / "modules"
# The component's script only loads the real one, which is made of modules that import each other.
LOADER = """
export default async function (component) {
  const { Stage } = await import(new URL(`${component.data.modules}/stage.js`, location.origin));
  const root = component.parentElement.querySelector(".stage");
  root.stage ??= new Stage(root);
  root.stage.update(component.data, component);
  // Streamlit also cleans up after a call that a newer one has overtaken, and the stage is the same for both.
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
    """Streamlit puts its base path before its own routes, but not before others'."""
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/{path}" if base else f"/{path}"


def socket_path() -> str:
    """The path of the camera's WebSocket."""
    return _under_base_path("fingerspell/camera")


@cache
def modules_path() -> str:
    """The path of the JavaScript. It has a hash of the files, so that no browser runs old ones from its cache."""
    contents = b"".join(path.read_bytes() for path in sorted(MODULES.glob("*.js")))
    return _under_base_path(f"fingerspell/stage/{hashlib.sha256(contents).hexdigest()[:16]}")


@dataclass(frozen=True)
class Aside:
    """What a page shows beside the picture. text: of which **this** is bold. progress: 0..1, None without a bar.

    pictures: drawings with their captions, each {"svg": str, "alt": str, "caption": str}; an empty svg keeps the place.
    """

    text: str = ""
    progress: float | None = None
    pictures: tuple[dict[str, str], ...] = field(default=())

    def describe(self) -> dict[str, Any]:
        """As JSON."""
        return {"text": self.text, "progress": self.progress, "pictures": list(self.pictures)}


def stage(
    session: LiveSession,
    name: str,
    idle: str,
    running: str,
    *,
    spells: bool = True,
    mirror: bool = True,
    aside: Aside | None = None,
    tells_running: bool = False,
    tells_signed: bool = False,
) -> bool:
    """Show the stage. Returns whether its camera runs; always False without tells_running.

    name: of the page. idle, running: the status line where nothing is wrong, before START and after it. spells: with
    the text. aside: what stands beside the picture until the session's observer says otherwise. tells_running: run the
    page when the camera starts and stops. tells_signed: run it when letters were signed. The page runs in any case when
    the session's observer is done, and when the app was started anew and knows the session no more.
    """
    camera = options().camera
    result = _component(
        key=f"stage {name}",
        data={
            "version": VERSION,
            "modules": modules_path(),
            "socket": socket_path(),
            "token": session.token,
            "appCamera": camera and without_password(camera),
            "idle": idle,
            "running": running,
            "spells": spells,
            "mirror": mirror,
            "aside": aside.describe() if aside else None,
            "tellsRunning": tells_running,
            "tellsSigned": tells_signed,
        },
        default={"running": False},
        on_running_change=lambda: None,
        on_signed_change=lambda: None,
        on_done_change=lambda: None,
        on_unknown_change=lambda: None,
    )
    return bool(result.running)
