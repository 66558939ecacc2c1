"""The JavaScript modules of the stage, one by one, in a real browser."""

import http.client
import json
import struct
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright

from live.web.camera.protocol import VERSION, decode_frame, encode_with_picture, parse_frame
from live.web.stage import MODULES, modules_path
from tests.support import browser as browsers

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def tab(playwright: Playwright) -> Iterator[Page]:
    """The one tab of a browser whose camera shows Chromium's test picture."""
    browser = browsers.launch(playwright, None, [browsers.FAKE_CAMERA])
    yield browser.new_context(permissions=["camera"]).new_page()
    browser.close()


@pytest.fixture
def run(app: str, tab: Page) -> Run:
    """Runs a script in an empty page of the app's address, and returns what it returns.

    In the script, load(name) imports a module of the stage, and given is the argument.
    """
    tab.goto(f"{app}{modules_path()}/text.js")

    def run_(script: str, given: Any = None) -> Any:
        function = "async ([path, given]) => { const load = (name) => import(`${path}/${name}.js`); " + script + " }"
        return tab.evaluate(function, [modules_path(), given])

    return run_


# The files that are served.


def answer(app: str, path: str) -> tuple[int, str, bytes]:
    """Status, content type and content. The path is sent as it is."""
    with closing(http.client.HTTPConnection(app.removeprefix("http://"), timeout=10)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, str(response.headers["content-type"]), response.read()


def test_every_module_is_served_as_javascript(app: str) -> None:
    for file in MODULES.glob("*.js"):
        status, kind, content = answer(app, f"{modules_path()}/{file.name}")
        assert (status, content) == (200, file.read_bytes())
        # browsers accept no other type for a module
        assert kind.partition(";")[0] in ("text/javascript", "application/javascript")


@pytest.mark.parametrize(
    "path",
    [
        "/", "/../stage.html", "/../__init__.py", "/%2e%2e/__init__.py", "/..%2f__init__.py", "/..%5c__init__.py",
        "/../../session.py", "//etc/passwd", "/%2fetc%2fpasswd", "/../../../../../../../../etc/passwd", "/nothing.js",
        "/pace.js%00.html", "/%00", "/" + "x" * 5000, "/__pycache__",
    ],
)  # fmt: skip
def test_nothing_else_is_served_from_there(app: str, path: str) -> None:
    status, _, content = answer(app, f"{modules_path()}{path}")
    assert status in (400, 404)
    assert b"import" not in content
    assert b"root:" not in content
    assert b"<section" not in content


def test_the_served_folder_holds_only_javascript(app: str) -> None:
    assert {file.suffix for file in MODULES.iterdir()} == {".js"}
    status, _, content = answer(app, "/fingerspell/stage/0000000000000000/pace.js")
    assert status == 404 or b"export class Pace" not in content


# pace.js: decides when a frame is sent, and how large its file is.

PACE = """
const { Pace, LADDER, MIN_INTERVALS_MS, MAX_IN_FLIGHT } = await load("pace");
// Sends frames as soon as the pace allows it, and answers them. Returns the pace after each answer.
// link: milliseconds that the link takes, or a function that gives them for a rung.
const drive = (pace, nowMs, answers, link, serverMs = 20) => {
  const past = [];
  while (past.length < answers) {
    while (!pace.ready(nowMs)) nowMs++;
    pace.sent(nowMs);
    nowMs += (typeof link === "number" ? link : link(pace.rung)) + serverMs;
    pace.answered(nowMs, serverMs);
    past.push({ rung: pace.rung, rate: pace.rate, nowMs });
  }
  return past;
};
const rungs = (past) => past.map(({ rung }) => rung);
"""


def test_the_pace_begins_in_the_middle_of_its_ladder(run: Run) -> None:
    rung, ladder, encoding = run(PACE + "const pace = new Pace(); return [pace.rung, LADDER, pace.encoding];")
    assert 0 < rung < len(ladder) - 1
    assert encoding == ladder[rung]
    sizes = [step["side"] for step in ladder]
    assert sizes == sorted(sizes, reverse=True)
    assert all(0 < step["quality"] <= 1 for step in ladder)


def test_a_quick_link_gets_the_best_picture_after_a_few_answers_and_keeps_it(run: Run) -> None:
    first, rungs = run(
        PACE + "const pace = new Pace(); const first = pace.rung; return [first, rungs(drive(pace, 0, 200, 20))];"
    )
    assert rungs[0] == first - 1
    assert rungs[:15] == sorted(rungs[:15], reverse=True)
    assert set(rungs[14:]) == {0}


@pytest.mark.parametrize(("link_ms", "steps"), [(140, 0), (250, 1), (500, 2)])
def test_a_slow_link_gets_smaller_files_and_a_very_slow_link_much_smaller_ones(
    run: Run, link_ms: int, steps: int
) -> None:
    first, rungs = run(
        PACE + "const pace = new Pace(); const first = pace.rung; return [first, rungs(drive(pace, 0, 5, given))];",
        link_ms,
    )
    assert rungs == [first] * 4 + [first + steps]


def test_a_link_with_a_long_delay_gets_the_best_picture_unless_it_is_also_slow(run: Run) -> None:
    long, slow = run(
        PACE
        + """
        return [310, 370].map((link) => {
          const pace = new Pace();
          pace.reset(300); // the round-trip time of an empty message, in milliseconds
          return rungs(drive(pace, 0, 20, link));
        });
        """
    )
    assert long[-1] == 0
    assert long == sorted(long, reverse=True)
    assert slow[:5] == [3, 3, 3, 3, 4]


def test_a_link_is_judged_by_its_shortest_delay(run: Run) -> None:
    rungs = run(
        PACE
        + """
        const pace = new Pace();
        pace.reset(2000); // the app was busy when the page came
        return rungs([...drive(pace, 0, 11, 20), ...drive(pace, 9999, 5, 250)]);
        """
    )
    assert rungs[10] == 0
    assert rungs[-1] == 1


def test_the_slowest_link_gets_the_smallest_file(run: Run) -> None:
    last, rungs, encoding = run(
        PACE + "const pace = new Pace(); return [LADDER.length - 1, rungs(drive(pace, 0, 100, 2000)), pace.encoding];"
    )
    assert rungs == sorted(rungs)
    assert rungs[-1] == last
    assert encoding["side"] <= 320


def test_each_step_down_doubles_the_wait_for_a_step_up(run: Run) -> None:
    past = run(PACE + "return drive(new Pace(), 0, 4000, (rung) => (rung < 3 ? 250 : 20));")
    downs: list[float] = []
    rests: list[float] = []
    for before, after in pairwise(past):
        if after["rung"] > before["rung"]:
            downs.append(after["nowMs"])
        elif after["rung"] < before["rung"] and len(downs) > len(rests):
            rests.append(after["nowMs"] - downs[-1])
    assert len(rests) > 6
    for n, rest_ms in enumerate(rests):
        least_ms = min(30_000, 2000 * 2**n)
        assert least_ms <= rest_ms < least_ms + 1500
    assert past[-1]["rung"] in (2, 3)


def test_a_link_that_becomes_quick_again_gets_the_best_picture_back(run: Run) -> None:
    rungs = run(
        PACE
        + """
        const pace = new Pace();
        const slow = drive(pace, 0, 15, 500);
        return rungs(drive(pace, slow.at(-1).nowMs, 1000, 20));
        """
    )
    assert rungs[0] > 3
    assert rungs[-1] == 0


def test_a_busy_app_gets_fewer_pictures_of_the_same_quality_until_it_is_idle(run: Run) -> None:
    busy, idle, rates = run(
        PACE
        + """
        const pace = new Pace();
        const busy = drive(pace, 0, 40, 20, 150);
        return [busy, drive(pace, busy.at(-1).nowMs, 40, 20, 10), MIN_INTERVALS_MS];
        """
    )
    assert [step["rate"] for step in busy] == sorted(step["rate"] for step in busy)
    assert busy[-1]["rate"] == len(rates) - 1
    assert busy[-1]["rung"] == 0
    assert busy[-1]["nowMs"] - busy[-2]["nowMs"] >= rates[-1]
    assert (idle[-1]["rate"], idle[-1]["rung"]) == (0, 0)


def test_an_app_that_is_neither_busy_nor_idle_keeps_its_rate(run: Run) -> None:
    assert run(PACE + "return drive(new Pace(), 0, 50, 20, 60).at(-1).rate;") == 0
    assert run(PACE + "const pace = new Pace(); pace.rate = 2; return drive(pace, 0, 50, 20, 60).at(-1).rate;") == 2


def test_at_most_two_frames_are_in_flight(run: Run) -> None:
    most, ready = run(
        PACE
        + """
        const pace = new Pace(), ready = [];
        for (let n = 0; n < 3; n++) {
          ready.push(pace.ready(n));
          if (ready.at(-1)) pace.sent(n);
        }
        pace.answered(10, 5);
        ready.push(pace.ready(11));
        return [MAX_IN_FLIGHT, ready];
        """
    )
    assert most == 2
    assert ready == [True, True, False, True]


def test_a_link_without_an_answer_for_five_seconds_counts_as_dead(run: Run) -> None:
    lost, ready = run(
        PACE
        + """
        const pace = new Pace();
        const lost = [pace.lost(9000)];
        pace.sent(0);
        pace.sent(10);
        lost.push(pace.lost(5000), pace.lost(5001));
        const ready = pace.ready(6000); // no third frame
        pace.answered(6000, 20);
        lost.push(pace.lost(5010), pace.lost(5011));
        pace.reset();
        lost.push(pace.lost(9000));
        return [lost, ready];
        """
    )
    assert lost == [False, False, True, False, True, False]
    assert ready is False


def test_a_link_that_was_lost_gets_smaller_files_until_it_is_quick_again(run: Run) -> None:
    first, lost, last, later = run(
        PACE
        + """
        const pace = new Pace();
        const first = pace.rung;
        pace.slowDown(0);
        const lost = pace.rung;
        for (let n = 0; n < 9; n++) pace.slowDown(0);
        const last = pace.rung;
        return [first, lost, LADDER.length - 1 - last, rungs(drive(pace, 0, 300, 20)).at(-1)];
        """
    )
    assert lost > first
    assert last == 0
    assert later == 0


def test_a_new_connection_ignores_old_answers_and_keeps_the_pace(run: Run) -> None:
    before, after, ready, links = run(
        PACE
        + """
        const pace = new Pace();
        let { nowMs } = drive(pace, 0, 10, 20, 150).at(-1);
        const before = [pace.rung, pace.rate];
        pace.sent(nowMs);
        pace.sent(nowMs);
        pace.reset();
        const ready = pace.ready(nowMs);
        pace.answered(nowMs + 9999, 0); // the answer to a frame of the old connection
        return [before, [pace.rung, pace.rate], ready, pace.links.length];
        """
    )
    assert before == after
    assert ready is True
    assert links == 0


def test_the_pace_always_stays_on_its_ladder(run: Run) -> None:
    wrong = run(
        PACE
        + """
        const wrong = [];
        let seed = 1;
        const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
        for (let play = 0; play < 300; play++) {
          const pace = new Pace();
          let nowMs = 0, least = 0;
          for (let step = 0; step < 200; step++) {
            nowMs += random() ** 4 * 3000;
            if (random() < 0.5 && pace.ready(nowMs)) pace.sent(nowMs);
            if (random() < 0.5) pace.answered(nowMs, random() ** 3 * 400);
            if (random() < 0.01) pace.reset();
            const known = LADDER[pace.rung] && MIN_INTERVALS_MS[pace.rate] !== undefined;
            if (!known || pace.sentMs.length > MAX_IN_FLIGHT) {
              wrong.push([play, step, pace.rung, pace.rate, pace.sentMs.length]);
            }
          }
        }
        return wrong;
        """
    )
    assert wrong == []


# text.js: the text, which a person types and signs at the same time.


@pytest.mark.parametrize(
    ("shown", "known", "now", "typing", "result"),
    [
        ("AB", "AB", "ABC", False, "ABC"),  # nobody is typing
        ("AB", "AB", "", True, ""),
        ("AB x", "AB", "ABC", True, "AB xC"),  # somebody is typing, and a letter was signed
        ("x", "", "C", True, "xC"),
        ("AB x", "AB", "A", True, "AB x"),  # somebody is typing, and the last letter was deleted elsewhere
        ("AB x", "AB", "A", False, "A"),
        ("AB", "AB", "AB", True, "AB"),
        ("x", "AB", "AB", True, "x"),
    ],
)
def test_typed_text_stays_and_signed_letters_follow_it(
    run: Run, shown: str, known: str, now: str, typing: bool, result: str
) -> None:
    script = 'const { mergeText } = await load("text"); return mergeText(...given);'
    assert run(script, [shown, known, now, typing]) == result


@pytest.mark.parametrize(
    ("known", "now", "announced"),
    [("", "L", "L"), ("L", "LY", "Y"), ("L", "L ", "space"), ("L ", "L ILY ", "ILY"), ("AB", "C", "C")],
)  # fmt: skip
def test_new_letters_are_announced(run: Run, known: str, now: str, announced: str) -> None:
    assert run('const { newLetters } = await load("text"); return newLetters(...given);', [known, now]) == announced


def test_a_marked_text_is_bold_and_never_html(run: Run) -> None:
    html, text, bold, kept = run(
        """
        const { showMarked } = await load("text");
        const place = document.createElement("p");
        showMarked(place, given);
        const first = place.firstChild, html = place.innerHTML;
        showMarked(place, given);
        return [html, place.textContent, [...place.querySelectorAll("*")].map((element) => element.outerHTML),
                place.firstChild === first];
        """,
        "**Bold <b>**, plain <img src=x onerror=alert(1)> & **bold**",
    )
    assert text == "Bold <b>, plain <img src=x onerror=alert(1)> & bold"
    assert bold == ["<strong>Bold &lt;b&gt;</strong>", "<strong>bold</strong>"]
    assert "<img" not in html
    assert kept is True  # the same text is not replaced: a screen reader would read it out again


# socket.js: the connection to the app.

SOCKET = """
const { CameraSocket, parse, retryMs } = await load("socket");
const sockets = [], timers = new Map();
window.WebSocket = class {
  static OPEN = 1;
  constructor(url) { Object.assign(this, { url: String(url), readyState: 0, sent: [] }); sockets.push(this); }
  send(message) { this.sent.push(message instanceof Blob ? message : JSON.parse(message)); }
  close() { this.readyState = 3; }
  open() { this.readyState = 1; this.onopen?.(); }
  hear(message) { this.onmessage?.({ data: message instanceof ArrayBuffer ? message : JSON.stringify(message) }); }
  end(code, reason = "") { this.readyState = 3; this.onclose?.({ code, reason }); }
};
let number = 0;
window.setTimeout = (work, ms) => { timers.set(++number, { work, ms }); return number; };
window.clearTimeout = (one) => timers.delete(one);
// Runs all timers now. Returns how long they would have waited, in milliseconds.
const passTime = () => [...timers].map(([one, { work, ms }]) => { timers.delete(one); work(); return ms; });
const events = { opened: 0, messages: [], closed: [], unknown: 0 };
const socket = new CameraSocket({
  onOpen: () => events.opened++,
  onMessage: (message, jpeg) => events.messages.push([message, jpeg]),
  onClose: (reason) => events.closed.push(reason),
  onUnknown: () => events.unknown++,
});
const hello = { kind: "text", text: "", heard: 0 };
const connect = (token = "one", text = "KEPT") => socket.connect("ws://here/socket", token, () => text);
// Opens the newest socket, and answers the greeting.
const greet = (message = hello) => { sockets.at(-1).open(); sockets.at(-1).hear(message); };
"""


def test_waits_between_tries_grow_to_two_seconds_and_no_further(run: Run) -> None:
    waits = run(SOCKET + "return Array.from({ length: 1000 }, (_, n) => retryMs(n));")
    assert waits[0] <= 250
    assert waits == sorted(waits)
    assert max(waits) == 2000


def test_a_message_is_json_or_json_before_a_jpeg(run: Run) -> None:
    message, jpeg = {"kind": "reading", "text": "é L"}, bytes(range(200))
    text = run(SOCKET + "return parse(given);", json.dumps(message))
    assert text == [message, None]
    parsed, kind, content = run(
        SOCKET
        + """
        const [message, jpeg] = parse(new Uint8Array(given).buffer);
        return [message, jpeg.type, [...new Uint8Array(await jpeg.arrayBuffer())]];
        """,
        list(encode_with_picture(message, jpeg)),
    )
    assert (parsed, kind) == (message, "image/jpeg")
    assert bytes(content) == jpeg


def test_the_browser_greets_with_its_text_and_is_connected_after_the_answer(run: Run) -> None:
    sent, opened, can_send = run(
        SOCKET
        + """
        connect();
        const opened = [events.opened], canSend = [socket.send({ do: "start" })];
        sockets[0].open();
        opened.push(events.opened);
        canSend.push(socket.send({ do: "start" }));
        sockets[0].hear(hello);
        opened.push(events.opened);
        canSend.push(socket.send({ do: "start" }));
        connect(); // the page has run again
        return [sockets.map(({ url, sent }) => [url, sent]), opened, canSend];
        """
    )
    assert sent == [["ws://here/socket", [{"version": 1, "token": "one", "text": "KEPT", "n": 0}, {"do": "start"}]]]
    assert opened == [0, 0, 1]
    assert can_send == [False, False, True]


def test_the_first_answer_gives_the_round_trip_time_of_a_small_message(run: Run) -> None:
    took, known = run(
        SOCKET
        + """
        connect();
        sockets[0].open();
        for (const begunMs = performance.now(); performance.now() < begunMs + 20; ) {} // the link's time
        let known;
        socket.onOpen = () => (known = socket.roundTripMs);
        sockets[0].hear(hello);
        return [socket.roundTripMs, known];
        """
    )
    assert took == known
    assert 20 <= took < 2000


def test_a_frame_is_sent_as_it_is(run: Run) -> None:
    assert run(
        SOCKET + 'connect(); greet(); const frame = new Blob(["x"]); socket.send(frame);'
        "return sockets[0].sent[1] === frame;"
    )


def test_changes_are_sent_again_after_a_lost_connection_until_the_app_has_heard_them(run: Run) -> None:
    first, again, pending = run(
        SOCKET
        + """
        connect();
        socket.command({ do: "space" }); // not yet connected
        greet();
        socket.command({ do: "delete" });
        socket.command({ do: "undo" });
        const [, space, remove] = sockets[0].sent;
        sockets[0].hear({ kind: "place" }); // acknowledges none of them
        sockets[0].hear({ kind: "text", heard: space.n });
        sockets[0].end(1006);
        passTime();
        greet({ ...hello, heard: remove.n }); // the app had heard the second before the connection was lost
        const pending = [socket.pending.length];
        sockets[1].hear({ kind: "text", heard: socket.pending[0].n });
        pending.push(socket.pending.length);
        return [sockets[0].sent.slice(1), sockets[1].sent.slice(1), pending];
        """
    )
    assert [command["do"] for command in first] == ["space", "delete", "undo"]
    numbers = [command["n"] for command in first]
    assert numbers == sorted(set(numbers))
    assert again == first[2:]
    assert pending == [1, 0]


def test_text_typed_before_the_connection_is_in_the_greeting_with_its_number(run: Run) -> None:
    greeting, typed, again = run(
        SOCKET
        + """
        socket.command({ do: "edit", before: "", after: "KE" });
        socket.connect("ws://here/socket", "one", () => {
          if (socket.pending.length < 2) socket.command({ do: "edit", before: "KE", after: "KEPT" });
          return "KEPT";
        });
        sockets[0].open();
        const typed = socket.pending.map(({ n }) => n);
        sockets[0].hear({ ...hello, text: "KEPT", heard: typed[1] });
        return [sockets[0].sent[0], typed, sockets[0].sent.slice(1)];
        """
    )
    assert greeting["text"] == "KEPT"
    assert greeting["n"] == typed[1]
    assert again == []


def test_a_new_session_gets_the_text_and_the_commands_that_the_old_one_had_not_heard(
    run: Run,
) -> None:
    greeting, sent, first_closed = run(
        SOCKET
        + """
        connect();
        greet();
        sockets[0].end(1006);
        socket.command({ do: "edit", before: "", after: "NEW" }); // the greeting's text has it
        socket.command({ do: "undo" }); // the new session has nothing to undo
        socket.command({ do: "space" });
        connect("two", "NEW");
        greet();
        passTime(); // the old session does not try again
        return [sockets[1].sent[0], sockets.slice(1).map(({ sent }) => sent.slice(1)), sockets[0].readyState];
        """
    )
    assert greeting == {"version": 1, "token": "two", "text": "NEW", "n": 0}
    ((command,),) = sent
    assert command["do"] == "space"
    assert first_closed == 3


@pytest.mark.parametrize("code", [1003, 1008, 1009, 4409, 4500])
def test_a_refused_page_does_not_reconnect(run: Run, code: int) -> None:
    sockets, closed, waits = run(
        SOCKET
        + """
        connect();
        greet();
        sockets[0].end(given, "too large");
        const waits = passTime();
        connect("two");
        sockets[1].end(given);
        return [sockets.length, events.closed, [...waits, ...passTime()]];
        """,
        code,
    )
    assert sockets == 2
    assert closed == ["too large", "no reason was given"]
    assert waits == []


@pytest.mark.parametrize("code", [1001, 1005, 1006, 1011, 1012, 1013])
def test_a_lost_connection_is_retried_ever_more_slowly_until_it_is_stable_again(run: Run, code: int) -> None:
    waits, closed, sockets = run(
        SOCKET
        + """
        connect();
        const waits = [];
        for (let n = 0; n < 7; n++) {
          sockets.at(-1).end(given, "going away");
          waits.push(...passTime());
        }
        greet();
        sockets.at(-1).end(given); // connected, but ended at once
        waits.push(...passTime());
        greet();
        const nowMs = performance.now();
        performance.now = () => nowMs + 6000;
        sockets.at(-1).end(given);
        return [[...waits, ...passTime()], events.closed, sockets.length];
        """,
        code,
    )
    assert waits == [100, 250, 500, 1000, 2000, 2000, 2000, 2000, 100]
    assert closed == [None] * 9
    assert sockets == 10


def test_a_dropped_connection_is_reopened(run: Run) -> None:
    closed, states, waits = run(
        SOCKET
        + """
        connect();
        greet();
        socket.drop();
        sockets[0].hear(hello); // ignored
        return [events.closed, sockets.map(({ readyState }) => readyState), passTime()];
        """
    )
    assert closed == [None]
    assert states == [3]
    assert waits == [100]


def test_the_script_speaks_the_version_of_the_app_that_serves_it(run: Run) -> None:
    assert run('return (await load("socket")).VERSION;') == VERSION


def test_an_unknown_session_is_retried_slowly_until_the_page_has_a_new_one(run: Run) -> None:
    waits, closed, unknown = run(
        SOCKET
        + """
        connect();
        const waits = [];
        for (let n = 0; n < 3; n++) {
          sockets.at(-1).open();
          sockets.at(-1).end(4401, "this page's session has ended");
          waits.push(...passTime());
        }
        connect("two");
        greet();
        return [waits, events.closed, events.unknown];
        """
    )
    assert waits == [2000, 2000, 2000]
    assert closed == [None, None, None]
    assert unknown == 3  # each time the page is asked to make a new session


def test_a_page_is_told_if_another_copy_of_the_app_answers_its_socket(run: Run) -> None:
    closed, sockets, waits, opened = run(
        SOCKET
        + """
        connect();
        for (let n = 0; n < 3; n++) {
          sockets.at(-1).open();
          sockets.at(-1).end(4401, "this page's session has ended");
          connect(); // the page has run, on the copy that knows it
          passTime();
        }
        const sizes = [sockets.length, passTime()];
        connect("two"); // after all, the page has a new session
        greet();
        return [events.closed, ...sizes, events.opened];
        """
    )
    assert closed[:-1] == [None, None, None]
    assert "another copy of the app" in closed[-1]
    assert (sockets, waits, opened) == (3, [], 1)


def test_a_silent_link_is_asked_for_a_message_and_reopened_if_none_comes(run: Run) -> None:
    asked, closed, sockets = run(
        SOCKET
        + """
        connect();
        greet();
        const nowMs = performance.now(), asked = [];
        let ms = 0;
        performance.now = () => nowMs + ms;
        const check = (later) => { ms = later; socket.check(nowMs + ms); asked.push(sockets[0].sent.length - 1); };
        check(1000);
        check(2500);
        check(2600);
        sockets[0].hear(hello); // the answer
        check(2700);
        check(10000); // asked again
        check(14900);
        const closed = [...events.closed];
        check(15100);
        passTime();
        return [asked, [closed, [...events.closed]], [sockets.length, sockets[0].sent.slice(1)]];
        """
    )
    assert asked == [0, 1, 1, 1, 2, 2, 2]
    assert closed == [[], [None]]
    assert sockets == [2, [{"do": "text"}, {"do": "text"}]]


def test_a_link_that_dies_before_it_opens_is_dialed_again(run: Run) -> None:
    sockets = run(
        SOCKET
        + """
        connect();
        const nowMs = performance.now(), counts = [];
        for (const ms of [1000, 4900, 5100]) {
          socket.check(nowMs + ms);
          passTime();
          counts.push(sockets.length);
        }
        sockets.at(-1).open(); // it opens, but the app does not answer the greeting
        socket.check(performance.now() + 5100);
        passTime();
        return [...counts, sockets.length];
        """
    )
    assert sockets == [1, 1, 2, 3]


# board.js: the text field.


def test_the_selection_stays_while_the_app_adds_to_the_text(run: Run) -> None:
    inside, at_end, announced = run(
        """
        const { Board } = await load("board");
        document.body.innerHTML = given;
        const board = new Board(document.querySelector(".stage"), () => {});
        const nothing = { suggestion: null, choices: null, corrected: [] };
        const show = (text, signed) => board.showText({ text, signed, ...nothing }, true);
        const field = document.querySelector("textarea");
        const state = () => [field.value, field.selectionStart, field.selectionEnd];
        show("HELPO", 5);
        field.focus();
        field.setSelectionRange(3, 4);
        show("HELPO ", 5); // the hand was lowered
        const inside = state();
        const announced = [document.querySelector(".announced").textContent];
        field.setSelectionRange(6, 6);
        show("HELPO Y", 6);
        const atEnd = state();
        show("HELPO ", 6);
        announced.push(document.querySelector(".announced").textContent);
        board.close();
        return [inside, atEnd, announced];
        """,
        (MODULES.parent / "stage.html").read_text(encoding="utf-8"),
    )
    assert inside == ["HELPO ", 3, 4]
    assert at_end == ["HELPO Y", 7, 7]
    assert announced == ["space", "text: HELPO "]


def test_a_closed_socket_receives_nothing_and_does_not_reconnect(run: Run) -> None:
    events, sockets, waits = run(
        SOCKET
        + """
        connect();
        greet();
        socket.close();
        sockets[0].hear(hello);
        sockets[0].end(1006);
        connect("two");
        sockets[1].end(1006);
        socket.close();
        return [events, sockets.length, passTime()];
        """
    )
    assert events["messages"] == [[{"kind": "text", "text": "", "heard": 0}, None]]
    assert events["closed"] == [None]
    assert sockets == 2
    assert waits == []


# sender.js: sends the newest frame as soon as the pace allows.

SENDER = """
const { Sender } = await load("sender");
const sent = [], closed = [];
const socket = { open: true, roundTripMs: 1, send: (message) => sent.push(message) > 0 };
const sender = new Sender(socket);
let finish = null; // ends the current encoding
sender.encoder = { encodeFrame: (picture, ms) => new Promise((resolve) => (finish = () => resolve(ms))) };
const offer = (ms) => sender.offer(ms, { close: () => closed.push(ms) });
const encoded = async () => { finish(); await new Promise((resolve) => setTimeout(resolve)); };
"""


def test_while_a_frame_is_encoded_only_the_newest_other_frame_is_kept(run: Run) -> None:
    sent, closed = run(
        SENDER
        + """
        [1, 2, 3].forEach(offer);
        await encoded();
        sender.send();
        await encoded();
        return [sent, closed.sort()];
        """
    )
    assert sent == [1, 3]
    assert closed == [1, 2, 3]


def test_a_frame_that_is_being_encoded_when_the_camera_stops_is_not_sent(run: Run) -> None:
    sent, closed, later = run(
        SENDER
        + """
        [1, 2].forEach(offer);
        sender.stop();
        await encoded();
        sender.send();
        const [before, gone] = [[...sent], [...closed].sort()];
        offer(3);
        await encoded();
        return [before, gone, sent];
        """
    )
    assert sent == []
    assert closed == [1, 2]
    assert later == [3]


def test_without_a_connection_no_frame_is_encoded(run: Run) -> None:
    assert run(SENDER + "socket.open = false; offer(1); return finish;") is None


# faults.js: says in plain words what is wrong with a camera.

FAULT = 'const { cameraFault, missingCamera } = await load("faults");'


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NotAllowedError", "not allowed to use"), ("PermissionDeniedError", "not allowed to use"),
        ("PermissionDismissedError", "not allowed to use"), ("SecurityError", "not allowed to use"),
        ("NotFoundError", "No camera was found"), ("DevicesNotFoundError", "No camera was found"),
        ("NotReadableError", "Another program"), ("TrackStartError", "Another program"),
        ("OverconstrainedError", "no longer connected"), ("ConstraintNotSatisfiedError", "no longer connected"),
        ("AbortError", "did not start"),
    ],
)  # fmt: skip
def test_a_camera_error_of_a_browser_is_explained_in_plain_words(run: Run, name: str, words: str) -> None:
    message = run(FAULT + 'return cameraFault(new DOMException("its own words", given));', name)
    assert words in message
    assert message.startswith("**")
    assert message.count("**") == 2
    assert name not in message
    assert "its own words" not in message


