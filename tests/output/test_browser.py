"""The HTML page in a real browser: it renders, loads nothing, and its formulas have sizes."""

import json
import re
import shutil
import subprocess
import urllib.request
from contextlib import contextmanager

import pytest

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--window-size=1000,1400",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no chromium with chromedriver here"
)


class Browser:
    """The few WebDriver calls needed, over plain HTTP."""

    def __init__(self, port):
        self.root = f"http://127.0.0.1:{port}"
        self.session = ""

    def call(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.root + self.session + path, data)  # noqa: S310
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            return json.loads(answer.read())["value"]

    def start(self, profile, scheme):
        arguments = [*FLAGS, f"--user-data-dir={profile}"]
        arguments += ["--force-dark-mode"] if scheme == "dark" else []
        options = {"binary": CHROMIUM, "args": arguments}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        answer = self.call("/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = f"/session/{answer['sessionId']}"

    def stop(self):
        request = urllib.request.Request(self.root + self.session, method="DELETE")  # noqa: S310
        urllib.request.urlopen(request).close()  # noqa: S310

    def boxes(self, selector):
        found = self.call("/elements", {"using": "css selector", "value": selector})
        return [self.call(f"/element/{next(iter(element.values()))}/rect") for element in found]

    def run(self, script):
        return self.call("/execute/sync", {"script": script, "args": []})

    def emulate(self, command, **parameters):
        self.call("/goog/cdp/execute", {"cmd": f"Emulation.{command}", "params": parameters})

    def style(self, selector, name):
        found = self.call("/element", {"using": "css selector", "value": selector})
        return self.call(f"/element/{next(iter(found.values()))}/css/{name}")


@contextmanager
def browser(folder, scheme="light"):
    command = [DRIVER, "--port=0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as driver:
        try:
            chrome = Browser(_port(driver))
            chrome.start(folder / "profile", scheme)
            try:
                yield chrome
            finally:
                chrome.stop()
        finally:
            driver.terminate()


def _port(driver):
    for line in driver.stdout:
        found = re.search(rb"successfully on port (\d+)", line)
        if found:
            return int(found.group(1))
    raise AssertionError("chromedriver did not start")


@pytest.mark.parametrize("options", [[], ["--classes", "3", "--label", "2", "--logits", "4,-4,3"]])
def test_the_page_renders(cecheck, tmp_path, options):
    page = tmp_path / "page.html"
    assert cecheck("derive", *options, "--format", "html", "--output", page).code == 0
    with browser(tmp_path) as chrome:
        chrome.call("/url", {"url": page.as_uri()})
        assert chrome.call("/title") == "The gradient of cross-entropy"
        formulas = chrome.boxes("td.right")
        steps = json.loads(cecheck("derive", *options, "--format", "json").out)["steps"]
        assert len(formulas) == len(steps) > 10
        assert all(box["width"] > 6 and 8 < box["height"] < 400 for box in formulas)
        assert min(box["height"] for box in chrome.boxes("mfrac") if box["height"]) > 12
        assert max(box["x"] + box["width"] for box in chrome.boxes("td.why")) <= 1000
        assert chrome.call("/se/log", {"type": "browser"}) == []


def test_dark_readers_get_a_dark_page(cecheck, tmp_path):
    page = tmp_path / "page.html"
    cecheck("derive", "vjp", "--format", "html", "--output", page)
    with browser(tmp_path, "dark") as chrome:
        chrome.call("/url", {"url": page.as_uri()})
        assert chrome.style("body", "background-color") == "rgba(13, 17, 23, 1)"
        assert chrome.style("h1", "color") == "rgba(230, 237, 243, 1)"


CUT = """
return [...document.querySelectorAll(".chain div")].filter(
  box => box.offsetParent && box.scrollWidth > box.clientWidth + 1).length
"""


@pytest.mark.slow
@pytest.mark.parametrize(("width", "media"), [(1280, ""), (720, ""), (390, ""), (718, "print")])
@pytest.mark.parametrize(
    "options", [["temperature", "--classes", "6"], ["--classes", "3"], ["layer"]]
)
def test_no_formula_is_cut(cecheck, tmp_path, options, width, media):
    page = tmp_path / "page.html"
    cecheck("derive", *options, "--format", "html", "--output", page)
    with browser(tmp_path) as chrome:
        chrome.emulate("setDeviceMetricsOverride", width=width, height=900, mobile=False,
                       deviceScaleFactor=1)  # fmt: skip
        chrome.emulate("setEmulatedMedia", media=media)
        chrome.call("/url", {"url": page.as_uri()})
        assert chrome.run(CUT) == 0
        assert chrome.run("return document.documentElement.scrollWidth") <= width
        assert len([box for box in chrome.boxes("td.why") if box["width"] > 100]) > 5


def test_a_formula_that_is_cut_would_be_seen(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<div class="chain"><div style="width: 9px">overflows</div></div>')
    with browser(tmp_path) as chrome:
        chrome.call("/url", {"url": page.as_uri()})
        assert chrome.run(CUT) == 1
