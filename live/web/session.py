"""A page's camera with all that goes with it: the reader, the watch over the connection, what is told of it."""

import time
import uuid

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from live.errors import FingerspellError
from live.recognizer import Recognizer
from live.web.board import Told, board
from live.web.camera import browser_camera
from live.web.faults import camera_fault, connection_fault
from live.web.model import places, say_square, session_recognizer
from live.web.reader import ConnectionWatch, Live, LiveReader, Reconnect

REFRESH_S, FULL_REFRESH_S = 0.1, 2.0
# As large as the camera's, so that START brings a picture and moves nothing.
NO_PICTURE = (
    '<div style="aspect-ratio:4/3;border-radius:.5rem;background:rgba(128,128,128,.12);display:grid;'
    'place-items:center">{}</div>'
)
CAME_BACK = "**The app was away and is back.** Your text is kept; your camera is being connected again …"
FULL = (
    "**All places are taken.** So that each camera is read quickly, this app takes {} at a time. This page "
    "looks again by itself and lets you in as soon as a place is free; the other pages work meanwhile."
)


class CameraSession:
    """Lives in the session's state, one for each page with a camera. Call in this order: status, show, update."""

    def __init__(self, name: str, session: str, recognizer: Recognizer) -> None:
        self.name, self._session = name, session
        self.reader = LiveReader(recognizer)
        self.watch = ConnectionWatch()
        self._reconnect = Reconnect()
        self._id = uuid.uuid4().hex
        self._sending = False
        self._fault = ""
        self._full = False  # others have all places
        self._came_back = False  # the server, under a running camera, and it is not sending yet
        self._shown: tuple[bool, bool | None, bool] = (False, None, False)
        self._heard = 0
        self._status: DeltaGenerator | None = None
        self._idle = self._running = ""

    @classmethod
    def of(cls, name: str, recognizer: Recognizer) -> "CameraSession":
        """The one of this session and name, reading with this recogniser from now on."""
        session: str = st.session_state.setdefault("session", uuid.uuid4().hex)
        own: CameraSession = st.session_state.setdefault(f"camera session {name}", cls(name, session, recognizer))
        own.reader.use(recognizer)
        return own

    @property
    def refresh_s(self) -> float | None:
        """How often to call update."""
        if self._full:
            return FULL_REFRESH_S
        return REFRESH_S if self._sending or self._reconnect.desired is not None else None

    @property
    def needs_snapshots(self) -> bool:
        """Live video cannot be had."""
        return self.watch.state == "failed" or bool(self._fault)

    @property
    def _to_show(self) -> tuple[bool, bool | None, bool]:
        """What a whole run of the page depends on."""
        return self.watch.state == "failed", self._reconnect.desired, self._full

    def status(self, line: DeltaGenerator, idle: str, running: str) -> None:
        """Where to tell what is wrong, and what stands there while nothing is: before START, and after it."""
        self._status, self._idle, self._running = line.container(key="status").empty(), idle, running

    def show(self) -> None:
        """The camera's picture, and START."""
        self._sending, self._fault = False, ""
        self._full = not places().free(self._session, time.monotonic())
        self._shown = self._to_show
        place = st.empty()
        if self._full:
            place.html(NO_PICTURE.format("All places are taken"))
            return
        try:
            self._sending = browser_camera(self.reader, self.name, self._reconnect.desired)
        except FingerspellError as error:
            self._fault = str(error)
        if not self._sending:
            place.html(NO_PICTURE.format("Your camera appears here"))
            if self._reconnect.desired is None:
                places().leave(self._session)

    def update(self, perhaps: str | None = None, spells: bool = True) -> Live:
        """Show what there is to tell now, and the board, which gives it back; without a reading where none is new.

        perhaps, spells: as for board.
        """
        now_s = time.monotonic()
        live = self.reader.latest(now_s)
        state = self.watch.update(self._sending, live.frames, now_s)
        self._reconnect.update(state, now_s)
        if self._sending:
            self._full = not places().take(self._session, self.reader, now_s)
        elif self._full:
            self._full = not places().free(self._session, now_s)
        if self._to_show != self._shown:  # asked each time, since one run of the page can swallow another's wish
            st.rerun()  # the whole page: the camera is told, or snapshots are offered
        connected = state == "connected"
        said = board(live, connected, self._id, self._heard, perhaps, spells, self._hear)
        if self._status is not None:
            self._tell(self._status, live, said)
        return live if connected else live.without_reading()

    def _hear(self, told: list[Told]) -> None:
        for what in told:
            if what["n"] > self._heard:
                self._heard = what["n"]
                self._do(what)

    def _do(self, what: Told) -> None:
        if what["do"] == "resume":
            self._came_back = True
            self._reconnect.start(time.monotonic())
        elif what["do"] == "edit":
            self.reader.edit_text(str(what["before"]), str(what["after"]))
        else:
            self.reader.change_text(str(what["do"]))

    def _tell(self, status: DeltaGenerator, live: Live, said: str) -> None:
        if self.watch.state == "connected":
            self._came_back = False
        trouble = self._fault or camera_fault(said) or connection_fault(self.watch.state, self._reconnect.gave_up)
        if self._full:
            status.info(FULL.format(places().number), icon=":material/hourglass_top:")
        elif trouble:
            status.error(trouble, icon=":material/videocam_off:")
        elif self._came_back and not self._reconnect.gave_up:
            status.info(CAME_BACK, icon=":material/hourglass_top:")
        elif self.watch.state == "connected" and live.advice:
            status.warning(live.advice.text, icon=":material/lightbulb:")
        elif self.watch.state == "connecting" or self._reconnect.desired:
            status.info("Connecting to your camera …", icon=":material/hourglass_top:")
        else:
            status.markdown(self._running if self.watch.state == "connected" else self._idle)


def beside_camera(name: str, idle: str, running: str) -> tuple[CameraSession, DeltaGenerator, DeltaGenerator]:
    """How a page begins that has its camera on the left: what is told, the two columns, the camera in its own.

    name: of the page. idle, running: as for status. The columns are for what stands below and beside the camera.
    """
    line = st.container()
    say_square()
    left, right = st.columns([5, 4], gap="large")
    camera = CameraSession.of(f"{name} camera", session_recognizer(name))
    camera.status(line, idle, running)
    with left:
        camera.show()
    return camera, left, right
