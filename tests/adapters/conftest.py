"""The servers' fixtures, for the adapters' tests."""

from tests.servers.fixtures import *  # noqa: F403
