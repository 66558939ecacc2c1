"""The page: Streamlit's pages and the camera's WebSocket in one server.

Input: the app's options and the frames of visitors' cameras. Output: readings, which the browser draws. `app.py` is
the ASGI application, `page.py` the script that Streamlit runs, `views/` its pages. A page's frames arrive over a
WebSocket (`camera/`). The page's live session reads them and answers the component in `stage/`. `observers/` watch the
readings during an exercise or a recording, `player/` shows a drawn hand that spells, and `uploads/` reads uploaded
pictures and films. Frames and readings do not pass through Streamlit.
"""

# Streamlit's internals that the app relies on. pyproject.toml keeps Streamlit below the next minor version; before
# raising that bound, check each of these (the tests in brackets fail where one has changed):
#
# - `net_util._internal_ip` and `_external_ip`: app.py sets them, so that Streamlit does not ask servers on the
#   internet for this machine's addresses [tests/browser/test_security.py].
# - `.stMainBlockContainer`, `.stApp`, `.stDialog` and the attribute `data-test-connection-state=PINGING_SERVER`:
#   page.py styles them [test_live_page.py -k "in_sight or restart"].
# - The pages are in views/, not in pages/: until `st.navigation` has run once, Streamlit builds its own navigation from
#   a folder named pages/ beside page.py. If the first visitor opens a subpage, page.py never runs (Streamlit 1.67).
# - Streamlit adds the base path to its own routes only; stage/ adds it to ours [test_links.py -k path].
# - Streamlit also runs a component's cleanup for a call that a newer call has replaced; the loader in stage/ allows for
#   that [test_live_page.py -k changing_a_setting].
# - `streamlit.runtime.uploaded_file_manager.UploadedFile`: views/pictures.py names it as a type.
# - `streamlit.web.cli.main` reads sys.argv [live/cli], and `/_stcore/health` answers once the app runs [live/cli, the
#   Dockerfile].
# - docs/protocol.md and tests/support/client.py use `/_stcore/stream` and Streamlit's protobuf messages.

from live.web.options import LOOPBACK, PEOPLE, Options

__all__ = ["LOOPBACK", "PEOPLE", "Options"]
