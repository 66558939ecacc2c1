"""Pictures and films: upload files, and see what the app reads in each and how sure it is."""

from collections.abc import Callable

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.runtime.uploaded_file_manager import UploadedFile

from live.hand import MAX_CROP_SIDE_PX
from live.sources import SUFFIXES, is_animation
from live.text import Committed, signs
from live.web.camera import why_no_letter
from live.web.observers import isolated
from live.web.resources import fresh_recognizer, model_folder, page_recognizer
from live.web.state import Timeline, session
from live.web.uploads import FILM_SUFFIXES, FilmResult, PictureResult, is_film, read_film, read_picture, to_csv
from live.web.views import parts


def show() -> None:
    """Show the page."""
    st.title("Read pictures and films")
    st.markdown(
        "Upload pictures of one hand or of several, such as a chart of the alphabet: the app reads each hand's letter. "
        "It spells out films letter by letter. Your files are read on the machine that runs this app, and are not kept."
    )
    parts.square_warning()
    page_recognizer("pictures")  # a model that does not load is reported before anything is uploaded
    files = st.file_uploader(
        "Pictures (JPEG, PNG, WebP, BMP, GIF, HEIC) or films (MP4, MOV, WebM, MKV, AVI, moving GIF, WebP, PNG)",
        type=[suffix.removeprefix(".") for suffix in (*SUFFIXES, *FILM_SUFFIXES)],
        accept_multiple_files=True,
    )
    results = _read_all(files)
    if pictures := [result for result in results if isinstance(result, PictureResult)]:
        _show_pictures(pictures)
    for file, result in zip(files, results, strict=True):
        if isinstance(result, FilmResult):
            _show_film(result, file)


def _read_all(files: list[UploadedFile]) -> list[PictureResult | FilmResult]:
    """Read each file once, however often the page runs. The results of removed files are forgotten."""
    results = session().uploads
    keys = [(file.file_id, model_folder()) for file in files]
    for removed in results.keys() - set(keys):
        del results[removed]
    unread = [(key, file) for key, file in zip(keys, files, strict=True) if key not in results]
    bar = st.empty()
    for n, (key, file) in enumerate(unread):
        text = f"Reading {parts.escape_markdown(file.name)}, {n + 1} of {len(unread)}"

        def progress(share: float, n: int = n, text: str = text) -> None:
            bar.progress((n + share) / len(unread), text)

        progress(0.0)
        results[key] = _read(file, progress)
    bar.empty()
    return [results[key] for key in keys]


def _read(file: UploadedFile, progress: Callable[[float], object]) -> PictureResult | FilmResult:
    """Read one file. progress: called with the share that has been read, 0..1."""
    if is_film(file.name, file.getvalue()):
        return read_film(file.name, file.getvalue(), fresh_recognizer(), progress)
    return read_picture(file.name, file.getvalue(), page_recognizer("pictures"))


def _show_pictures(pictures: list[PictureResult]) -> None:
    """Show the table, and below it the picture that is chosen in the table."""
    import pandas as pd

    st.header("Pictures")
    table = st.dataframe(
        pd.DataFrame([_table_row(picture) for picture in pictures]),
        hide_index=True,
        row_height=64,
        selection_mode="single-row",
        on_select="rerun",
        column_config={"picture": st.column_config.ImageColumn("")},
    )
    st.download_button(
        "Download the table (CSV)", to_csv(pictures), "fingerspell.csv", "text/csv",
        icon=":material/download:", on_click="ignore",
    )  # fmt: skip
    if any(reading.mode == "crop" for picture in pictures for reading in picture.readings):
        parts.small_text(
            f"Pictures of at most {MAX_CROP_SIDE_PX} pixels a side are taken as crops of a hand, so no hand is looked "
            "for in them."
        )
    rows = table.selection.rows
    n = rows[0] if rows and rows[0] < len(pictures) else 0
    hint = "" if rows or len(pictures) == 1 else " (choose another in the table)"
    with st.container(border=True):
        st.markdown(f"**{parts.escape_markdown(pictures[n].name)}**{hint}")
        _show_picture(pictures[n], n)


def _table_row(picture: PictureResult) -> dict[str, str | None]:
    """One row of the table."""
    read = [reading for reading in picture.readings if reading.top]
    one = read[0] if len(read) == 1 else None
    return {
        "picture": picture.thumbnail(),
        "file": picture.name,
        "letters": picture.letters,
        "confidence": _confidence([reading.confidence for reading in read]),
        "next likeliest": parts.next_likely(one) if one else "",
        "hand": one.hand.side if one and one.hand else f"{len(read)} hands" if read and not one else "",
        "problem": picture.fault or ("" if picture.letters else why_no_letter(picture.readings[0])),
    }


