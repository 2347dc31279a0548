"""What holds for every test: this machine only, an empty home, a fixed zone and language, nothing skipped in CI.

Rules: a fixture here is either used by everybody or by name from several folders; everything else lives beside
its tests. A test that lacks a system package skips and names the package; with CI set, a skip is a failure.
"""

import itertools
import os
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from agent_tui.core import language
from tests import guard

guard.install()

# The machine's load says nothing about the code: no deadlines. CI must give the same verdict each time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
IN_CI = os.environ.get("CI", "").lower() not in {"", "0", "false"}
settings.load_profile("ci" if IN_CI else "here")

_homes = itertools.count()
_FIXED = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TERM": "xterm-256color"}
# The developer's own settings, terminal and proxies; whatever a test needs of these it sets itself.
_WIPED = (
    "AGENT_TUI_",
    "XDG_",
    "TEXTUAL",
    "COLUMNS",
    "LINES",
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR",
    "COLORTERM",
)
_WIPED_ENDS = ("_PROXY", "_proxy")
_WIPED_EXACT = ("LANGUAGE", "PAGER", "EDITOR", "VISUAL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")


def _is_wiped(name: str) -> bool:
    return name.startswith(_WIPED) or name.endswith(_WIPED_ENDS) or name in _WIPED_EXACT


@pytest.fixture(autouse=True)
def own_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty home for this test alone, and an environment that is the same on every machine."""
    home = tmp_path_factory.getbasetemp() / "homes" / str(next(_homes))
    home.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        for name in filter(_is_wiped, list(os.environ)):
            patch.delenv(name)
        for name, value in _FIXED.items():
            patch.setenv(name, value)
        patch.setenv("HOME", str(home))
        patch.setenv("AGENT_TUI_HOME", str(home / "agent-tui"))
        time.tzset()
        yield home
    language.use(language.ENGLISH)
    time.tzset()


@pytest.fixture(autouse=True)
def only_loopback() -> Iterator[None]:
    """Fail the test that tried to leave this machine, even when the refusal was swallowed."""
    guard.take_refusals()
    yield
    refused = guard.take_refusals()
    assert not refused, refused


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed one."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"nothing may be skipped in CI: {_reason(report.longrepr)}"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """In CI a module that skips itself is an error."""
    report = yield
    if IN_CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"nothing may be skipped in CI: {_reason(report.longrepr)}"
    return report


def _reason(longrepr: object) -> str:
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)
