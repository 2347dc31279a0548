"""A message resource of Twilio, as its API gives it, and the account it belongs to."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

ACCOUNT = "AC" + "a1" * 16
TOKEN = "the-auth-token-of-the-tests"
NUMBER = "+15005550006"
BASE = f"/2010-04-01/Accounts/{ACCOUNT}"


@dataclass
class Text:
    """One message resource."""

    sid: str
    direction: str
    sender: str | None
    to: str
    body: str
    status: str
    created: datetime
    sent: datetime | None
    service: str | None = None
    error: int | None = None
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    price: str | None = None  # as the API writes it: "-0.00830"
    listed: bool = True  # a late row is not in the list yet

    @property
    def inbound(self) -> bool:
        """Did a customer write it?"""
        return self.direction == "inbound"

    def row(self) -> dict[str, Any]:
        """As the API gives it."""
        uri = f"{BASE}/Messages/{self.sid}.json"
        return {
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": _rfc2822(self.created),
            "date_sent": _rfc2822(self.sent) if self.sent else None,
            "date_updated": _rfc2822(self.sent or self.created),
            "direction": self.direction,
            "error_code": self.error,
            "error_message": None,
            "from": self.sender,
            "messaging_service_sid": self.service,
            "num_media": str(len(self.media)),
            "num_segments": "1",
            "price": self.price,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": uri.replace(".json", "/Media.json")},
            "to": self.to,
            "uri": uri,
        }

    def media_rows(self) -> list[dict[str, Any]]:
        """Its files, as the API gives them."""
        at = _rfc2822(self.created)
        return [
            {
                "account_sid": ACCOUNT,
                "content_type": kind,
                "date_created": at,
                "date_updated": at,
                "parent_sid": self.sid,
                "sid": name,
                "uri": f"{BASE}/Messages/{self.sid}/Media/{name}.json",
            }
            for name, (kind, _) in self.media.items()
        ]


def _rfc2822(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0)).replace("-0000", "+0000")
