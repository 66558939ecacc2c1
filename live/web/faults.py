"""What a browser's camera can complain of, in plain words, with what to do. No Streamlit in here."""

from live.web.reader import CONNECT_TIMEOUT_S, ConnectionState

# What the camera's frame says contains the name of the error (W3C's Media Capture and Streams).
FAULTS = {
    "insecure": (
        "**This address may not use a camera.** Browsers give it only to pages on https or on localhost: open "
        "http://localhost with the same port on the machine that runs this app, or put the app behind https."
    ),
    "unsupported": (
        "**This browser offers no camera.** Take a current Chrome, Edge, Firefox or Safari, not one inside another app."
    ),
    "NotAllowed": (
        "**The browser may not use the camera.** Click the camera or lock beside the address, allow the camera, and "
        "reload the page. If it is allowed there, look at the system's own privacy settings."
    ),
    "NotFound": "**No camera was found.** Plug one in, or switch it on, and press START again.",
    "NotReadable": (
        "**Another program has the camera.** Close it (a video call, for one), and press START again. If there is "
        "none, unplug the camera and plug it in again."
    ),
    "Overconstrained": "**The chosen camera is not there any more.** Choose another, and press START again.",
    "Abort": "**The camera did not start.** Unplug it and plug it in again, then press START.",
}
ALSO = {  # other words for the same
    "PermissionDenied": "NotAllowed",
    "Permission denied": "NotAllowed",
    "Permission dismissed": "NotAllowed",
    "Security": "NotAllowed",
    "DevicesNotFound": "NotFound",
    "Requested device not found": "NotFound",
    "Could not start video source": "NotReadable",
    "Device in use": "NotReadable",
    "TrackStart": "NotReadable",
}
BLOCKED = (
    "**No live video.** The browser and this app agreed on a video connection (WebRTC), but in up to "
    f"{CONNECT_TIMEOUT_S:.0f} seconds no picture came through. Usual causes: a firewall, VPN or browser policy that "
    "blocks WebRTC (UDP), or the app runs on another machine and needs a TURN server (see the README). Until then, "
    "take snapshots below."
)
STALLED = "**No picture comes from your camera any more.** It is being started again …"
LOST = "**The camera does not come back.** See that it is plugged in, then press START."


def camera_fault(said: str) -> str | None:
    """said: by the camera's frame, or "insecure" or "unsupported"; None where that is no fault."""
    for words, name in ALSO.items():
        if words in said:
            return FAULTS[name]
    for name, text in FAULTS.items():
        if name in said:
            return text
    return f"**The camera did not start.** The browser says: {said}" if "rror" in said else None


def connection_fault(state: ConnectionState, gave_up: bool) -> str | None:
    """What to say of the way from the browser to the app; gave_up: it was tried again for long enough."""
    if state == "failed":
        return BLOCKED
    if gave_up:
        return LOST
    return STALLED if state == "stalled" else None
