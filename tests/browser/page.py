"""Actions of tests on the live page, and scripts that they run in it."""

from playwright.sync_api import Locator, Page, expect

from tests.support.browser import DEEP

DESKTOP, PHONE = (1280, 900), (390, 844)

# From now on, window.statuses collects the texts of the status line.
WATCH_STATUS = f"""() => {{
    {DEEP}
    const line = deep(document, "[data-testid=status]");
    window.statuses = [];
    new MutationObserver(() => window.statuses.push(line.textContent)).observe(line, {{ childList: true }});
}}"""
# From now on, window.letters collects the texts of the large letter, without repeats.
WATCH_LETTER = f"""() => {{
    {DEEP}
    const letter = deep(document, "[data-testid=letter]");
    window.letters = [letter.textContent];
    const note = () => {{
        if (letter.textContent !== window.letters.at(-1)) window.letters.push(letter.textContent);
    }};
    new MutationObserver(note).observe(letter, {{ childList: true, characterData: true, subtree: true }});
}}"""
# A script for open_page: window.runs counts Streamlit's messages. Each run of a page ends with one.
COUNT_RUNS = """
    window.runs = 0;
    const WebSocketBefore = window.WebSocket;
    window.WebSocket = class extends WebSocketBefore {
      constructor(...given) {
        super(...given);
        if (String(given[0]).includes("_stcore/stream")) this.addEventListener("message", () => window.runs++);
      }
    };
"""
RAN = "window.runs > given && document.querySelector('.stApp').dataset.testScriptState === 'notRunning'"


def start(page: Page) -> None:
    """Press START, as soon as it is enabled."""
    page.get_by_role("button", name="START").click()


def stop(page: Page) -> None:
    """Press Stop."""
    page.get_by_role("button", name="Stop").click()


def text_of(page: Page) -> Locator:
    """The box with the text."""
    return page.get_by_test_id("text")


def type_text(page: Page, text: str) -> None:
    """Replace the text, and leave the box."""
    text_of(page).fill(text)
    text_of(page).blur()


def open_settings(page: Page) -> None:
    """Unfold the settings."""
    page.get_by_text("Settings", exact=True).click()


def wait_until_run(page: Page, runs_before: int) -> None:
    """Wait until Streamlit has run the page, which was opened with COUNT_RUNS. runs_before: window.runs before that."""
    page.wait_for_function(f"(given) => {RAN}", arg=runs_before)


def wait_until_idle(page: Page) -> None:
    """Wait until Streamlit runs nothing. It may lose what is clicked during a run."""
    expect(page.locator(".stApp")).to_have_attribute("data-test-script-state", "notRunning")


def wait_until_still(locator: Locator, still_ms: int = 250) -> dict[str, float]:
    """Wait until an element has not moved for so many milliseconds. Returns its box, in pixels."""
    box: dict[str, float] = locator.evaluate(
        """async (element, stillMs) => {
            const place = () => JSON.stringify(element.getBoundingClientRect());
            let before = place(), sinceMs = performance.now();
            while (performance.now() - sinceMs < stillMs) {
                await new Promise(requestAnimationFrame);
                if (place() !== before) [before, sinceMs] = [place(), performance.now()];
            }
            return JSON.parse(before);
        }""",
        still_ms,
    )
    return box
