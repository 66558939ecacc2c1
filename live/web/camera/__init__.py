"""TODO."""

from live.web.camera.protocol import VERSION, no_letter
from live.web.camera.session import LiveSession, register

__all__ = [
    "VERSION",
    "LiveSession",
    "no_letter",
    "register",
]
