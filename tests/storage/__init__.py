"""Tests of the stores."""

import pytest

pytest.register_assert_rewrite("tests.storage.deeds")  # its failures show the values compared
