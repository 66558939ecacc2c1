"""The camera's side of the app, with one WebSocket for each page.

Input: JPEG frames and commands from the browser, or frames of the app's own camera. Output: readings as JSON.
`server.py` accepts a page's WebSocket, `connection.py` serves it, `protocol.py` defines the messages, and the page's
`LiveSession` reads the frames. `signed_hands.py` knows the hands behind the letters of the text. `places.py` limits how
many cameras are read at once. Nothing in here uses Streamlit, except for its settings about origins.
"""

from live.web.camera.protocol import VERSION, why_no_letter
from live.web.camera.server import hostname, through_proxy
from live.web.camera.session import LiveSession, register

__all__ = ["VERSION", "LiveSession", "hostname", "register", "through_proxy", "why_no_letter"]
