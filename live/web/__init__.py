"""The page. `app.py` is the ASGI application, `page.py` what Streamlit runs, `views/` its pages.

The browser's frames come in over one WebSocket (`server.py`), are read by the session that the page belongs to
(`session.py`), and the answers go back over it. Streamlit runs nothing meanwhile: the component in `stage/` draws.
"""

PEOPLE = 8  # default of --people: two cores read eight cameras at 15 frames a second, and have room
LOOPBACK = ("127.0.0.1", "localhost", "::1")
