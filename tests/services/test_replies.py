"""The envelope: to whom, on what, from where; and what is refused before anything leaves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent_tui.core.addresses import Address, email
from agent_tui.core.channel import Capabilities, File
from agent_tui.core.errors import Conflict, Missing, UsageError
from agent_tui.core.model import Delivery, DeliveryState, Medium, Message, Note, customer_id
from agent_tui.services.about import ChannelInfo
from agent_tui.services.envelope import bare_subject, reply_subject
from tests.clocks import START
from tests.scripted import ANA, BOB, SHOP, received
from tests.services.scene import Scene

SMS = ChannelInfo(
    name="sms", medium=Medium.SMS, can=Capabilities(max_length=160), address=Address("phone", "+351210000000")
)


@pytest.fixture
async def scene() -> Scene:
    scene = Scene()
    scene.provider.deliver(received(1, START, subject="AW: Cake", threads=("<1@x>", "<0@x>")))
    await scene.round()
    scene.clock.tick(minutes=5)
    return scene


async def test_it_answers_the_newest_message_on_its_channel(scene: Scene) -> None:
    envelope = await scene.replies.envelope(scene.ana)
    assert envelope.to == (ANA,)
    assert envelope.channel.name == "mail"
    assert envelope.subject == "Re: Cake"
    assert envelope.threads == ("<1@x>", "<0@x>")
    assert envelope.sentence() == "Reply by email to ana@example.com, from shop@example.com"
    assert envelope.warnings == ()


async def test_the_message_is_the_envelope_and_the_words(scene: Scene) -> None:
    envelope = await scene.replies.envelope(scene.ana, cc=(BOB,))
    delivery = await scene.replies.queue(envelope, "Of course!\n\n")
    message = await scene.store.get(Message, delivery.id)
    assert message is not None
    assert (message.to, message.cc, message.author) == ((ANA,), (BOB,), SHOP)
    assert (message.text, message.subject, message.in_reply_to) == ("Of course!", "Re: Cake", "<1@x>")
    assert delivery.not_before == scene.clock.now() + timedelta(seconds=10)


@pytest.mark.parametrize("where", ["orders@elsewhere.example", "orders@example.com"])
async def test_reply_to_is_obeyed_and_said(scene: Scene, where: str) -> None:
    """Also at the same domain: at a mail provider's, strangers are neighbours."""
    other = email(where)
    scene.provider.deliver(received(2, START + timedelta(minutes=1), reply_to=(other,)))
    await scene.round()
    envelope = await scene.replies.envelope(scene.ana)
    assert envelope.to == (other,)
    assert f"ana@example.com asked for answers to go to {where}" in envelope.warnings
    assert f"{where} is not known as an address of Ana" in envelope.warnings


async def test_who_had_it_too_is_named_but_never_added_silently(scene: Scene) -> None:
    scene.provider.deliver(received(2, START + timedelta(minutes=1), cc=(BOB,)))
    await scene.round()
    envelope = await scene.replies.envelope(scene.ana)
    assert envelope.cc == ()
    assert envelope.warnings == ("bob@example.org had the message too and will not get this answer",)
    assert (await scene.replies.envelope(scene.ana, cc=(BOB,))).warnings == ()


async def test_the_customer_wrote_meanwhile(scene: Scene) -> None:
    envelope = await scene.replies.envelope(scene.ana)
    scene.provider.deliver(received(2, scene.clock.now(), text="Forget it"))
    await scene.round()
    with pytest.raises(Conflict):
        await scene.replies.queue(envelope, "Of course!")
    assert await scene.store.deliveries(set(DeliveryState)) == ()


