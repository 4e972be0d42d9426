"""What the tests of the report share: the main study's page, and a browser to read it with."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from econ.report.contents import Contents
from econ.report.write import write_report
from econ.study import Study
from econ.study.parts.answer import contents

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# Chromium talks over descriptors 3 and 4; the pipes may have any others, 3 and 4 swapped included.
START = """
import fcntl, os, sys
to, fro = (fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3])
os.dup2(to, 3), os.dup2(fro, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


@pytest.fixture(scope="session")
def shown(study: Study) -> Contents:
    return contents(study.with_draws(200))


@pytest.fixture(scope="session")
def folder(shown: Contents, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report")
    write_report(shown, out, languages=("en", "fr"))
    return out


class Browser:
    """Chromium without a window, spoken to in its DevTools protocol over two pipes."""

    def __init__(self, program: str, home: Path) -> None:
        (theirs, to), (self._fro, answers) = os.pipe(), os.pipe()
        flags = ["--headless", "--remote-debugging-pipe", "--disable-gpu", "--hide-scrollbars"]
        flags += ["--no-sandbox"] if os.geteuid() == 0 else []
        flags += [f"--user-data-dir={home}", "--disable-dev-shm-usage", "about:blank"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", START, str(theirs), str(answers), program, *flags],
            pass_fds=(theirs, answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(answers)
        self._to, self._count, self._session, self._rest = to, 0, "", b""
        self.events: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **what: Any) -> dict[str, Any]:
        """Call a method of the protocol and wait for its answer."""
        self._count += 1
        asked = {"id": self._count, "method": method, "params": what}
        if self._session:
            asked["sessionId"] = self._session
        left = json.dumps(asked).encode() + b"\0"
        while left:
            left = left[os.write(self._to, left) :]
        while True:
            heard = self._hear()
            if heard.get("id") == self._count:
                assert "error" not in heard, heard
                return dict(heard["result"])
            self.events.append(heard)

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            read = os.read(self._fro, 1 << 20)
            assert read, "the browser has gone"
            self._rest += read
        line, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(line))

    def open(self, page: Path, *, width: int, dark: bool = False, media: str = "screen") -> None:
        """Open a page at a width in CSS pixels; the height is a screen's or a phone's."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", media=media, features=[scheme])
        height = 844 if width < 500 else 900
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        self.events.clear()
        self.ask("Page.navigate", url=page.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self._hear())

    def value(self, script: str) -> Any:
        """Return what a script makes of the page, waiting for a promise."""
        answer = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def troubles(self) -> list[dict[str, Any]]:
        """Return what the console has to say against the page, and what it asked a network for."""
        bad = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        asked = [event for event in self.events if event["method"] == "Network.requestWillBeSent"]
        remote = [
            e for e in asked if not e["params"]["request"]["url"].startswith(("file:", "data:"))
        ]
        return [event for event in self.events if event["method"] in bad] + remote

    def keep(self, name: str, *, whole: bool = False) -> Path:
        """Write a screenshot to ``build/screenshots``, of the first screen or of the whole page."""
        image = self.ask("Page.captureScreenshot", captureBeyondViewport=whole)
        return _kept(name, image["data"])

    def printed(self, name: str) -> Path:
        """Print the page to PDF."""
        paper = {"preferCSSPageSize": True, "printBackground": True}
        return _kept(name, self.ask("Page.printToPDF", **paper)["data"])

    def close(self) -> None:
        """End the browser that was started here."""
        self._process.terminate()
        self._process.wait()
        os.close(self._to)
        os.close(self._fro)


def _kept(name: str, content: str) -> Path:
    path = Path("build") / "screenshots" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(base64.b64decode(content))
    return path


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip("no Chromium here: the page is read by no browser (apt install chromium)")
    started = Browser(program, tmp_path_factory.mktemp("chromium"))
    yield started
    started.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, from npm into ``build/npm``."""
    room = Path("build/npm").absolute()
    source = room / "node_modules" / "axe-core" / "axe.min.js"
    if not source.is_file():
        if shutil.which("npm") is None:
            pytest.skip("no npm here: accessibility is checked by no axe-core (apt install npm)")
        room.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--prefix", str(room), "--no-audit", "--no-fund", AXE]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode:
            pytest.skip(f"npm cannot install {AXE} here, so accessibility is not checked")
    return source.read_text("utf-8")


AXE = "axe-core@4"
