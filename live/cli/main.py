"""The `fingerspell` command."""

import argparse
import json
import os
import socket
import ssl
import sys
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from live import __version__
from live.errors import BundleError, CameraError, FingerspellError, ModelError, PictureError
from live.files import default_model
from live.text import HOLD_S, SPACE, SPACE_S, Committed, Speller
from live.web import LOOPBACK, PEOPLE, Options

if TYPE_CHECKING:
    from live.hand import HandNetworks
    from live.recognizer import Recognizer


SQUARE_HELP = "do not look for the hand: read the square in the middle of the picture"
APP = Path(__file__).resolve().parents[1] / "web" / "app.py"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status. What goes wrong becomes one line on stderr."""
    args = _parser().parse_args(argv)
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # FFmpeg's own complaints about a file; ours say it once
    try:
        return int(args.run(args))
    except FingerspellError as error:
        print(f"fingerspell: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `fingerspell … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fingerspell",
        description="Read American Sign Language letters. Without a command: the app, in the browser.",
    )
    parser.add_argument("--version", action="version", version=f"fingerspell {__version__}")
    parser.add_argument("--host", default="127.0.0.1", help="address the app listens on (default %(default)s)")
    parser.add_argument("--port", type=_port, default=8501, help="its port (default %(default)s)")
    parser.add_argument("--model", type=Path, default=default_model(), help="model folder (default: what ships)")
    parser.add_argument("--square", action="store_true", help=SQUARE_HELP)
    parser.add_argument(
        "--signs", type=Path, metavar="DIR", help="where own signs are kept (default: your data folder)"
    )
    parser.add_argument(
        "--people", type=_people, default=PEOPLE, metavar="N",
        help="how many cameras are read at once; others wait until a place is free (default %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--camera", metavar="SOURCE",
        help="show and read this source instead of the browser's camera: a camera's index (0), a video file, a "
        "stream's address or a folder of pictures, where the app runs",
    )  # fmt: skip
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="serve https with it (PEM); needs --key")
    parser.add_argument("--key", type=Path, metavar="FILE", help="the certificate's private key (PEM)")
    parser.set_defaults(run=_app)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        made.add_argument("--model", type=Path, default=argparse.SUPPRESS, help="model folder (default: what ships)")
        made.add_argument("--square", action="store_true", default=argparse.SUPPRESS, help=SQUARE_HELP)
        return made

    photo = command("photo", _photo, "Read pictures.")
    photo.add_argument("files", nargs="+", metavar="FILE")
    photo.add_argument("--json", action="store_true", help="one JSON line a file")
    video = command("video", _video, "Read a film, camera, stream or folder of pictures into text.")
    video.add_argument("source", metavar="SOURCE", help="camera index, video file, stream address or folder")
    video.add_argument("--json", action="store_true", help="one JSON line a frame, and one at the end")
    video.add_argument("--srt", type=Path, metavar="FILE", help="write the text as subtitles, too")
    video.add_argument(
        "--hold",
        type=_seconds,
        metavar="S",
        help=f"seconds for which a letter is held until it counts (default {HOLD_S:g}; less where it is sure, more "
        "where it is not)",
    )
    video.add_argument(
        "--space", type=_seconds, metavar="S", help=f"seconds without a hand that make a space (default {SPACE_S:g})"
    )
    video.add_argument("--words", action="store_true", help="suggest the word that was likely meant; changes nothing")
    bench = command("bench", _bench, "Time each stage of a frame.")
    bench.add_argument("--picture", type=Path, metavar="FILE", help="a picture with a hand in it, to time with")
    bench.add_argument("--json", action="store_true", help="one JSON object")
    command("fetch", _fetch, "Fetch the hand networks, if they are not here yet (the other commands do so, too).")
    command("doctor", _doctor, "Say what works, what does not, and what to do.")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (1 to 65535)")
    return int(text)


def _people(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of people (1 to 1000)")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 60:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds (0 to 60)")
    return seconds


def _hand_networks(args: argparse.Namespace) -> "HandNetworks | None":
    """None for --square, and where they cannot be had, which is said on stderr."""
    if args.square:
        return None
    from live.hand import fetch_networks

    try:
        return fetch_networks()
    except BundleError as error:
        print(f"fingerspell: {error}. Until then the square in the middle of the picture is read", file=sys.stderr)
        return None


def _fetch(args: argparse.Namespace) -> int:
    from live.hand import LICENCE, bundle_path, fetch_networks

    fetch_networks()
    print(f"{bundle_path()}: {LICENCE}")
    return 0


def _app(args: argparse.Namespace) -> int:
    https = _https(args)
    family = socket.AF_INET6 if ":" in args.host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            if os.name != "nt":  # there it would mean: share the port with whoever has it
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((args.host, args.port))
    except OSError as error:
        raise FingerspellError(
            f"cannot listen on {args.host}:{args.port} ({error.strerror}); choose another: `fingerspell --port "
            f"{args.port % 65535 + 1}`, or `make app PORT={args.port % 65535 + 1}`"
        ) from error
    from live.readers import read_contract

    try:
        read_contract(args.model)
    except ModelError as error:
        print(f"fingerspell: {error} (the page says so, too)", file=sys.stderr)
    if args.camera is not None:
        _try_camera(args.camera)
    _hand_networks(args)  # fetched here, where it can be seen; the page loads them from the cache
    address = _address(args.host, args.port, bool(https))
    print(f"Fingerspell is at {address} (Ctrl-C stops it)", flush=True)
    threading.Thread(target=_open_browser, args=(address,), daemon=True).start()

    from streamlit.web import cli

    settings = {
        # Not headless, Streamlit advertises on the page; greeting, it asks the internet for this machine's address.
        "server.headless": "true",
        "logger.hideWelcomeMessage": "true",
        "logger.level": "warning",
        "server.address": args.host,
        "server.port": args.port,
        "server.fileWatcherType": "none",
        "server.maxUploadSize": 200,  # MB a file: films, too
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "viewer",
        "client.showErrorDetails": "none",
        "theme.light.primaryColor": "#0f766e",
        "theme.dark.primaryColor": "#2dd4bf",
    } | https
    flags = [f"--{name}={value}" for name, value in settings.items()]
    signs = None
    if args.host in LOOPBACK:  # recordings are for those at this machine
        from live.lessons import default_folder

        signs = (args.signs or default_folder()).absolute()
    options = Options(args.model.absolute(), args.square, signs, args.people, args.camera)
    sys.argv = ["streamlit", "run", str(APP), *flags, "--", *options.to_argv()]
    cli.main()
    return 0


def _address(host: str, port: int, https: bool) -> str:
    """Where a browser on this machine finds the app; under Streamlit's base path, if one is set."""
    here = "localhost" if host in ("0.0.0.0", "::") else host  # noqa: S104
    path = os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")
    return f"http{'s' if https else ''}://{f'[{here}]' if ':' in here else here}:{port}{f'/{path}' if path else ''}"


