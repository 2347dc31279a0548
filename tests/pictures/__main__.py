"""``python -m tests.pictures [NAME …]``: draw the album anew, or some screens of it."""

import asyncio
import sys

from tests.pictures.album import draw
from tests.pictures.scenes import SCENES
from tests.pictures.spoken import PATH, spoken

asyncio.run(draw(sys.argv[1:] or list(SCENES)))
PATH.write_text(asyncio.run(spoken()), "utf-8")
