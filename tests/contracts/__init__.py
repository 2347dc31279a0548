"""What every implementation of a port must do, as test classes to inherit from."""

from pathlib import Path

import pytest

# Their failures show the values compared, as those of test modules do.
for _module in Path(__file__).parent.glob("[!_]*.py"):
    pytest.register_assert_rewrite(f"{__name__}.{_module.stem}")
for _module in Path(__file__).parent.glob("_[!_]*.py"):
    pytest.register_assert_rewrite(f"{__name__}.{_module.stem}")
