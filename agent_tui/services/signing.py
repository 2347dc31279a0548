"""The signature under a reply: put there when it is queued, taken off when it comes back. Pure."""

MARK = "-- "  # the line above a signature in a mail, by which other programs know it


def signed(text: str, signature: str, *, letter: bool) -> str:
    """The words with the signature below; once only, and none below no words.

    `letter`: with the mark above it, as in a mail.
    """
    end = signature.strip()
    if not end or not text.strip() or text.rstrip().endswith(end):
        return text
    return f"{text}{_between(letter=letter)}{end}"


def unsigned(text: str, signature: str, *, letter: bool) -> str:
    """The words as they were typed."""
    end = signature.strip()
    return text.removesuffix(f"{_between(letter=letter)}{end}") if end else text


def _between(*, letter: bool) -> str:
    return f"\n\n{MARK}\n" if letter else "\n"
