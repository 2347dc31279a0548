"""``python -m agent_tui``: the program, where its command is not on the path."""

import sys

from agent_tui.cli import main

sys.exit(main())
