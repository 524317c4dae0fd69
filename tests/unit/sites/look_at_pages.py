"""Shows the sample pages to a real browser, takes pictures and asks axe.

`python tests/unit/sites/look_at_pages.py FOLDER [PAGE...]`; the assets must be built.
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import sample_pages
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, sync_playwright

STATIC = sample_pages.ROOT / "tongdeng/sites/shell/static"
POLICY = "default-src 'none'; base-uri 'none'; " + "; ".join(
    f"{kind} 'self'" for kind in ("script-src", "style-src", "img-src", "connect-src", "form-action")
)
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def answer(route: Route) -> None:
    """Give the browser a page or an asset from memory; nothing goes to a network."""
    path = urlsplit(route.request.url).path
    if route.request.headers.get("hx-request"):
        route.fulfill(status=204)  # a page that asks for its progress hears that nothing is new
        return
    if path.startswith("/static/"):
        found = STATIC / path.removeprefix("/static/")
        route.fulfill(body=found.read_bytes(), content_type=KINDS[found.suffix])
        return
    name, _, lang = path.strip("/").partition(".")
    html = sample_pages.render(name, "en" if lang == "en" else "zh-hans")
    route.fulfill(body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY})


def open_page(browser: Browser, name: str, lang: str, size: tuple[int, int]) -> tuple[Page, list[str]]:
    """Open one sample under the strict policy; the list collects what the browser complains about."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route("**/*", answer)
    page.goto(f"http://sample/{name}.{lang}", wait_until="networkidle")
    return page, complaints


def findings(page: Page) -> list[str]:
    """Return what axe finds, one line each."""
    result = Axe().run(page, options=RULES)
    return [f"{found['id']}: {found['nodes'][0]['html'][:160]}" for found in result.response["violations"]]


def main(folder: Path, names: list[str]) -> int:
    """Take pictures of the pages and return how many things are wrong."""
    sample_pages.configure()
    folder.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name in names or [name for name in sample_pages.pages("zh") if name != "owed_saved"]:
            for lang in ("zh", "en"):
                for size, pixels in SIZES.items():
                    page, complaints = open_page(browser, name, lang, pixels)
                    page.screenshot(path=folder / f"{name}.{lang}.{size}.png", full_page=True)
                    spilling = page.evaluate("document.documentElement.scrollWidth > innerWidth")
                    faults = [*complaints, *findings(page), *(["wider than the screen"] if spilling else [])]
                    wrong += len(faults)
                    for fault in faults:
                        print(name, lang, size, fault, sep=" | ")
                    page.close()
        browser.close()
    return wrong


if __name__ == "__main__":
    sys.exit(min(1, main(Path(sys.argv[1]), sys.argv[2:])))