def test_an_unknown_camera_error_is_shown_as_it_is(run: Run) -> None:
    assert "TypeError: what?" in run(FAULT + 'return cameraFault(new TypeError("what?"));')
    assert "OddError: what?" in run(FAULT + 'return cameraFault(new DOMException("what?", "OddError"));')
    assert "did not start" in run(FAULT + "return cameraFault({});")


def test_a_page_that_can_use_no_camera_says_why(run: Run) -> None:
    insecure, unsupported, old, none = run(
        FAULT
        + """
        const media = { getUserMedia() {} };
        return [[false, media], [true, undefined], [true, {}], [true, media]].map((given) => {
          const missing = missingCamera(...given);
          return missing && cameraFault(missing);
        });
        """
    )
    assert "https" in insecure
    assert "cannot use a camera" in unsupported
    assert old == unsupported
    assert none is None


# encoder.js: encodes a picture as the file that is sent.


@pytest.mark.parametrize(
    ("size", "side", "fits"),
    [
        ((640, 480), 640, [640, 480]), ((640, 480), 320, [320, 240]), ((480, 640), 320, [240, 320]),
        ((1920, 1080), 640, [640, 360]), ((320, 240), 640, [320, 240]), ((641, 480), 640, [640, 479]),
        ((5000, 1), 640, [640, 1]),
    ],
)  # fmt: skip
def test_a_picture_keeps_its_shape_and_never_grows(run: Run, size: tuple[int, int], side: int, fits: list[int]) -> None:
    assert run('const { fit } = await load("encoder"); return fit(...given);', [*size, side]) == fits


