"""agent-tui: one timeline per customer, every channel, in the terminal.

This file holds the version and imports nothing, because importing any submodule runs it.
"""

__version__ = "0.1.0"
