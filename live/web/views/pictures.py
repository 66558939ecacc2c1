"""Pictures and films: upload files, and see what the app reads in each and how sure it is."""

from collections.abc import Callable

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from live.sources import SUFFIXES, is_animation
from live.text import SPACE, Committed
from live.web.camera import why_no_letter
from live.web.resources import fresh_recognizer, model_folder, page_recognizer
from live.web.state import Timeline, session
from live.web.uploads import FILM_SUFFIXES, FilmResult, PictureResult, is_film, read_film, read_picture, to_csv
from live.web.views import parts


def show() -> None:
    """Show the page."""
    st.title("Read pictures and films")
    st.markdown(
        "Upload pictures of one hand that signs one letter. If there are several hands, the app reads the largest. It "
        "spells out films letter by letter. Your files are read on the machine that runs this app, and are not kept."
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
        pd.DataFrame([_row(picture) for picture in pictures]),
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
    rows = table.selection.rows
    chosen = pictures[rows[0] if rows and rows[0] < len(pictures) else 0]
    hint = "" if rows or len(pictures) == 1 else " (choose another in the table)"
    with st.container(border=True):
        st.markdown(f"**{parts.escape_markdown(chosen.name)}**{hint}")
        _show_picture(chosen)


def _row(picture: PictureResult) -> dict[str, str | None]:
    """One row of the table."""
    reading = picture.reading if picture.reading and picture.reading.top else None
    return {
        "picture": picture.thumbnail(),
        "file": picture.name,
        "letter": (reading.letter if reading else None) or "",
        "confidence": f"{reading.confidence:.0%}" if reading else "",
        "next likeliest": parts.next_likely(reading) if reading else "",
        "hand": reading.hand.side if reading and reading.hand else "",
        "problem": picture.fault or ("" if reading or not picture.reading else why_no_letter(picture.reading)),
    }


def _show_picture(picture: PictureResult) -> None:
    if picture.shown_bgr is None:
        st.error(parts.escape_markdown(picture.fault), icon=":material/error:")
        return
    left, right = st.columns([5, 4], gap="large")
    left.html(parts.picture_html(picture.shown_bgr, f"{picture.name}, with the skeleton of the hand"))
    with right:
        parts.reading_details(picture.reading)


def _show_film(film: FilmResult, file: UploadedFile) -> None:
    """Show the text, when each letter was held, and the film."""
    st.header(f"Film: {parts.escape_markdown(film.name)}")
    if film.fault:
        st.error(parts.escape_markdown(film.fault), icon=":material/error:")
    letters = [committed for committed in film.committed if committed.letter != SPACE]
    if not letters:
        st.info("No letter was held long enough.")
        return
    st.subheader(film.text)
    timeline = Timeline(file.file_id)
    _show_timeline(letters, film.length_s, timeline)
    chosen = st.pills(
        "Choose a letter to play the film from there, or click the letter above",
        range(len(letters)),
        format_func=lambda n: f"{letters[n].letter} {letters[n].since_s:.1f} s",
        key=timeline.buttons,
    )
    if is_animation(file):
        st.image(file)  # a browser's player does not play it
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