def _try_camera(source: str) -> None:
    """Read one frame, so that a source that cannot be read ends the command. Raises CameraError."""
    from live.sources import open_source

    with open_source(source) as frames:
        next(iter(frames))


def _https(args: argparse.Namespace) -> dict[str, str]:
    """Streamlit's settings for it; none where it is not asked for."""
    if not args.certificate and not args.key:
        return {}
    if not (args.certificate and args.key):
        given = args.certificate or args.key
        raise FingerspellError(f"https needs both, --certificate FILE and --key FILE, and there is {given} alone")
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(args.certificate, args.key, password="")
    except (OSError, ssl.SSLError) as error:
        raise FingerspellError(
            f"--certificate {args.certificate}, --key {args.key}: cannot be used ({error.strerror or error}); give PEM "
            "files that belong together, the key without a password"
        ) from error
    return {"server.sslCertFile": str(args.certificate.absolute()), "server.sslKeyFile": str(args.key.absolute())}


def _open_browser(address: str) -> None:
    """Once the app answers, where there is a screen to open it on."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):  # noqa: S310
                break
        except OSError:
            time.sleep(0.2)
    webbrowser.open(address)


def _photo(args: argparse.Namespace) -> int:
    from live.readers import LetterClassifier
    from live.recognizer import Recognizer

    recognizer = Recognizer.complete(LetterClassifier.load(args.model), _hand_networks(args))
    failed = False
    for name in args.files:
        line = _read_photo(name, recognizer)
        failed |= line["error"] is not None
        if args.json:
            print(json.dumps(line), flush=True)
        elif line["error"]:
            print(f"fingerspell: {line['error']}", file=sys.stderr, flush=True)
        else:
            print(f"{name}: {_in_words(line)}", flush=True)
    return 1 if failed else 0


def _read_photo(name: str, recognizer: "Recognizer") -> dict[str, Any]:
    """One file's line of `photo --json`."""
    from live.sources import read_picture

    mode = "hand" if recognizer.tracker else "square"
    line: dict[str, Any] = {
        "file": name, "letter": None, "confidence": 0.0, "top": [], "hand": None, "mode": mode, "error": None,
    }  # fmt: skip
    try:
        reading = recognizer.read_picture(read_picture(Path(name)))
    except PictureError as error:
        return line | {"error": str(error)}
    hand = reading.hand
    return line | {
        "letter": reading.letter,
        "confidence": round(reading.confidence, 4),
        "top": [[letter, round(probability, 4)] for letter, probability in reading.top],
        "hand": {"box": list(hand.box_xyxy), "side": hand.side} if hand else None,
        "mode": reading.mode,
    }


