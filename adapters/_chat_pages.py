"""The widget's files: the loader for the shop's page, the frame with its script and style, and a page to try it on.

Only the websites of the settings may hold the frame (`frame-ancestors`), and in the frame nothing runs, loads or talks
but its own files and this server; HTML cannot be made from text there (`require-trusted-types-for`).
"""

import gzip
import re
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters._chat_config import Config

FOLDER = Path(__file__).parent / "static" / "webchat"
SCRIPT, STYLE, HTML = "text/javascript; charset=utf-8", "text/css; charset=utf-8", "text/html; charset=utf-8"
FOR_EVER = "public, max-age=31536000, immutable"  # for addresses that name the content
MINUTES = "public, max-age=300"
NAMED = {"frame.js": SCRIPT, "line.js": SCRIPT, "texts.js": SCRIPT, "frame.css": STYLE}
_COMMENT = re.compile(r"^\s*(?:/\*.*?\*/|//[^\n]*)\n", re.DOTALL | re.MULTILINE)


def routes(config: Config) -> list[Route]:
    """Every page and file of the widget."""
    version = sha256(b"".join(_read(name) for name in NAMED)).hexdigest()[:12]
    found = [
        _route(
            "/widget.js",
            _read("widget.js"),
            SCRIPT,
            MINUTES,
            {"Cross-Origin-Resource-Policy": "cross-origin"},
        ),
        _route(
            "/frame",
            _frame(config, version),
            HTML,
            "no-cache",
            {"Content-Security-Policy": frame_policy(config)},
        ),
        *(_route(f"/{name}", _read(name), kind, FOR_EVER, {}) for name, kind in NAMED.items()),
    ]
    if set(config.public) & set(config.origins):  # its own website: there is a page to try it on
        policy = (
            "default-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        headers = {"Content-Security-Policy": policy}
        found += [
            _route("/", _read("try.html"), HTML, "no-cache", headers),
            _route("/try.css", _read("try.css"), STYLE, "no-cache", {}),
        ]
    return found


def frame_policy(config: Config) -> str:
    """What the frame may do, and who may hold it (Content Security Policy 3)."""
    named = (origin for origin in config.public if "[" not in origin)  # a policy cannot name an IPv6 address
    sockets = "".join(f" ws{origin.removeprefix('http')}" for origin in named)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob:;"
        f" connect-src 'self'{sockets}; base-uri 'none'; form-action 'none';"
        f" frame-ancestors {' '.join(config.origins)}; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _frame(config: Config, version: str) -> bytes:
    """The frame's page, told which websites it may listen to."""
    page = _read("frame.html").decode()
    return page.replace("{origins}", escape(" ".join(config.origins))).replace("{version}", version).encode()


def _read(name: str) -> bytes:
    """A file as it is sent; scripts and style without comments that fill whole lines, and without indentation."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    if name.endswith((".js", ".css")):
        text = re.sub(r"\s*\n\s*", "\n", _COMMENT.sub("", text)).strip()
    return text.encode()


def _route(path: str, data: bytes, kind: str, cache: str, more: Mapping[str, str]) -> Route:
    """A file in memory, also compressed, with an entity tag."""
    tag = f'"{sha256(data).hexdigest()[:16]}"'
    packed = gzip.compress(data, 9, mtime=0)
    headers = {"ETag": tag, "Cache-Control": cache, "Vary": "Accept-Encoding", **more}

    async def serve(request: Request) -> Response:
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=kind)
        return Response(data, headers=headers, media_type=kind)

    return Route(path, serve, methods=["GET"])
