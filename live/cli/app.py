"""`fingerspell` without a command: starts the app, and opens it in the browser."""

import argparse
import errno
import os
import socket
import sys
import threading
from pathlib import Path

from live.cli.arguments import (
    add_model_arguments,
    fetch_hand_networks,
    n_people,
    open_named_source,
    port,
    print_warning,
)
from live.errors import FingerspellError, ModelError
from live.web import LOOPBACK, PEOPLE, Options

APP = Path(__file__).resolve().parents[1] / "web" / "app.py"
MAX_UPLOAD_MB = 200  # per file, films included


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the app's arguments."""
    parser.add_argument("--host", default="127.0.0.1", help="address the app listens on (default %(default)s)")
    parser.add_argument("--port", type=port, default=8501, help="port the app listens on (default %(default)s)")
    add_model_arguments(parser, defaults=True)
    parser.add_argument(
        "--signs", type=Path, metavar="DIR", help="folder for recordings of your own signs (default: your data folder)"
    )
    parser.add_argument(
        "--people", type=n_people, default=PEOPLE, metavar="N",
        help="how many cameras are read at once; others wait until a place is free (default %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--camera", metavar="SOURCE",
        help="show and read this source instead of the browser's camera: a camera's index (0), a video file, a "
        "stream's address or a folder of pictures, where the app runs",
    )  # fmt: skip
    parser.add_argument(
        "--certificate", type=Path, metavar="FILE", help="serve https with this certificate (PEM); needs --key"
    )
    parser.add_argument("--key", type=Path, metavar="FILE", help="the certificate's private key (PEM)")


def run(args: argparse.Namespace) -> int:
    """Check what can be checked in the terminal, then serve the app until Ctrl-C."""
    https = _https_settings(args.certificate, args.key)
    _check_port(args.host, args.port)
    from live.readers import read_contract

    try:
        read_contract(args.model)
    except ModelError as error:
        print_warning(f"{error} (the page says this, too)")
    if args.camera == "-":
        raise FingerspellError("--camera -: the app reads its source again and again; name a file")
    if args.camera is not None:
        with open_named_source(args.camera) as frames:
            next(iter(frames))  # a source that cannot be read ends the command
    fetch_hand_networks(args)  # here, where the user sees it; the page loads them from the cache
    address = browser_address(args.host, args.port, bool(https))
    print(f"Fingerspell is at {address} (Ctrl-C stops it)", flush=True)
    threading.Thread(target=_open_browser, args=(address,), daemon=True).start()
    from streamlit.web import cli

    settings = _streamlit_settings(args.host, args.port) | https
    options = [f"--{name}={value}" for name, value in settings.items()]
    sys.argv = ["streamlit", "run", str(APP), *options, "--", *_page_options(args).to_argv()]
    cli.main()
    return 0


def browser_address(host: str, port: int, https: bool) -> str:
    """The app's address for a browser on this machine, under Streamlit's base path if one is set."""
    name = "localhost" if host in ("0.0.0.0", "::") else host  # noqa: S104
    path = os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")
    return f"http{'s' if https else ''}://{f'[{name}]' if ':' in name else name}:{port}{f'/{path}' if path else ''}"


def _streamlit_settings(host: str, port: int) -> dict[str, object]:
    return {
        # If not headless, Streamlit advertises on the page; its greeting asks the internet for this machine's address.
        "server.headless": "true",
        "logger.hideWelcomeMessage": "true",
        "logger.level": "warning",
        "server.address": host,
        "server.port": port,
        "server.fileWatcherType": "none",
        "server.maxUploadSize": MAX_UPLOAD_MB,
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "viewer",
        "client.showErrorDetails": "none",
        "theme.light.primaryColor": "#0f766e",
        "theme.dark.primaryColor": "#2dd4bf",
    }


def _page_options(args: argparse.Namespace) -> Options:
    signs = None
    if args.host in LOOPBACK:  # only people at this machine may record signs
        from live.lessons import default_recordings_folder

        signs = (args.signs or default_recordings_folder()).absolute()
    return Options(args.model.absolute(), args.square, signs, args.people, args.camera)


FIRST_FREE_PORT = 1024  # Unix lets only the administrator listen below


def _check_port(host: str, port: int) -> None:
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            if os.name != "nt":  # on Windows it would let two programs share the port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        other = port % 65535 + 1
        advice = f"choose another port: `fingerspell --port {other}`, or `make app PORT={other}`"
        if error.errno == errno.EACCES and port < FIRST_FREE_PORT:
            advice = (
                f"the system keeps ports below {FIRST_FREE_PORT} for itself: leave --port out, and put nginx in front "
                "(docs/deployment.md)"
            )
        elif error.errno not in (errno.EADDRINUSE, errno.EACCES):
            advice = "give --host an address of this machine, or 0.0.0.0 for all of them"
        raise FingerspellError(f"cannot listen on {host}:{port} ({error.strerror}); {advice}") from error


def _https_settings(certificate: Path | None, key: Path | None) -> dict[str, str]:
    """Streamlit's settings for https. Empty without a certificate."""
    if not certificate and not key:
        return {}
    if not (certificate and key):
        raise FingerspellError(
            f"https needs both --certificate FILE and --key FILE; only {certificate or key} was given"
        )
    import ssl

    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key, password="")
    except (OSError, ssl.SSLError) as error:
        raise FingerspellError(
            f"--certificate {certificate}, --key {key}: cannot be used ({error.strerror or error}); give a "
            "certificate and its own key as PEM files, the key without a password"
        ) from error
    return {"server.sslCertFile": str(certificate.absolute()), "server.sslKeyFile": str(key.absolute())}


def _open_browser(address: str) -> None:
    """Open the page once the app answers, if there is a screen to open it on."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    import ssl
    import time
    import urllib.request
    import webbrowser

    trusting = ssl.create_default_context()  # it asks this machine's own app, whose certificate may be for another name
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    directly = urllib.request.build_opener(  # not through a proxy
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusting)
    )
    for _ in range(100):
        try:
            with directly.open(f"{address}/_stcore/health", timeout=1):
                break
        except OSError:
            time.sleep(0.2)
    webbrowser.open(address)
