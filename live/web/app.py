"""The app: Streamlit's page and the camera's WebSocket in one server, for `fingerspell` and `streamlit run` alike."""

import logging

import streamlit as st
from streamlit import net_util

from live.web.server import routes

logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # it announces each start, stop and connection

# Where a page of another address asks for its stream, Streamlit would ask servers on the internet for this machine's
# addresses, to compare. These it takes for known.
net_util._internal_ip = net_util._external_ip = "127.0.0.1"

app = st.App("page.py", routes=routes())
