"""A thousand visitors in the website's chat, a hundred messages a second, on one process: how fast, and is any lost.

The server is a process of its own, as beside a website; visitors are WebSockets, the terminal asks over HTTP as the
adapter does. Half of the messages go to the terminal and half come from it; each is timed from being sent to being
there. Ends with 1 when a message is lost or doubled, or when p95 is not under 50 ms.
"""

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

WEBSITE = "https://www.example.com"
PROGRAM = """
import sys
from pathlib import Path
from adapters._chat_server import serve
serve(sys.argv[1], Path(sys.argv[2]), [sys.argv[3]], lambda text: print(text, flush=True))
"""
LIMITS = """[limits]
burst = 1000
messages = 1000
newcomers = 100000
all_newcomers = 1000000
all_messages = 10000000
connections = 20000
address_connections = 20000
"""
MOST = 0.050  # seconds
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Run:
    """What is measured: seconds for each message, and how often each came."""

    up: dict[str, float] = field(default_factory=dict)
    down: dict[str, float] = field(default_factory=dict)
    up_took: list[float] = field(default_factory=list)
    down_took: list[float] = field(default_factory=list)
    came: Counter[str] = field(default_factory=Counter)
    who: dict[str, tuple[str, str]] = field(default_factory=dict)  # the visitor's number → site and visitor
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def arrived(self, text: str) -> None:
        """A message is there."""
        self.came[text] += 1
        self.news.set()

    async def everything(self, count: int) -> None:
        """Wait until so many different messages are there."""
        while len(self.came) < count:
            self.news.clear()
            await self.news.wait()


async def visit(url: str, number: int, run: Run, sockets: dict[int, ClientConnection]) -> None:
    """A visitor: says hello once, and listens until it is all over."""
    address = url.replace("http", "ws", 1) + "/socket"
    async with connect(
        address, origin=Origin(url), proxy=None, compression=None, ping_interval=None
    ) as connection:
        hello = {"t": "hello", "token": secrets.token_urlsafe(32), "site": WEBSITE}
        await connection.send(json.dumps(hello))
        await connection.send(json.dumps({"t": "say", "id": "first", "text": f"visitor {number}"}))
        sockets[number] = connection
        async for data in connection:
            now = time.perf_counter()
            for frame in json.loads(data):
                if frame["t"] == "entries":
                    for line in frame["entries"]:
                        if not line["mine"]:
                            run.arrived(line["text"])
                            run.down_took.append(now - run.down[line["text"]])


async def listen(agent: httpx.AsyncClient, run: Run, ready: asyncio.Event, visitors: int) -> None:
    """The terminal."""
    cursor = ""
    while True:
        page = (await agent.get("/agent/events", params={"after": cursor, "wait": 20})).json()
        now = time.perf_counter()
        cursor = page["cursor"]
        for event in page["events"]:
            if event["kind"] != "said":
                continue
            if event["text"].startswith("visitor "):
                run.who[event["text"].removeprefix("visitor ")] = (event["site"], event["visitor"])
            else:
                run.arrived(event["text"])
                run.up_took.append(now - run.up[event["text"]])
        if len(run.who) == visitors:
            ready.set()


async def talk(
    agent: httpx.AsyncClient, run: Run, sockets: dict[int, ClientConnection], rate: int, seconds: float
) -> None:
    """Messages at a steady rate, turn by turn from a visitor and to one."""
    begin = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
            visitor = (number * 7919) % len(sockets)
            text = f"message {number}"
            if number % 2:
                run.up[text] = time.perf_counter()
                await sockets[visitor].send(json.dumps({"t": "say", "id": text, "text": text}))
            else:
                run.down[text] = time.perf_counter()
                group.create_task(answer(agent, run.who[str(visitor)], text))


async def answer(agent: httpx.AsyncClient, to: tuple[str, str], text: str) -> None:
    """The agent says something."""
    said = {"key": text, "site": to[0], "visitor": to[1], "text": text}
    (await agent.post("/agent/messages", json=said)).raise_for_status()


async def measure(url: str, token: str, visitors: int, rate: int, seconds: float) -> Run:
    """One run: everybody connects, then they talk, then the last messages arrive."""
    run, ready, sockets = Run(), asyncio.Event(), dict[int, ClientConnection]()
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=60) as agent,
        asyncio.TaskGroup() as group,
    ):
        tasks = [group.create_task(listen(agent, run, ready, visitors))]
        began = time.perf_counter()
        for number in range(visitors):
            tasks.append(group.create_task(visit(url, number, run, sockets)))
            if number % 50 == 49:
                await asyncio.sleep(0.05)
        async with asyncio.timeout(120):
            await ready.wait()
        print(f"{visitors} visitors there after {time.perf_counter() - began:.1f} s")
        await talk(agent, run, sockets, rate, seconds)
        with contextlib.suppress(TimeoutError):  # what has not come by then is lost
            async with asyncio.timeout(20):
                await run.everything(int(rate * seconds))
        for task in tasks:
            task.cancel()
    return run


def report(name: str, took: list[float]) -> float:
    """Print the quantiles in milliseconds; the 95th, in seconds."""
    cuts = statistics.quantiles(took, n=100)
    print(
        f"{name}: {len(took)} messages, p50 {cuts[49] * 1e3:.1f} p95 {cuts[94] * 1e3:.1f} p99 {cuts[98] * 1e3:.1f} ms"
    )
    return cuts[94]


def usage(pid: int) -> tuple[float, float]:
    """Processor seconds so far, and resident MiB."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return (int(fields[11]) + int(fields[12])) / TICKS, pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> int:
    """Start the server, measure, and judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--visitors", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=100, help="messages a second")
    parser.add_argument("--seconds", type=float, default=30)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
        probe.close()
        (Path(folder) / "chat.toml").write_text(LIMITS)
        command = [sys.executable, "-c", PROGRAM, f"127.0.0.1:{port}", folder, WEBSITE]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                server.stdout.readline()
                token = (Path(folder) / "agent-token").read_text().strip()
                before, began = usage(server.pid), time.perf_counter()
                run = asyncio.run(
                    measure(f"http://127.0.0.1:{port}", token, asked.visitors, asked.rate, asked.seconds)
                )
                after, took = usage(server.pid), time.perf_counter() - began
            finally:
                server.terminate()
    return judge(run, int(asked.rate * asked.seconds), (after[0] - before[0]) / took, before[1], after[1])


def judge(run: Run, sent: int, load: float, empty: float, full: float) -> int:
    """Say what was found; the exit code."""
    slowest = max(report("visitor → terminal", run.up_took), report("terminal → visitor", run.down_took))
    lost, doubled = sent - len(run.came), sum(count > 1 for count in run.came.values())
    print(
        f"lost {lost}, doubled {doubled} of {sent}; server {load:.0%} of a core, {empty:.0f} → {full:.0f} MiB"
    )
    return 1 if lost or doubled or slowest >= MOST else 0


if __name__ == "__main__":
    sys.exit(main())
