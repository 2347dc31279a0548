"""Twilio's own library, made to go through our HTTP client.

Imported with the first client, which takes 0.3 s and looks for IPv6 by opening a socket. Facts about it (9.13) that
this file is written around: an empty environment falls back to the process's, so one blank entry is given; its own
retries repeat a POST; what an error says of itself has colours, so only its parts are used; a list that fails keeps
the answer beside the message.
"""

from collections.abc import Callable
from typing import Any

from adapters._http import Answer, Web

POST_SECONDS, GET_SECONDS = 30.0, 10.0


def client(account: str, token: str, base: str, web: Web, refuse: Callable[[Answer, bool], None]) -> Any:
    """The library's client for one account, at `base`.

    `refuse` sees every answer, and whether it is one to an order; what it raises goes past the library.
    """
    from twilio.http import AsyncHttpClient
    from twilio.http.response import Response
    from twilio.rest import Client

    class Carrier(AsyncHttpClient):  # type: ignore[misc]
        async def request(
            self,
            method: str,
            url: str,
            params: dict[str, object] | None = None,
            data: dict[str, object] | None = None,
            headers: dict[str, str] | None = None,
            auth: tuple[str, str] | None = None,
            timeout: float | None = None,  # noqa: ASYNC109, ARG002 - the library's signature
            allow_redirects: bool = False,  # noqa: ARG002
        ) -> Response:
            order = method.upper() != "GET"
            sent = {"params": params or None, "data": data, "headers": headers, "auth": auth}
            answer = await web.ask(method, url, seconds=POST_SECONDS if order else GET_SECONDS, **sent)
            refuse(answer, order)
            return Response(answer.status, answer.body.decode("utf-8", "replace"), answer.headers)

    made = Client(account, token, account, http_client=Carrier(None, True, None), environment={"_": ""})
    made.api.base_url = base
    return made


def failures() -> tuple[type[Exception], ...]:
    """What the library raises for an answer that says no, or is not as it should be."""
    from twilio.base.exceptions import TwilioException

    return TwilioException, ValueError, TypeError, AttributeError, KeyError, RecursionError
