"""python docs/make_pictures.py: play the demo without a screen and take the README's pictures.

What is shown is the real service in the simulated world; nothing on a picture is drawn by hand.
"""  # noqa: INP001  # a script beside the pages it illustrates, imported by nobody

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

from PIL import Image
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

ROOT: Final = Path(__file__).resolve().parent.parent
IMAGES: Final = ROOT / "docs" / "images"
CHROMIUM_ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
WIDTH, HEIGHT, SHARPNESS, COLOURS = 1000, 1120, 1.4, 160
START_SECONDS, PLAY_SECONDS, LOOK_SECONDS, CHART_SECONDS = 90.0, 240.0, 2.0, 30.0
ENOUGH, ENOUGH_SECONDS, QUESTIONS = 30, 300.0, 8
"""Settled bets from which statistics conclude, how long they may take, how often to ask."""
READY: Final = "the service is ready"
SETTLED: Final = ("✅", "❌", "↩️")
MOMENTS: Final = (("🎯",), ("↕️", "\N{HEAVY MINUS SIGN}"), ("🔒",), SETTLED)
"""How a card's first line begins: new, moved or gone, closed, settled."""

BEST_VIEW: Final = """(moments) => {
  const scroll = document.getElementById("scroll");
  const place = (row) => row.getBoundingClientRect().top - scroll.getBoundingClientRect().top
    + scroll.scrollTop;
  const cards = [...document.querySelectorAll("#log > li.theirs")].map((row) => ({
    top: place(row), bottom: place(row) + row.offsetHeight,
    moment: moments.findIndex(
      (marks) => marks.some((mark) => row.innerText.trim().startsWith(mark))),
  }));
  let best = { seen: 0, top: 0 };
  for (const { top } of cards) {
    const inSight = cards.filter((card) => card.top >= top
      && card.bottom <= top + scroll.clientHeight - 16);
    const seen = new Set(inSight.map((card) => card.moment).filter((moment) => moment >= 0)).size;
    if (seen >= best.seen) best = { seen, top: top - 8 };
  }
  scroll.scrollTop = best.top;
  return best.seen;
}"""
"""Scrolls to where most different moments of a card's life are in sight; gives their number."""

COUNT_OF: Final = """(moments) => [...document.querySelectorAll("#log > li.theirs")]
  .filter((row) => moments.some((mark) => row.innerText.trim().startsWith(mark))).length"""
UNBROKEN: Final = """() => {
  const rows = [...document.querySelectorAll("#log > li.theirs")].slice(-2);
  return rows.length === 2 && rows[0].innerText.startsWith("📈") && !!rows[1].querySelector("img");
}"""
"""Says whether figures and their chart end the chat, with no card between or after them."""


@contextmanager
def demo() -> Iterator[str]:
    """Run `python -m sandbox` for the length of the block; give the chat page's address."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("w") as told:
            process = subprocess.Popen(
                [sys.executable, "-u", "-m", "sandbox"], cwd=ROOT, stdout=told, stderr=told
            )
        try:
            until = monotonic() + START_SECONDS
            while READY not in log.read_text():
                if process.poll() is not None or monotonic() > until:
                    sys.exit(f"the demo does not start:\n{log.read_text()}")
                sleep(0.5)
            yield re.findall(r"chat page: (\S+)", log.read_text())[0]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def join(page: Page, url: str) -> None:
    """Press Start and choose English, as a newcomer who reads the README would."""
    page.goto(url)
    page.get_by_role("button", name="Start").first.click()
    page.get_by_role("button", name="English").first.click()


def take_chat(page: Page) -> bytes:
    """Return the view with most different moments of cards among those of two matchdays."""
    best, picture = 0, b""
    until = monotonic() + PLAY_SECONDS
    while monotonic() < until and best < len(MOMENTS):
        sleep(LOOK_SECONDS)
        seen = page.evaluate(BEST_VIEW, [list(marks) for marks in MOMENTS])
        if seen >= best:
            sleep(0.5)  # a card that has just changed still flashes
            best, picture = seen, page.screenshot()
    say(f"{best} moments of a card in sight")
    return picture


def take_stats(page: Page) -> bytes:
    """Ask for the statistics of enough bets until no card comes between figures and chart."""
    until = monotonic() + ENOUGH_SECONDS
    while (settled := page.evaluate(COUNT_OF, list(SETTLED))) < ENOUGH and monotonic() < until:
        sleep(LOOK_SECONDS)
    if not settled:
        sys.exit("no result has come: look at what the demo says, the pictures stay as they are")
    picture = b""
    for _ in range(QUESTIONS):
        picture = ask_stats(page)
        if page.evaluate(UNBROKEN):
            break
    return picture


def ask_stats(page: Page) -> bytes:
    """Ask for the statistics; return the view once the chart is there."""
    charts = page.locator(".photo img")
    box, shown = page.get_by_placeholder("Message"), charts.count()
    box.fill("/stats")
    box.press("Enter")
    charts.nth(shown).wait_for(timeout=CHART_SECONDS * 1000)
    page.evaluate("document.getElementById('scroll').scrollTop = 1e9")
    sleep(1.5)
    return page.screenshot()


def keep(picture: bytes, name: str) -> None:
    """Write a picture in few colours: flat surfaces and text need no more."""
    IMAGES.mkdir(exist_ok=True)
    path = IMAGES / name
    with Image.open(BytesIO(picture)) as image:
        few = image.convert("RGB").quantize(COLOURS, Image.Quantize.MEDIANCUT, kmeans=3)
        few.save(path, optimize=True)
    say(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KiB")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    chromium = shutil.which("chromium") or sys.exit("pictures need chromium")
    with demo() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=list(CHROMIUM_ARGUMENTS)
        )
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SHARPNESS
        )
        join(page, url)
        chat, stats = take_chat(page), take_stats(page)
        keep(chat, "chat.png")
        keep(stats, "stats.png")
        browser.close()


if __name__ == "__main__":
    main()
