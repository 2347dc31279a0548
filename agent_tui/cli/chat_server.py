"""The command that runs the website's chat server on its own, beside the website."""

from pathlib import Path

import click

from agent_tui.cli.call import home_option, tell


def register(program: click.Group) -> None:
    """Add this command."""
    program.add_command(webchat_server)


@click.command("webchat-server")
@click.option("--listen", required=True, metavar="ADDR", help="Host and port, such as 127.0.0.1:8420.")
@click.option(
    "--data",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keeps everything of the server; made when there is none.",
)
@click.option(
    "--origin",
    "origins",
    required=True,
    multiple=True,
    metavar="URL",
    help="A website that may hold the chat, such as https://www.example.com. May be repeated.",
)
@click.option(
    "--public-url", default="", metavar="URL", help="Where browsers find it, when it is behind a proxy."
)
@home_option
def webchat_server(listen: str, data: Path, origins: tuple[str, ...], public_url: str) -> int:
    """Run the chat server of a website on its own; the terminal then connects to it.

    The agent's token is in the file agent-token of DIR, for `agent_token` in config.toml. The widget's texts, opening
    hours and limits are in chat.toml there, if you write one; a signing-key there lets the website's login vouch.
    """
    from agent_tui import bootstrap, logs

    with logs.kept(data / "chat-server.log"):
        bootstrap.serve_chat(listen, data, origins, tell, public_url=public_url)
    return 0
