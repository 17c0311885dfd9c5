"""
The HTML report in a real browser: every width, both colour schemes, scripting off, on paper, and offline.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from conformance.reporting import render
from tests.conftest import Tool
from tests.unit import judgements

SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
]

SAMPLES = {
    "passing": judgements.passing(),
    "failing": judgements.failing(),
    "hostile": judgements.hostile("<b>" + "W\u202e" * 2_000),
    "crowded": judgements.crowded(30),
}

# The contrast of every element with text of its own against the nearest background that is not see-through,
# as WCAG 2 computes it; what falls short of AA comes back.
LOW_CONTRAST = """() => {
  const rgb = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!own || !element.checkVisibility()) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(behind(element))];
    const contrast = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (contrast < 4.5) low.push([element.className, element.textContent.slice(0, 40), contrast]);
  }
  return low;
}"""

TOO_WIDE = """() => [...document.body.querySelectorAll('*')]
  .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
  .map(element => `${element.tagName}.${element.className}`).slice(0, 5)"""


@pytest.fixture(scope="module")
def browser(tool: Tool) -> Iterator[Browser]:
    """
    A headless Chromium for the tests of this file.
    """
    chromium = tool("chromium", why="look at the HTML report as a reader does")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """
    The addresses of the sample reports as files.
    """
    folder = tmp_path_factory.mktemp("reports")
    addresses = {}
    for name, judgement in SAMPLES.items():
        path = folder / f"{name}.html"
        path.write_text(render(judgement, "html"), encoding="utf-8")
        addresses[name] = path.as_uri()
    return addresses


@pytest.mark.parametrize("name", SAMPLES)
def test_no_width_scrolls_sideways(browser: Browser, pages: dict[str, str], name: str) -> None:
    """
    On a phone, a tablet and a wide screen everything is within the window, folded parts open or not.
    """
    page = browser.new_page()
    page.goto(pages[name])
    for unfolded in (False, True):
        page.evaluate(
            "open => document.querySelectorAll('details').forEach(d => { d.open = open })", unfolded
        )
        for width in (320, 360, 768, 1600):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, page.evaluate(TOO_WIDE)
    page.close()


def test_the_first_screen_says_how_it_stands(browser: Browser, pages: dict[str, str]) -> None:
    """
    Verdict, implementation, profile, revision and seed are seen without scrolling, on a phone too.
    """
    for size in (ViewportSize(width=360, height=800), ViewportSize(width=1600, height=900)):
        page = browser.new_page(viewport=size)
        page.goto(pages["failing"])
        for seen in (
            page.locator("h1"),
            *(page.locator("dt", has_text=name) for name in ("Profile", "Seed")),
        ):
            box = seen.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] < size["height"]
        page.close()


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_is_loaded_and_nothing_complains(browser: Browser, pages: dict[str, str], name: str) -> None:
    """
    The only request is the page itself, and the console stays empty.
    """
    page = browser.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.goto(pages[name], wait_until="networkidle")
    assert requests == [pages[name]]
    assert complaints == []
    page.close()


def test_it_reads_with_scripting_off(browser: Browser, pages: dict[str, str]) -> None:
    """
    A reader who lets no page run code sees the same: folding and links within the page work without.
    """
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(pages["failing"])
    page.locator("nav a", has_text="IDENTITY-04").click()
    assert page.url.endswith("#IDENTITY-04")
    wire = page.locator("#exchange-19")
    assert not wire.locator("pre.request").is_visible()
    wire.locator("summary").click()
    assert wire.locator("pre.request").is_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_enough_contrast(browser: Browser, pages: dict[str, str], scheme: str) -> None:
    """
    Every text, status colours included, stands out from what is behind it by 4.5 to 1 (WCAG AA).
    """
    page = browser.new_page(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(pages["failing"])
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert page.evaluate(LOW_CONTRAST) == []
    page.close()


def test_a_status_is_never_a_colour_alone(browser: Browser, pages: dict[str, str]) -> None:
    """
    Symbol and word stand with every status, so the report reads the same in grey.
    """
    page = browser.new_page()
    page.goto(pages["failing"])
    words = set(page.locator("#requirements .status").all_inner_texts())
    assert words == {"✓ passed", "✗ failed", "? inconclusive", "– not applicable", "! error"}
    page.close()


def test_every_link_within_the_page_resolves(browser: Browser, pages: dict[str, str]) -> None:
    """
    Whatever a reader clicks on is there.
    """
    page = browser.new_page()
    for address in pages.values():
        page.goto(address)
        lost = "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.querySelector(a.hash))"
        assert page.evaluate(f"{lost}.length") == 0
    page.close()


def test_it_prints_with_everything_unfolded(browser: Browser, pages: dict[str, str]) -> None:
    """
    On paper the exchanges are there too, and nothing is cut off at the side.
    """
    page = browser.new_page(viewport={"width": 794, "height": 1123})
    page.goto(pages["failing"])
    page.emulate_media(media="print")
    body = page.locator("#exchange-19 pre.request").bounding_box()
    assert body is not None
    assert body["height"] > 200
    assert page.evaluate("document.documentElement.scrollWidth") <= 794
    assert page.pdf(format="A4").startswith(b"%PDF-")
    page.close()