def _in_words(line: dict[str, Any]) -> str:
    top = ", ".join(f"{letter} {probability:.0%}" for letter, probability in line["top"])
    if line["letter"]:
        return f"{line['letter']}  ({top})"
    if top:
        return f"no letter, not sure enough  ({top})"
    return "no letter: no hand found" if line["mode"] == "hand" else "no letter: nothing to read"


def _video(args: argparse.Namespace) -> int:
    from live.readers import LetterClassifier
    from live.recognizer import Recognizer
    from live.sources import open_source

    speller = Speller(HOLD_S if args.hold is None else args.hold, SPACE_S if args.space is None else args.space)
    recognizer = Recognizer.complete(LetterClassifier.load(args.model), _hand_networks(args), speller)
    fault, end_s = None, 0.0
    source_opened = open_source(args.source)
    if args.srt and args.srt.exists() and Path(args.source).exists() and args.srt.samefile(args.source):
        raise FingerspellError(f"--srt {args.srt}: that is the film itself; name another file")
    try:  # before the film is read, not after
        subtitles = args.srt.open("w", encoding="utf-8") if args.srt else None
    except OSError as error:
        raise FingerspellError(f"--srt {args.srt}: cannot be written ({error.strerror or error})") from error
    with source_opened as source:
        try:
            for frame in source:
                end_s = frame.time_s + source.frame_s
                reading = recognizer.process(frame.image_bgr, frame.time_s)
                if args.json:
                    line = {
                        "time_s": round(frame.time_s, 3),
                        "letter": reading.letter,
                        "confidence": round(reading.confidence, 4),
                        "text": reading.text,
                    }
                    print(json.dumps(line), flush=True)
        except CameraError as error:
            fault = error  # what was read until then still counts
        except KeyboardInterrupt:  # how one stops a camera
            pass
    speller.finish(end_s)
    letters = [[each.letter, round(each.time_s, 2)] for each in speller.committed if each.letter != SPACE]
    suggestion = None
    if args.words:
        from live.text import WordHelper

        suggestion = WordHelper().suggest(speller.committed)
    if args.json:
        told = {"text": speller.text, "letters": letters} | ({"suggestion": suggestion} if args.words else {})
        print(json.dumps(told), flush=True)
    else:
        if end_s:
            print(speller.text or "(no letter was held long enough)")
        if suggestion:
            print(f"  perhaps: {suggestion}")
        for letter, time_s in letters:
            print(f"  {time_s:7.2f} s  {letter}")
    if subtitles:
        with subtitles:
            subtitles.writelines(_subtitles(speller.committed, end_s))
    if fault:
        raise fault
    return 0


def _subtitles(committed: Sequence[Committed], end_s: float) -> Iterator[str]:
    """SubRip blocks: from each letter's commit until the next, the text so far."""
    text = ""
    for n, each in enumerate(committed):
        text += each.letter
        stop_s = committed[n + 1].time_s if n + 1 < len(committed) else max(end_s, each.time_s + 1)
        yield f"{n + 1}\n{_srt_time(each.time_s)} --> {_srt_time(stop_s)}\n{text}\n\n"


def _srt_time(time_s: float) -> str:
    ms = round(time_s * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"


def _bench(args: argparse.Namespace) -> int:
    from live.bench import bench
    from live.hand import LiteRTHandTracker
    from live.readers import LetterClassifier

    networks = _hand_networks(args)
    tracker = LiteRTHandTracker(networks) if networks else None
    classifier = LetterClassifier.load(args.model)
    if not args.json:
        print("timing each stage, some ten seconds ...", flush=True)
    figures = bench(classifier, tracker, args.picture)
    if args.json:
        print(json.dumps(figures))
        return 0
    print(f"input: {figures['input']}")
    for stage, times in figures["stages"].items():
        print(f"{stage:>8}  p50 {times['p50_ms']:7.3f} ms   p95 {times['p95_ms']:7.3f} ms")
    print(f"{figures['frames_per_s']:.0f} frames a second, {figures['rss_mb']:.0f} MB resident")
    return 0


def _doctor(args: argparse.Namespace) -> int:
    from live.cli.doctor import examine

    findings = examine(args.model)
    for finding in findings:
        print(f"{finding.state:>7}  {finding.subject}: {finding.text}")
    problems = sum(finding.state == "problem" for finding in findings)
    print("Everything that the app needs works." if not problems else f"{problems} to mend, marked `problem` above.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
