"""A deterministic generator of customer-service mail in eight languages."""

from tests.servers.corpus.generator import Corpus
from tests.servers.corpus.mail import Mail
from tests.servers.corpus.people import SHOP_ADDRESS, SHOP_NAME

__all__ = ["SHOP_ADDRESS", "SHOP_NAME", "Corpus", "Mail"]