def _confidence(confidences: list[float]) -> str:
    """The confidence of a hand, or the range of several."""
    if not confidences:
        return ""
    low, high = f"{min(confidences):.0%}", f"{max(confidences):.0%}"
    return low if low == high else f"{low} to {high}"


def _show_picture(picture: PictureResult, n: int) -> None:
    """Show a picture with the skeleton of its hand, and what was read. n: its row in the table."""
    if picture.shown_bgr is None:
        st.error(parts.escape_markdown(picture.fault), icon=":material/error:")
        return
    if len(picture.readings) > 1:
        _show_hands(picture, picture.shown_bgr, n)
        return
    left, right = st.columns([5, 4], gap="large")
    left.html(parts.picture_html(picture.shown_bgr, f"{picture.name}, with {_skeletons(picture)}"))
    with right:
        parts.reading_details(picture.readings[0])


def _show_hands(picture: PictureResult, shown_bgr: NDArray[np.uint8], n: int) -> None:
    """Show a picture of several hands, and what was read of the one that is chosen below it."""
    st.html(parts.picture_html(shown_bgr, f"{picture.name}, with {_skeletons(picture)}"))
    numbers = range(len(picture.readings))
    chosen = st.pills(
        "Choose a hand",
        numbers,
        format_func=lambda number: f"{number + 1} {picture.readings[number].letter or '–'}",
        default=0,
        key=f"hand of {n} {picture.name}",
    )
    left, _ = st.columns([5, 4])
    with left:
        parts.reading_details(picture.readings[chosen or 0])


def _skeletons(picture: PictureResult) -> str:
    """What is drawn on a picture, for its alternative text."""
    if len(picture.readings) > 1:
        return f"the numbered skeletons of {len(picture.readings)} hands: {picture.letters}"
    if picture.readings[0].mode != "hand":
        return "no skeleton"
    return "the skeleton of the hand" if picture.readings[0].hand else "no hand"


def _show_film(film: FilmResult, file: UploadedFile) -> None:
    """Show the text, when each letter was held, and the film."""
    st.header(f"Film: {parts.escape_markdown(film.name)}")
    if film.fault:
        st.error(parts.escape_markdown(film.fault), icon=":material/error:")
    letters = signs(film.committed)
    if not letters:
        if film.length_s:
            st.info("No letter was held long enough.")
        return
    st.subheader(film.text)
    timeline = Timeline(file.file_id)
    _show_timeline(letters, film.length_s, timeline)
    chosen = st.pills(
        "Choose a letter to play the film from there, or click the letter above",
        range(len(letters)),
        format_func=lambda n: f"{isolated(letters[n].letter)} {letters[n].since_s:.1f} s",
        key=timeline.buttons,
    )
    if is_animation(file):
        st.image(file, alt=f"The film {film.name}")  # a browser's player does not play it
        return
    start_s = 0 if chosen is None else int(letters[chosen].since_s)
    st.video(file, start_time=start_s, autoplay=chosen is not None, muted=True)
    parts.small_text("The app reads some films that browsers cannot play. The player above then stays black.")


def _show_timeline(letters: list[Committed], length_s: float, timeline: Timeline) -> None:
    """Show a bar for each letter, from the beginning of its hold until it counted."""
    import altair as alt
    import pandas as pd

    held = pd.DataFrame(
        [
            {"n": n, "letter": letter.letter, "from": round(letter.since_s, 2), "to": round(letter.time_s, 2)}
            for n, letter in enumerate(letters)
        ]
    )
    seconds = alt.X("from:Q", title="seconds", scale=alt.Scale(domain=(0, max(length_s, 0.1))))
    line = alt.Chart(held, height=110).encode(x=seconds, tooltip=["letter", "from", "to"])
    clicked = alt.selection_point("clicked", fields=["n"])
    bars = line.mark_bar(color=parts.TEAL, height=16, yOffset=10, cornerRadius=3, cursor="pointer").encode(x2="to:Q")
    names = line.mark_text(dy=-12, fontSize=16, align="left", color=parts.accent_colour()).encode(text="letter:N")
    st.altair_chart(bars.add_params(clicked) + names, key=timeline.chart, on_select=timeline.select_clicked_letter)
