"""What runs Synapse, by its own interpreter: it ends when whoever started it does, however that happens.

Standard input is the only tie: nobody writes to it, and it closes with the test's process. Run as a file, with what
Synapse is to be told behind it; it knows nothing of ours, because our packages are not in Synapse's environment.
"""

import os
import runpy
import signal
import threading


def _end_with_our_parent() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_our_parent, daemon=True).start()
    runpy.run_module("synapse.app.homeserver", run_name="__main__", alter_sys=True)
