"""Finds a Chromium for the browser tests or installs one: `python -m tests.browser` says which.

CHROMIUM names one; then come those of the system, Playwright's own, and as a last resort an installation. Where there is a
Chromium without windows the tests take that: it draws the same page for two thirds of the processor time.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

SHELL = "chromium-headless-shell"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS = (r"Google\Chrome\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe")


class NoBrowser(RuntimeError):
    """No browser was found and none could be installed."""


def chromium(*, whole: bool = False) -> str:
    """Path of a Chromium that starts; installs one where there is none. Raises NoBrowser.

    `whole`: the browser that people use, which is what has to be measured.
    """
    if named := os.environ.get("CHROMIUM"):
        if not Path(named).exists():
            raise NoBrowser(f"CHROMIUM names {named}, which does not exist.")
        return named
    for install in (None, *installations()):
        if install is not None:
            print(f"No browser found. Running: {' '.join(install)}", flush=True)
            subprocess.run(
                install, check=False, stdin=subprocess.DEVNULL, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            )
        if found := next(filter(starts, candidates(NAMES if whole else (SHELL, *NAMES))), None):
            return found
    raise NoBrowser("No browser found. Install Chromium or Google Chrome, or set CHROMIUM to its path.")


def candidates(names: Iterable[str]) -> Iterator[str]:
    """Where a browser may be: under these names, then where systems without a path for programs have it."""
    yield from filter(None, map(shutil.which, names))
    yield from MACOS
    for root in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        if root in os.environ:
            yield from (str(Path(os.environ[root]) / place) for place in WINDOWS)
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    yield own


def starts(path: str) -> bool:
    """Whether there is a browser at this path; some systems have a placeholder that only says where to get one."""
    if not Path(path).exists():
        return False
    if sys.platform == "win32":  # there --version opens a window
        return True
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def installations() -> Iterator[list[str]]:
    """Commands that may bring a browser to this machine."""
    if sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        yield ["sh", "-c", "apt-get update -q && apt-get install -qy --no-install-recommends chromium"]
    yield [sys.executable, "-m", "playwright", "install", "chromium"]


if __name__ == "__main__":
    try:
        print(f"Browser: {chromium()}")
    except NoBrowser as error:
        sys.exit(str(error))
