"""The page: Streamlit's pages and the camera's WebSocket in one server.

In go the app's options and the frames of people's cameras; out come readings, drawn by the browser. `app.py` is the
ASGI application, `page.py` the script that Streamlit runs, `views/` its pages. Frames arrive over one WebSocket
(`camera/`) and are read by the live session of the page; the answers go back over it, to the component in `stage/`.
`observers/` watch the readings of an exercise or a recording, `uploads/` reads uploaded pictures and films. While a
camera runs, Streamlit runs nothing.
"""

# Streamlit's internals that the app relies on. pyproject.toml keeps Streamlit below the next minor version; before
# raising that bound, check each of these (the tests in brackets fail where one has changed):
#
# - `net_util._internal_ip` and `_external_ip`: app.py sets them, so that nobody on the internet is asked for this
#   machine's addresses [tests/browser/test_no_way_in.py].
# - `.stMainBlockContainer`, `.stApp`, `.stDialog` and the attribute `data-test-connection-state=PINGING_SERVER`:
#   page.py styles them [test_live_page.py -k "in_sight or restart"].
# - The pages lie in views/, not in pages/: from a folder of that name beside page.py Streamlit builds a navigation of
#   its own until `st.navigation` has run once. If the first visitor opens a subpage, page.py never runs (1.67).
# - The base path is put before Streamlit's own routes only: stage/ puts it before ours [test_links.py -k path].
# - A component is cleaned up after a call that a newer call has replaced: the loader in stage/ allows for it
#   [test_live_page.py -k setting_that_is_changed].
# - `streamlit.runtime.uploaded_file_manager.UploadedFile`: views/pictures.py names it as a type.
# - `streamlit.web.cli.main` reads sys.argv, `/_stcore/health` answers once the app runs: live/cli, the Dockerfile.
# - `/_stcore/stream` and Streamlit's protobuf messages: docs/protocol.md and tests/support/client.py.

from live.web.options import LOOPBACK, PEOPLE, Options

__all__ = ["LOOPBACK", "PEOPLE", "Options"]