@pytest.mark.parametrize("text", ["", "   ", "\n\t\n"])
async def test_an_empty_reply_is_refused(scene: Scene, text: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        await scene.replies.queue(await scene.replies.envelope(scene.ana), text)


async def test_a_channel_that_does_not_reach_them_says_so(scene: Scene) -> None:
    scene.infos["sms"] = SMS
    assert await scene.replies.channels(scene.ana) == ("mail",)
    with pytest.raises(UsageError, match="no address on sms"):
        await scene.replies.envelope(scene.ana, channel="sms")
    with pytest.raises(UsageError, match="no channel post"):
        await scene.replies.envelope(scene.ana, channel="post")


async def test_length_files_and_copies_are_the_channels(scene: Scene) -> None:
    envelope = await scene.replies.envelope(scene.ana)
    small = replace(envelope, channel=SMS)
    with pytest.raises(UsageError, match="1 characters too long"):
        await scene.replies.queue(small, "x" * 161)
    with pytest.raises(UsageError, match="cannot carry files"):
        await scene.replies.queue(
            small, "see", files=[File(name="a.pdf", media_type="application/pdf", data=b"x")]
        )
    scene.infos["mail"] = replace(scene.infos["mail"], can=Capabilities(copies=False))
    with pytest.raises(UsageError, match="cannot copy"):
        await scene.replies.envelope(scene.ana, cc=(BOB,))


async def test_a_note_has_no_way_to_the_outbox(scene: Scene) -> None:
    note = await scene.timeline.note(scene.ana, "allergic to nuts")
    assert not {"to", "channel", "delivery", "cc"} & set(Note.__dataclass_fields__)
    assert await scene.store.deliveries(set(DeliveryState)) == ()
    assert await scene.store.get(Delivery, note.id) is None
    with pytest.raises((Missing, Conflict)):
        await scene.replies.resend(note.id)


async def test_sending_clears_the_draft(scene: Scene) -> None:
    await scene.timeline.save_draft(scene.ana, "Of cou", note=False)
    await scene.replies.queue(await scene.replies.envelope(scene.ana), "Of course!")
    assert await scene.timeline.draft(scene.ana, note=False) is None


async def test_a_draft_that_cannot_be_cleared_does_not_look_like_a_reply_that_was_not_kept(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object, **__: object) -> None:
        raise Conflict("another window keeps writing the draft")

    await scene.timeline.save_draft(scene.ana, "Of cou", note=False)
    envelope = await scene.replies.envelope(scene.ana)
    monkeypatch.setattr(scene.timeline, "put_draft", never)
    delivery = await scene.replies.queue(envelope, "Of course!")
    note = await scene.timeline.note(scene.ana, "nuts")
    assert await scene.store.get(Delivery, delivery.id) == delivery
    assert await scene.store.get(Note, note.id) == note
    draft = await scene.timeline.draft(scene.ana, note=False)
    assert draft is not None
    assert draft.text == "Of cou"


async def test_undo_keeps_words_typed_meanwhile(scene: Scene) -> None:
    delivery = await scene.replies.queue(await scene.replies.envelope(scene.ana), "Of course!")
    await scene.timeline.save_draft(scene.ana, "And the candles?", note=False)
    draft = await scene.replies.undo(delivery.id)
    assert draft.text == "Of course!\n\nAnd the candles?"


async def test_a_customer_nobody_knows(scene: Scene) -> None:
    with pytest.raises(Missing):
        await scene.replies.envelope(customer_id(BOB))


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Cake", "Re: Cake"),
        ("Re: Cake", "Re: Cake"),
        ("RE[2]: Re: Cake", "Re: Cake"),
        ("AW: WG: Kuchen", "Re: WG: Kuchen"),
        ("回复: 蛋糕", "Re: 蛋糕"),
        ("", "Re: your message"),
        ("Re:", "Re: your message"),
        ("Regarding the cake", "Re: Regarding the cake"),
    ],
)
def test_one_re_in_every_language(subject: str, answer: str) -> None:
    assert reply_subject(subject) == answer
    assert bare_subject(answer) == bare_subject(subject) or not bare_subject(subject)
