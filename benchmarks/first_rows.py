"""From nothing to the first customers on the screen: the program is opened on an account of 10,000 mails in Dovecot.

Beside it, in the same run, the same screen on an empty store without an account: the difference is the mail.
``python -m benchmarks.first_rows 2000`` takes another number of messages.
"""

import os
import sys
import tempfile
from pathlib import Path

from benchmarks._table import Samples, figure, machine, say, show, table
from benchmarks._terminal import Terminal
from tests.journeys.home import USER, Home
from tests.servers.corpus import Corpus
from tests.servers.dovecot import Dovecot

ROUNDS = 5


def opened(home: Path, words: bytes) -> float:
    """Seconds from the start of the program until these words are painted."""
    terminal = Terminal([sys.executable, "-m", "agent_tui", "--home", str(home)], home)
    try:
        return terminal.wait_for(words)
    finally:
        terminal.close()


def empty(folder: Path) -> Path:
    """A home without a channel."""
    folder.mkdir()
    (folder / "config.toml").write_text('agent = "Rui"\nbusiness = "Corner Bakery"\n', encoding="utf-8")
    return folder


def main() -> None:
    """Measure and print."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    os.environ["SHOP_PASSWORD"] = "secret"
    corpus = list(Corpus(seed=7, messages=messages))
    newest = max((mail for mail in corpus if mail.folder == "INBOX"), key=lambda mail: mail.date)
    bare, first = Samples(), Samples()
    with Dovecot() as dovecot, tempfile.TemporaryDirectory() as scratch:
        dovecot.user = USER
        say(f"filling Dovecot with {messages} mails")
        dovecot.fill(corpus)
        for number in range(ROUNDS):
            bare.seconds.append(opened(empty(Path(scratch) / f"empty{number}"), b"Corner Bakery"))
            home = Home(Path(scratch) / f"home{number}", imap_port=dovecot.port)
            first.seconds.append(opened(home.root, newest.name.split()[0].encode()))
    rows = [
        ["the screen, on an empty store", figure(bare.median), figure(max(bare.seconds)), "1.0"],
        [
            "first customers of a first sync",
            figure(first.median),
            figure(max(first.seconds)),
            figure(first.median / bare.median),
        ],
    ]
    heads = ["from the start of the program until … is painted", "median s", "longest s", "ratio"]
    show(f"First rows of {messages:,} mails", machine(), table(heads, rows))


if __name__ == "__main__":
    main()
