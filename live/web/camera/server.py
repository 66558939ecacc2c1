"""Accepts the WebSocket of a page's camera: checks its origin, and finds the session it belongs to."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from live.web.camera import protocol
from live.web.camera.connection import Connection
from live.web.camera.protocol import MessageError
from live.web.camera.session import LiveSession, find
from live.web.options import LOOPBACK

LOG = logging.getLogger(__name__)
PROXY_HEADERS = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
GREETING_S = 10.0  # the first message must arrive within this time


def hostname(address: str) -> str | None:
    """The name of the host in an address, "//localhost:8501" for example; None if there is none or it is malformed."""
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def through_proxy(headers: Mapping[str, str]) -> bool:
    """Whether a proxy says that it has forwarded this request. headers: their names in any case."""
    return any(name in headers for name in PROXY_HEADERS)


def host_allowed(headers: Mapping[str, str]) -> bool:
    """Whether the app has the name that the browser asked for.

    An app that only this machine can reach has no names but this machine's, unless a proxy gives it one. Otherwise a
    page on the internet could make its own name lead to this machine, and then read the app (DNS rebinding).
    """
    if st.get_option("server.address") not in LOOPBACK or st.get_option("server.corsAllowedOrigins"):
        return True
    return hostname(f"//{headers.get('host', '')}") in LOOPBACK or through_proxy(headers)


def origin_allowed(origin: str | None, host: str | None) -> bool:
    """Whether a page of this origin may connect: the same host, this machine, or a host in server.corsAllowedOrigins.

    Streamlit has the same rule for its own stream, but also allows the machine's public address. To learn that address,
    it asks a server on the internet; this app does not.
    """
    if origin is None or not st.get_option("server.enableCORS"):
        return True
    name = hostname(origin)
    if name is not None and urlsplit(origin).netloc == host:
        return True
    listed = {hostname(address.strip()) for address in st.get_option("server.corsAllowedOrigins")}
    this_machine = {"localhost", "127.0.0.1", st.get_option("server.address")}
    return name in (listed | this_machine) - {None}


async def camera_socket(websocket: WebSocket) -> None:
    """Serve one page, from its greeting until it disconnects."""
    headers = websocket.headers
    if not origin_allowed(headers.get("origin"), headers.get("host")):
        await websocket.close(protocol.NOT_ALLOWED)  # not accepted yet, so the browser gets status 403
        return
    await websocket.accept()
    if not host_allowed(headers):
        LOG.warning(
            "refused: %r is no name of this machine. If a proxy serves the app under it, let the proxy send "
            "X-Forwarded-For, or set STREAMLIT_SERVER_CORS_ALLOWED_ORIGINS (docs/deployment.md)",
            headers.get("host"),
        )
        await websocket.close(protocol.NOT_ALLOWED, "this app is not known by this name; its log says what to do")
        return
    try:
        session = await _greet(websocket)
        await Connection(websocket, session).serve()
    except MessageError as refusal:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the page may be closed already
            await websocket.close(refusal.code, str(refusal))
    except WebSocketDisconnect:
        pass
    except Exception:
        if (
            websocket.client_state is WebSocketState.DISCONNECTED
            or websocket.application_state is WebSocketState.DISCONNECTED
        ):
            return  # an answer was sent after the page had closed or had been replaced by a newer connection
        LOG.exception("a camera's connection failed")
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await websocket.close(protocol.BROKEN, "a frame could not be read; the app's log says why")


async def _greet(websocket: WebSocket) -> LiveSession:
    """Receive the first message, and return the session of its token. Raises MessageError."""
    try:
        hello = protocol.parse_command(await asyncio.wait_for(_receive_text(websocket), GREETING_S))
    except TimeoutError as error:
        raise MessageError(protocol.NOT_ALLOWED, "no greeting came") from error
    if hello.get("version") != protocol.VERSION:
        raise MessageError(protocol.NOT_ALLOWED, f"this app speaks version {protocol.VERSION}; reload the page")
    session = find(str(hello.get("token")))
    if session is None:
        raise MessageError(protocol.UNKNOWN_SESSION, "this page's session has ended; reload the page")
    text, number = hello.get("text"), hello.get("n")
    text, number = text if isinstance(text, str) else "", number if isinstance(number, int) else 0
    await asyncio.to_thread(session.greet, text, number)
    await websocket.send_text(protocol.encode(await asyncio.to_thread(session.text_message)))
    return session


async def _receive_text(websocket: WebSocket) -> str:
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    if text is None:
        raise MessageError(protocol.NOT_ALLOWED, "the first message must be a greeting with version and token")
    return str(text)
