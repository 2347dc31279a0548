"""The mail that CPython tests its own parser with: sixty files, most of them broken in a way of their own."""

import sys
import sysconfig
from pathlib import Path

import pytest


def python_mail() -> Path:
    """The folder of it; skips where the system packs Python without its tests."""
    folder = Path(sysconfig.get_paths()["stdlib"]) / "test" / "test_email" / "data"
    if not folder.is_dir():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        pytest.skip(f"needs the system package libpython{version}-testsuite")
    return folder
