"""The workstation screen: everything the agent sees, and the only part of the program that knows Textual."""

import os

# Read by Textual when it is imported: a key is painted within 8 ms instead of 17.
os.environ.setdefault("TEXTUAL_FPS", "120")
