"""The servers' fixtures, for their own tests."""

from tests.servers.fixtures import *  # noqa: F403
