"""The mail channel on real servers: Dovecot, and aiosmtpd for what leaves."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adapters import _imap_sent, imap
from adapters.imap import Adapter
from agent_tui.core.channel import File, Progress, Received
from agent_tui.core.errors import NeedsPerson, Unavailable, Uncertain
from agent_tui.core.model import DeliveryState
from tests.adapters.mail_account import ANA, BEN, SHOP, account
from tests.adapters.mail_office import KEY, Clock, Office, kit, reply
from tests.contracts.channel import ChannelContract, OpenChannel, read_all
from tests.meanwhile import cancelled
from tests.servers.dovecot import Dovecot
from tests.servers.process import free_ports, wait_until
from tests.servers.scripted_imap import Drop as ImapDrop
from tests.servers.scripted_imap import ScriptedImap
from tests.servers.smtp import Drop, Hang, SmtpServer


@pytest.fixture
def provider(dovecot: Dovecot, smtp: SmtpServer, mail_user: str) -> Office:
    return Office(dovecot, smtp, mail_user)


class TestMail(ChannelContract):
    @pytest.fixture
    def open_channel(self, provider: Office, tmp_path: Path) -> OpenChannel:
        def make(*, signed_out: bool = False) -> Adapter:
            secret = "wrong" if signed_out else "secret"
            return Adapter("mail", provider.settings(tmp_path, secret=secret), kit())

        return make


@pytest.fixture
async def channel(provider: Office, tmp_path: Path) -> Any:
    made = Adapter("mail", provider.settings(tmp_path), kit())
    yield made
    await made.aclose()


def sent_mail(provider: Office) -> list[Message]:
    return [message_from_bytes(each.raw) for each in provider.dovecot.messages("Sent", user=provider.user)]


async def test_the_copy_is_filed_once_read_and_complete(provider: Office, channel: Adapter) -> None:
    file = File(name="größe.txt", media_type="text/plain", data=b"12 x 12")
    receipt = await channel.send(reply(cc=(BEN,), files=(file,)))
    await channel.send(reply(cc=(BEN,), files=(file,)))  # again, as after a crash
    [copy] = provider.dovecot.messages("Sent", user=provider.user)
    assert copy.raw == provider.smtp.accepted[0].raw == provider.smtp.accepted[1].raw
    assert "\\Seen" in copy.flags
    assert message_from_bytes(copy.raw)["Message-ID"] == receipt.external_id
    assert provider.smtp.accepted[0].recipients == (ANA.value, BEN.value)


async def test_a_copy_the_provider_filed_is_not_doubled(provider: Office, channel: Adapter) -> None:
    provider.smtp.file_into = lambda raw: provider.dovecot.deliver(raw, "Sent", user=provider.user)
    await channel.send(reply())
    assert len(sent_mail(provider)) == 1


@pytest.mark.parametrize(
    ("sent_copy", "host", "copies"), [("never", "", 0), ("auto", "provider", 0), ("always", "provider", 1)]
)
async def test_who_files_the_copy(
    provider: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent_copy: str, host: str, copies: int
) -> None:
    if host:
        monkeypatch.setattr(_imap_sent, "GOOGLE", frozenset({"127.0.0.1"}))
    channel = Adapter("mail", provider.settings(tmp_path, sent_copy=sent_copy), kit())
    await channel.send(reply())
    assert len(sent_mail(provider)) == copies


async def test_a_copy_that_cannot_be_filed_is_filed_later_and_the_message_is_sent(
    provider: Office, tmp_path: Path, scripted_imap: ScriptedImap, caplog: pytest.LogCaptureFixture
) -> None:
    scripted_imap.user = provider.user
    settings = replace(provider.settings(tmp_path), poll_seconds=0.05)
    settings = replace(settings, imap=replace(settings.imap, port=scripted_imap.port))
    channel = Adapter("mail", settings, kit())
    scripted_imap.on("APPEND", instead="NO [OVERQUOTA] full")
    receipt = await channel.send(reply())
    assert "not yet among the sent mail" in caplog.text
    assert len(provider.smtp.accepted) == 1
    assert not scripted_imap.sent.messages
    async with asyncio.timeout(20):
        async for batch in channel.receive(None):
            for event in batch.events:
                assert isinstance(event, Received)
                assert (event.key, event.external_id) == (KEY, receipt.external_id)
                await channel.aclose()
    assert len(scripted_imap.sent.messages) == 1


async def test_a_copy_whose_filing_is_uncertain_is_looked_for_first(
    provider: Office, tmp_path: Path, scripted_imap: ScriptedImap
) -> None:
    scripted_imap.user = provider.user
    settings = provider.settings(tmp_path)
    channel = Adapter("mail", replace(settings, imap=replace(settings.imap, port=scripted_imap.port)), kit())
    scripted_imap.on("APPEND", lose_reply=ImapDrop(reset=True))
    await channel.send(reply())
    await channel.send(reply(key=KEY.replace("abcd", "ffff")))
    assert len(scripted_imap.sent.messages) == 2


async def test_no_mail_server_for_the_copy_does_not_unsend(
    provider: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    provider.imap_port = free_ports(1)[0]
    channel = Adapter("mail", provider.settings(tmp_path), kit())
    assert (await channel.send(reply())).external_id
    assert "not yet among the sent mail" in caplog.text


async def test_looking_for_it_finds_what_left(provider: Office, channel: Adapter) -> None:
    provider.smtp.file_into = lambda raw: provider.dovecot.deliver(raw, "Sent", user=provider.user)
    provider.smtp.fail_next("dot", Drop())
    with pytest.raises(Uncertain):
        await channel.send(reply())
    receipt = await channel.find(reply())
    assert receipt is not None
    assert receipt.external_id == provider.smtp.accepted[0].message_id


async def test_a_copy_to_ourselves_proves_it_too(provider: Office, channel: Adapter) -> None:
    provider.smtp.file_into = lambda raw: provider.dovecot.deliver(raw, user=provider.user)
    provider.smtp.fail_next("dot", Drop())
    with pytest.raises(Uncertain):
        await channel.send(reply(cc=(SHOP,)))
    assert await channel.find(reply(cc=(SHOP,))) is not None


async def test_where_the_copy_is_ours_to_file_nobody_can_tell(channel: Adapter) -> None:
    with pytest.raises(Uncertain, match="nobody would have put it there"):
        await channel.find(reply())


async def test_not_sent_is_certain_only_where_the_provider_files_and_after_a_while(
    provider: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_imap_sent, "GOOGLE", frozenset({"127.0.0.1"}))
    clock = Clock()
    channel = Adapter("mail", provider.settings(tmp_path), kit(clock))
    provider.smtp.fail_next("data", Drop())
    with pytest.raises(Unavailable):
        await channel.send(reply())
    with pytest.raises(Uncertain, match=r"not among the sent mail .* yet"):
        await channel.find(reply())
    clock.moment += imap.GRACE + timedelta(seconds=1)
    assert await channel.find(reply()) is None


async def test_a_provider_that_may_rename_is_believed_once_an_echo_was_seen(
    provider: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_imap_sent, "MICROSOFT", frozenset({"127.0.0.1"}))
    clock = Clock()
    channel = Adapter("mail", provider.settings(tmp_path), kit(clock))
    other = reply(key=KEY.replace("abcd", "ffff"))
    with pytest.raises(Uncertain, match="may have given it another"):
        await channel.find(other)
    provider.smtp.file_into = lambda raw: provider.dovecot.deliver(raw, "Sent", user=provider.user)
    await channel.send(reply())
    await read_all(channel)
    with pytest.raises(Uncertain, match="yet"):
        await channel.find(other)
    clock.moment += imap.GRACE
    assert await channel.find(other) is None
    await channel.aclose()


async def test_our_words_from_another_program_are_ours(provider: Office, channel: Adapter) -> None:
    mine = f"From: {SHOP.value}\r\nTo: {ANA.value}\r\nMessage-ID: <m@phone.example>\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\n\r\nYes!\r\n"
    provider.dovecot.deliver(mine.encode(), "Sent", user=provider.user)
    provider.dovecot.deliver(
        b"Received: from x by y; Mon, 02 Mar 2026 10:00:01 +0000\r\n" + mine.encode(), user=provider.user
    )
    events, _ = await read_all(channel)
    assert [(e.ours, e.external_id, e.text.strip()) for e in events if isinstance(e, Received)] == [
        (True, "<m@phone.example>", "Yes!")
    ] * 2
    assert not any(e.notices for e in events if isinstance(e, Received))


async def test_a_stranger_who_writes_our_address_is_not_us(provider: Office, channel: Adapter) -> None:
    mine = f"From: {SHOP.value}\r\nTo: {ANA.value}\r\nMessage-ID: <m@phone.example>\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\n\r\n"
    provider.dovecot.deliver(f"{mine}Pay here.\r\n".encode(), "Sent", user=provider.user)
    provider.dovecot.deliver(f"{mine}Pay to another account.\r\n".encode(), user=provider.user)
    provider.dovecot.deliver(f"{mine.replace('<m@', '<n@')}Pay there.\r\n".encode(), user=provider.user)
    events, _ = await read_all(channel)
    told = {e.text.strip(): (e.ours, e.notices[:1]) for e in events if isinstance(e, Received)}
    doubt = ("It says it comes from our own address, but it is not among our sent mail.",)
    assert told == {
        "Pay here.": (True, ()),
        "Pay to another account.": (False, doubt),
        "Pay there.": (False, doubt),
    }


async def test_a_bounce_tells_which_message_failed(provider: Office, channel: Adapter) -> None:
    receipt = await channel.send(reply())
    bounce = (
        "From: MAILER-DAEMON@mx.example\r\nTo: shop@bakery.example\r\nSubject: Undelivered\r\nMessage-ID: <b@mx.example>\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {ANA.value}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {receipt.external_id}\r\n\r\n--b--\r\n"
    )
    provider.dovecot.deliver(bounce.encode(), user=provider.user)
    events, _ = await read_all(channel)
    [news] = [event for event in events if isinstance(event, Progress)]
    assert (news.key, news.delivery) == (KEY, DeliveryState.FAILED)
    assert "5.1.1" in (news.error or "")


async def test_what_cannot_be_read_is_kept_and_holds_nothing_up(provider: Office, channel: Adapter) -> None:
    provider.dovecot.deliver(b"\r\n\r\n\x00\xff\xfe", user=provider.user)
    provider.deliver("after it")
    events, _ = await read_all(channel)
    assert [e.text.strip() for e in events if isinstance(e, Received)] == ["after it"]
    assert len(events) == 2


async def test_the_check_names_a_folder_that_is_missing(provider: Office, tmp_path: Path) -> None:
    channel = Adapter("mail", provider.settings(tmp_path, folders=("INBOX", "Orders")), kit())
    with pytest.raises(NeedsPerson, match="has no folder Orders") as caught:
        await channel.check()
    assert caught.value.remedy.startswith("there are: ")


async def test_the_check_asks_for_the_folder_of_sent_mail(
    tmp_path: Path, scripted_imap: ScriptedImap, smtp: SmtpServer
) -> None:
    del scripted_imap.mailboxes[b"Sent"]
    scripted_imap.add_mailbox("Raus")
    smtp.user = scripted_imap.user
    smtp.change_password("secret")
    settings = account(tmp_path, imap=scripted_imap, smtp=smtp, username=scripted_imap.user)
    with pytest.raises(NeedsPerson, match="no folder of sent mail") as caught:
        await Adapter("mail", settings, kit()).check()
    assert "sent_folder" in caught.value.remedy
    assert "Raus" in caught.value.remedy
    await Adapter("mail", replace(settings, sent_folder="Raus"), kit()).check()
    await Adapter("mail", replace(settings, sent_copy="never"), kit()).check()


async def test_the_check_tries_the_way_out_too(provider: Office, tmp_path: Path) -> None:
    provider.smtp_port = free_ports(1)[0]
    with pytest.raises(Unavailable, match="refuses connections"):
        await Adapter("mail", provider.settings(tmp_path), kit()).check()


def hangs(provider: Office) -> None:
    wait_until(lambda: provider.smtp.faults.left == 0, "the server to hang")


@pytest.mark.parametrize("stage", ["mail", "dot"])
async def test_a_cancelled_send_ends_within_a_second(provider: Office, channel: Adapter, stage: Any) -> None:
    provider.smtp.fail_next(stage, Hang())
    await cancelled(channel.send(reply()), partial(hangs, provider))


async def test_closing_ends_a_send_of_another_task(provider: Office, channel: Adapter) -> None:
    provider.smtp.fail_next("rcpt", Hang())

    async def close() -> None:
        await asyncio.to_thread(hangs, provider)
        async with asyncio.timeout(1.0):
            await channel.aclose()

    with pytest.raises(Unavailable):
        await asyncio.gather(channel.send(reply()), close())