ENCODE = """
const { Encoder } = await load("encoder");
const painting = Object.assign(document.createElement("canvas"), { width: given.width, height: given.height });
const paper = painting.getContext("2d");
paper.fillStyle = "rgb(255, 0, 0)";
paper.fillRect(0, 0, given.width, given.height);
paper.fillStyle = "rgb(0, 0, 255)";
paper.fillRect(given.width / 2, 0, given.width / 2, given.height);
const picture = new VideoFrame(painting, { timestamp: 0 });
const message = await new Encoder().encodeFrame(picture, given.capturedMs, given);
picture.close();
return [...new Uint8Array(await message.arrayBuffer())];
"""


@pytest.mark.parametrize("old", [False, True], ids=["new browser", "without OffscreenCanvas"])
@pytest.mark.parametrize(("size", "shape"), [((640, 480), (240, 320)), ((480, 640), (320, 240)), ((90, 60), (60, 90))])
def test_a_frame_is_its_time_and_a_jpeg_of_the_requested_size(
    run: Run, old: bool, size: tuple[int, int], shape: tuple[int, int]
) -> None:
    captured_ms = 12345.678
    message = bytes(
        run(
            ("delete window.OffscreenCanvas;" if old else "") + ENCODE,
            {"width": size[0], "height": size[1], "capturedMs": captured_ms, "side": 320, "quality": 0.7},
        )
    )
    assert struct.unpack("<d", message[:8]) == (captured_ms,)
    assert message[8:10] == b"\xff\xd8"
    read_ms, jpeg = parse_frame(message)
    frame = decode_frame(jpeg)
    assert read_ms == captured_ms
    assert frame.shape == (*shape, 3)
    left, right = frame[shape[0] // 2, 5], frame[shape[0] // 2, -5]
    assert left[2] > 200 > 50 > left[0]  # red; not mirrored
    assert right[0] > 200 > 50 > right[2]


def test_a_lower_quality_makes_a_smaller_file(run: Run) -> None:
    given = {"width": 640, "height": 480, "capturedMs": 0, "side": 640}
    best, worst = (len(run(ENCODE, given | {"quality": quality})) for quality in (0.9, 0.2))
    assert worst < best


def test_one_encoder_handles_pictures_of_different_sizes(run: Run) -> None:
    sizes = run(
        """
        const { Encoder } = await load("encoder");
        const encoder = new Encoder(), sizes = [];
        for (const [width, height, side] of [[640, 480, 640], [480, 640, 320], [640, 480, 640], [100, 100, 400]]) {
          const canvas = Object.assign(document.createElement("canvas"), { width, height });
          canvas.getContext("2d");
          const picture = new VideoFrame(canvas, { timestamp: 0 });
          const message = await encoder.encodeFrame(picture, 0, { side, quality: 0.5 });
          const bitmap = await createImageBitmap(message.slice(8));
          sizes.push([bitmap.width, bitmap.height]);
          picture.close();
        }
        return sizes;
        """
    )
    assert sizes == [[640, 480], [240, 320], [640, 480], [100, 100]]


# camera.js: the browser's own camera.

FRAME_SOURCES = {
    "track": "",
    "video": "delete window.MediaStreamTrackProcessor;",
    "clock": """
        delete window.MediaStreamTrackProcessor;
        delete HTMLVideoElement.prototype.requestVideoFrameCallback;
    """,
}


@pytest.mark.parametrize("source", FRAME_SOURCES)
def test_each_frame_of_a_camera_is_reported_until_it_is_no_longer_wanted(run: Run, source: str) -> None:
    watched = run(
        FRAME_SOURCES[source]
        + """
        const { watchFrames } = await load("camera");
        const { Encoder } = await load("encoder");
        const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
        const video = Object.assign(document.createElement("video"), { srcObject: stream, muted: true });
        document.body.append(video);
        await video.play();
        const timesMs = [], encoder = new Encoder();
        let going = true, after = 0, size = 0, isVideo;
        await new Promise((resolve) => {
          const unwatch = watchFrames(video, stream.getVideoTracks()[0], async (ms, picture) => {
            if (!going) return after++;
            timesMs.push(ms);
            isVideo = picture === video;
            if (timesMs.length === 6) {
              going = false;
              unwatch();
              size = (await encoder.encodeFrame(picture, ms, { side: 640, quality: 0.5 })).size;
              resolve();
            }
            picture.close?.();
          });
        });
        for (let n = 0; n < 20; n++) await new Promise(requestAnimationFrame);
        for (const track of stream.getTracks()) track.stop();
        return { timesMs, after, size, isVideo, nowMs: performance.now() };
        """
    )
    times_ms = watched["timesMs"]
    assert len(times_ms) == 6
    assert all(before < after for before, after in pairwise(times_ms))
    assert 0 < times_ms[0] < times_ms[-1] <= watched["nowMs"]
    assert watched["after"] == 0
    assert watched["size"] > 1000
    assert watched["isVideo"] is (source != "track")


CAMERA = """
const { BrowserCamera } = await load("camera");
const asked = [];
const stream = await navigator.mediaDevices.getUserMedia({ video: true });
navigator.mediaDevices.getUserMedia = async ({ video }) => {
  asked.push(video.deviceId?.exact ?? "any");
  if (video.deviceId && given) throw new DOMException("not there", given);
  return stream.clone();
};
const frames = [];
const video = document.createElement("video");
const camera = new BrowserCamera(video, (ms, picture) => { frames.push(ms); picture.close?.(); }, () => {});
const choose = (id) => { camera.remember(id); return camera.start(); };
"""


@pytest.mark.parametrize("gone", ["OverconstrainedError", "NotFoundError"])
def test_if_the_chosen_camera_is_missing_any_other_is_used(run: Run, gone: str) -> None:
    asked, running = run(
        CAMERA
        + """
        await choose("mine");
        const running = camera.running;
        camera.stop();
        return [asked, [running, camera.running, video.srcObject]];
        """,
        gone,
    )
    assert asked == ["mine", "any"]
    assert running == [True, False, None]


def test_a_forbidden_camera_is_requested_once_and_the_other_keeps_running(run: Run) -> None:
    asked, error, running = run(
        CAMERA
        + """
        localStorage.removeItem("fingerspell.camera");
        await camera.start();
        const error = await choose("mine").catch((error) => error.name);
        const running = camera.running && camera.stream.getVideoTracks()[0].readyState;
        camera.stop();
        localStorage.removeItem("fingerspell.camera");
        return [asked, error, running];
        """,
        "NotAllowedError",
    )
    assert asked == ["any", "mine"]
    assert error == "NotAllowedError"
    assert running == "live"


def test_a_camera_that_is_stopped_while_it_opens_does_not_play_and_can_be_started_again(run: Run) -> None:
    started = run(
        CAMERA
        + """
        const opened = [];
        const own = navigator.mediaDevices.getUserMedia;
        navigator.mediaDevices.getUserMedia = async (wanted) => (opened.push(await own(wanted)), opened.at(-1));
        const first = camera.start();
        camera.stop();
        const second = camera.start();
        const played = [await first, await second];
        const live = opened.map((stream) => stream.getVideoTracks()[0].readyState).sort();
        const running = camera.running;
        camera.stop();
        return { played, live, running };
        """
    )
    assert started == {"played": [False, True], "live": ["ended", "live"], "running": True}


def test_a_phone_that_opens_one_camera_at_a_time_can_change_to_another(run: Run) -> None:
    asked, live = run(
        CAMERA
        + """
        localStorage.removeItem("fingerspell.camera");
        await camera.start();
        const before = camera.stream;
        const own = navigator.mediaDevices.getUserMedia;
        navigator.mediaDevices.getUserMedia = async (wanted) => {
          if (before.active) throw new DOMException("in use", "NotReadableError");
          return own(wanted);
        };
        await choose("other");
        const live = [before, camera.stream].map((stream) => stream.getVideoTracks()[0].readyState);
        camera.stop();
        localStorage.removeItem("fingerspell.camera");
        return [asked, live];
        """
    )
    assert asked == ["any", "other"]
    assert live == ["ended", "live"]


def test_the_chosen_camera_is_remembered_by_this_browser(run: Run) -> None:
    asked, live = run(
        CAMERA
        + """
        await choose("mine");
        const first = camera.stream;
        await camera.start();
        const live = [first, camera.stream].map((stream) => stream.getVideoTracks()[0].readyState);
        camera.stop();
        localStorage.removeItem("fingerspell.camera");
        return [asked, live];
        """
    )
    assert asked == ["mine", "mine"]
    assert live == ["ended", "live"]  # starting again replaces the camera that plays
