"""`fingerspell video`: reads a film, camera, stream or folder of pictures, and prints the text."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from live.cli.arguments import add_model_arguments, load_recognizer, open_named_source, seconds
from live.errors import CameraError, FingerspellError
from live.text import FLOW_SPACE_S, HOLD_S, SPACE, SPACE_S, Committed, Speller

if TYPE_CHECKING:
    from live.recognizer import Recognizer
    from live.sources import FrameSource


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    add_model_arguments(parser)
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="a camera's index (0), a video file, an animated GIF, WebP or PNG, a stream's address, a folder of "
        "pictures, or - for a film from standard input",
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON for each frame, and one at the end")
    parser.add_argument("--srt", type=Path, metavar="FILE", help="also write the text as subtitles")
    parser.add_argument(
        "--hold", type=seconds, metavar="S", default=HOLD_S,
        help=f"seconds that a letter must be held to count (default {HOLD_S:g}; less if the reading is confident, "
        "more if not)",
    )  # fmt: skip
    parser.add_argument(
        "--space", type=seconds, metavar="S", default=SPACE_S,
        help=f"seconds without a hand that make a space (default {SPACE_S:g}; with --fluent at least {FLOW_SPACE_S:g})",
    )  # fmt: skip
    parser.add_argument("--fluent", action="store_true", help="read words that flow, instead of letters that are held")
    parser.add_argument(
        "--words", action="store_true", help="suggest the word that was probably meant; the text does not change"
    )


def run(args: argparse.Namespace) -> int:
    """Read the source to its end, or until Ctrl-C, and print its text."""
    space_s = max(args.space, FLOW_SPACE_S) if args.fluent and args.space else args.space
    recognizer = load_recognizer(args, Speller(args.hold, space_s))
    if args.fluent and recognizer.fluent is None:
        raise FingerspellError(
            "--fluent reads how the hand moves, so it needs the hand networks; leave --square out, and run "
            "`fingerspell fetch` with an internet connection"
        )
    recognizer.flow = args.fluent
    with open_named_source(args.source) as source:
        subtitles = _open_subtitles(args.srt, args.source)  # before the film is read, so that a bad path fails at once
        end_s, fault = _read(recognizer, source, args.json)
    _print_text(recognizer, args, nothing_read=not end_s)
    if subtitles:
        _write_subtitles(subtitles, recognizer.speller.committed, end_s)
    if fault:
        raise fault
    return 0


def _read(recognizer: "Recognizer", source: "FrameSource", as_json: bool) -> tuple[float, CameraError | None]:
    """Read all frames. Returns the end time of the last one, and the error that stopped the source, if any."""
    end_s = 0.0
    try:
        with _progress_bar(source, as_json) as bar, closing(recognizer.read_film(source)) as readings:
            for reading in readings:
                end_s = reading.time_s + source.frame_s
                bar.update(source.n_read - bar.n)
                if as_json:
                    row = {
                        "time_s": round(reading.time_s, 3),
                        "letter": reading.letter,
                        "confidence": round(reading.confidence, 4),
                        "text": reading.text,
                    }
                    print(json.dumps(row), flush=True)
    except CameraError as error:
        return end_s, error
    except KeyboardInterrupt:  # the way to stop a camera
        pass
    return end_s, None


def _progress_bar(source: "FrameSource", as_json: bool) -> Any:
    """A bar with the time left on stderr, if that is a terminal; without an end, if the source does not say its own."""
    from tqdm import tqdm

    shown = sys.stderr.isatty() and not (as_json and sys.stdout.isatty())  # there the lines of JSON show the progress
    return tqdm(total=source.n_frames or None, unit="frame", leave=False, dynamic_ncols=True, disable=not shown)


def _print_text(recognizer: "Recognizer", args: argparse.Namespace, nothing_read: bool) -> None:
    speller = recognizer.speller
    letters = [[item.letter, round(item.time_s, 2)] for item in speller.committed if item.letter != SPACE]
    suggestion = None
    if args.words:
        from live.text.words import WordHelper

        suggestion = WordHelper().suggest(speller.committed, recognizer.flowing_word)
    if args.json:
        row = {"text": speller.text, "letters": letters} | ({"suggestion": suggestion} if args.words else {})
        print(json.dumps(row), flush=True)
        return
    if not nothing_read:
        print(speller.text or ("(no letter was read)" if args.fluent else "(no letter was held long enough)"))
    if suggestion:
        print(f"  perhaps: {suggestion}")
    for letter, time_s in letters:
        print(f"  {time_s:7.2f} s  {letter}")


def _open_subtitles(path: Path | None, source: str) -> TextIO | None:
    if path is None:
        return None
    if _are_one_file(path, source):
        raise FingerspellError(f"--srt {path}: is the film itself; name another file")
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise FingerspellError(f"--srt {path}: cannot be written ({error.strerror or error})") from error


def _are_one_file(path: Path, source: str) -> bool:
    try:
        return path.samefile(source)
    except OSError:  # one of them is no file yet, or an address
        return False


def _write_subtitles(file: TextIO, committed: Sequence[Committed], end_s: float) -> None:
    try:
        with file:
            file.writelines(_subtitles(committed, end_s))
    except OSError as error:
        raise FingerspellError(f"--srt {file.name}: cannot be written ({error.strerror or error})") from error


def _subtitles(committed: Sequence[Committed], end_s: float) -> Iterator[str]:
    """SubRip blocks: the text so far, from each letter's commit to the next."""
    text = ""
    for n, item in enumerate(committed):
        text += item.letter
        stop_s = committed[n + 1].time_s if n + 1 < len(committed) else max(end_s, item.time_s + 1)
        yield f"{n + 1}\n{_srt_time(item.time_s)} --> {_srt_time(stop_s)}\n{text}\n\n"


def _srt_time(time_s: float) -> str:
    ms = round(time_s * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"
