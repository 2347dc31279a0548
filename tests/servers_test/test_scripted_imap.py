"""The scripted IMAP server behaves like a server by default, and misbehaves exactly as told."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from tests.servers.certificates import Certificates
from tests.servers.scripted_imap import Bye, Drop, Hang, ScriptedImap

MAIL = b"Message-ID: <1@a.example>\r\nSubject: hello\r\nFrom: ana@a.example\r\n\r\nthere\r\n"


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    with ScriptedImap() as running:
        yield running


@pytest.fixture
def client(server: ScriptedImap) -> Iterator[IMAPClient]:
    connected = _connect(server)
    connected.login(server.user, server.password)
    yield connected
    connected.shutdown()


def _connect(server: ScriptedImap, timeout: float = 20) -> IMAPClient:
    return IMAPClient(server.host, server.port, ssl=False, timeout=timeout)


def test_lists_selects_fetches(server: ScriptedImap, client: IMAPClient) -> None:
    when = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    uid = server.inbox.add(MAIL, flags=["\\Seen"], date=when, uid=40)
    assert client.list_folders() == [
        ((b"\\HasNoChildren",), b"/", "INBOX"),
        ((b"\\Sent", b"\\HasNoChildren"), b"/", "Sent"),
    ]
    selected = client.select_folder("INBOX")
    assert (selected[b"EXISTS"], selected[b"UIDNEXT"], selected[b"UIDVALIDITY"]) == (1, 41, 1000)
    client.normalise_times = False
    item = client.fetch(
        [uid], ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "BODY.PEEK[]", "BODY.PEEK[HEADER.FIELDS (SUBJECT)]"]
    )[uid]
    assert item[b"FLAGS"] == (b"\\Seen",)
    assert item[b"INTERNALDATE"] == when
    assert item[b"RFC822.SIZE"] == len(MAIL)
    assert item[b"BODY[]"] == MAIL
    assert item[b"BODY[HEADER.FIELDS (SUBJECT)]"] == b"Subject: hello\r\n\r\n"
    assert client.fetch([uid], ["BODY.PEEK[]<0.10>"])[uid][b"BODY[]<0>"] == MAIL[:10]
    assert client.folder_status("INBOX", ["MESSAGES", "UNSEEN"]) == {b"MESSAGES": 1, b"UNSEEN": 0}


def test_searches(server: ScriptedImap, client: IMAPClient) -> None:
    for n in range(1, 6):
        date = datetime(2026, 1, n, tzinfo=UTC)
        server.inbox.add(MAIL.replace(b"<1@", b"<%d@" % n), date=date, flags=["\\Seen"] * (n % 2))
    client.select_folder("INBOX", readonly=True)
    assert client.search("ALL") == [1, 2, 3, 4, 5]
    assert client.search(["UID", "2:4"]) == [2, 3, 4]
    assert client.search(["HEADER", "Message-ID", "<3@a.example>"]) == [3]
    assert client.search(["SINCE", datetime(2026, 1, 4, tzinfo=UTC).date()]) == [4, 5]
    assert client.search(["UNSEEN"]) == [2, 4]
    assert client.search(["OR", "UID", "1", ["NOT", "SEEN"]]) == [1, 2, 4]
    assert client.search(["UID", "9:*"]) == [5], "the last message always matches n:*"
    with pytest.raises(IMAPClientError, match="unknown search key"):
        client.search(["FUZZY"])


def test_stores_appends_expunges(server: ScriptedImap, client: IMAPClient) -> None:
    server.inbox.add(MAIL)
    server.inbox.add(MAIL)
    client.select_folder("INBOX")
    assert client.add_flags([2], ["\\Answered"]) == {2: (b"\\Answered",)}
    assert server.inbox.find(2).flags == {"\\Answered"}
    assert b"APPENDUID 1000 1" in client.append("Sent", MAIL, flags=["\\Seen"])
    assert (server.sent.find(1).raw, server.sent.find(1).flags) == (MAIL, {"\\Seen"})
    client.delete_messages([1])
    client.expunge()
    assert server.inbox.uids == [2]


def test_only_changes_since(server: ScriptedImap, client: IMAPClient) -> None:
    for _ in range(3):
        server.inbox.add(MAIL)
    before = client.select_folder("INBOX", readonly=True)[b"HIGHESTMODSEQ"]
    server.inbox.flag(2, "\\Seen")
    changed = client.fetch([1, 2, 3], ["FLAGS"], [f"CHANGEDSINCE {before}"])
    assert {uid: item[b"FLAGS"] for uid, item in changed.items()} == {2: (b"\\Seen",)}


def test_idle_hears_of_everything(server: ScriptedImap, client: IMAPClient) -> None:
    server.inbox.add(MAIL)
    client.select_folder("INBOX")
    client.idle()
    server.wait_for_idle()
    server.inbox.add(MAIL)
    assert client.idle_check(timeout=20) == [(2, b"EXISTS")]
    server.inbox.flag(1, "\\Seen")
    assert client.idle_check(timeout=20) == [(1, b"FETCH", (b"FLAGS", (b"\\Seen",)))]
    server.inbox.expunge(1)
    assert client.idle_check(timeout=20) == [(1, b"EXPUNGE")]
    assert client.idle_done()[0] == b"done"


def test_events_hide_behind_the_idle_continuation(server: ScriptedImap, client: IMAPClient) -> None:
    client.select_folder("INBOX")
    server.on("IDLE", after=b"* 7 EXISTS\r\n")
    client.idle()
    assert client.idle_check(timeout=0.05) == [], "it sits in the buffer of the client"
    assert (7, b"EXISTS") in client.idle_done()[1]


def test_half_a_line_breaks_idle(server: ScriptedImap, client: IMAPClient) -> None:
    client.select_folder("INBOX")
    client.idle()
    server.wait_for_idle()
    server.push(b"* 3 EXI")
    with pytest.raises(IMAPClientAbortError, match="unterminated line"):
        client.idle_check(timeout=20)


@pytest.mark.parametrize("how", [Drop(), Drop(reset=True), Bye("restarting")])
def test_connections_end_while_idling(server: ScriptedImap, client: IMAPClient, how: Drop | Bye) -> None:
    client.select_folder("INBOX")
    client.idle()
    server.wait_for_idle()
    server.end_all(how)
    assert server.open_connections == 0
    with pytest.raises((IMAPClientAbortError, OSError)):
        client.idle_done()


def test_a_reset_is_a_reset(server: ScriptedImap) -> None:
    with socket.create_connection((server.host, server.port), timeout=20) as raw:
        assert raw.recv(100) == b"* OK ready\r\n"
        server.end_all(Drop(reset=True))
        with pytest.raises(ConnectionResetError):
            raw.recv(100)


def test_half_open_stays_silent(server: ScriptedImap) -> None:
    client = _connect(server, timeout=0.2)
    server.end_all(Hang())
    assert server.open_connections == 1
    with pytest.raises(TimeoutError):
        client.noop()
    client.shutdown()


def test_single_bytes_are_still_a_conversation(server: ScriptedImap) -> None:
    server.segment = 1
    server.inbox.add(MAIL)
    client = _connect(server)
    client.login(server.user, server.password)
    client.select_folder("INBOX")
    assert client.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"] == MAIL
    client.logout()


def test_flags_by_sequence_number_mislead(server: ScriptedImap, client: IMAPClient) -> None:
    for uid in (21, 22):
        server.inbox.add(MAIL, uid=uid)
    client.select_folder("INBOX", readonly=True)
    server.on("FETCH", before=b"* 22 FETCH (FLAGS (\\Seen \\Answered))\r\n")
    server.inbox.messages[1].flags = {"\\Flagged"}
    item = client.fetch([22], ["RFC822.SIZE"])[22]
    assert item[b"FLAGS"] == (b"\\Seen", b"\\Answered"), "of sequence number 22, not of UID 22"


def test_uids_can_be_told(server: ScriptedImap, client: IMAPClient) -> None:
    server.flags_without_uid = False
    server.inbox.add(MAIL, uid=5)
    client.select_folder("INBOX")
    client.idle()
    server.wait_for_idle()
    server.inbox.flag(5, "\\Seen")
    assert client.idle_check(timeout=20) == [(1, b"FETCH", (b"UID", 5, b"FLAGS", (b"\\Seen",)))]
    client.idle_done()


@pytest.mark.parametrize("reply", ["NO [UNAVAILABLE] later", Bye("too many"), Drop()])
def test_signing_in_can_fail_for_other_reasons(server: ScriptedImap, reply: str | Bye | Drop) -> None:
    server.on("LOGIN", instead=reply)
    client = _connect(server)
    with pytest.raises((LoginError, OSError)):
        client.login(server.user, server.password)
    client.shutdown()
    with_wrong_password = _connect(server)
    with pytest.raises(LoginError, match="AUTHENTICATIONFAILED"):
        with_wrong_password.login(server.user, "other")
    with_wrong_password.logout()


def test_oauth_is_refused_with_a_challenge_and_works_afterwards(server: ScriptedImap) -> None:
    client = _connect(server)
    with pytest.raises(LoginError, match="AUTHENTICATIONFAILED"):
        client.oauth2_login(server.user, "old")
    client.oauth2_login(server.user, server.token)
    client.logout()


@pytest.mark.parametrize(
    "greeting", [b"* BYE go away\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"* NO hm\r\n"]
)
def test_greetings_can_be_wrong(server: ScriptedImap, greeting: bytes) -> None:
    server.greeting = greeting
    with pytest.raises(IMAPClientError):
        _connect(server)


def test_a_preauthenticated_greeting(server: ScriptedImap) -> None:
    server.greeting = b"* PREAUTH welcome\r\n"
    client = _connect(server)
    assert client.select_folder("INBOX")[b"EXISTS"] == 0
    client.logout()


def test_a_reply_is_lost_but_the_message_kept(server: ScriptedImap, client: IMAPClient) -> None:
    server.on("APPEND", lose_reply=Drop(reset=True))
    with pytest.raises((ConnectionResetError, IMAPClientAbortError)):
        client.append("Sent", MAIL)
    assert server.sent.uids == [1]


def test_an_answer_is_cut_in_the_middle(server: ScriptedImap, client: IMAPClient) -> None:
    server.inbox.add(MAIL * 50)
    client.select_folder("INBOX")
    server.on("FETCH", lose_reply=Drop(), cut_at=500)
    with pytest.raises((IMAPClientAbortError, OSError)):
        client.fetch([1], ["BODY.PEEK[]"])
    assert server.script.left == 0


def test_messages_go_between_search_and_fetch(server: ScriptedImap, client: IMAPClient) -> None:
    for _ in range(3):
        server.inbox.add(MAIL)
    client.select_folder("INBOX")
    server.inbox.vanish(2)
    server.on("FETCH", first=lambda: server.inbox.expunge(3))
    fetched = client.fetch([1, 2, 3], ["BODY.PEEK[]"])
    assert {uid: item[b"BODY[]"] for uid, item in fetched.items()} == {1: MAIL, 2: None}


def test_a_new_uidvalidity_renumbers(server: ScriptedImap, client: IMAPClient) -> None:
    server.inbox.add(MAIL, uid=50)
    client.select_folder("INBOX")
    server.inbox.new_uidvalidity()
    selected = client.select_folder("INBOX")
    assert (selected[b"UIDVALIDITY"], client.search("ALL")) == (1001, [1])


def test_uidnext_and_capabilities_can_be_missing() -> None:
    with ScriptedImap().without("IDLE", "CONDSTORE") as server:
        server.uidnext = False
        client = _connect(server)
        client.login(server.user, server.password)
        assert not client.has_capability("IDLE")
        selected = client.select_folder("INBOX")
        assert b"UIDNEXT" not in selected
        assert b"HIGHESTMODSEQ" not in selected
        client.logout()


def test_mailbox_names_may_be_anything(server: ScriptedImap, client: IMAPClient) -> None:
    server.add_mailbox(b'a"b\r\n* 1 EXISTS', attributes=("\\sent",))
    server.add_mailbox("Gesch&APY-ft")
    names = [name for _, _, name in client.list_folders()]
    assert names == ["INBOX", "Sent", 'a"b\r\n* 1 EXISTS', "Geschöft"]
    assert client.select_folder("Geschöft")[b"EXISTS"] == 0


def test_every_command_is_on_record(server: ScriptedImap, client: IMAPClient) -> None:
    client.select_folder("INBOX", readonly=True)
    client.fetch([1], ["FLAGS"])
    server.wait_for("FETCH")
    assert [each.verb for each in server.seen if each.verb != "CAPABILITY"] == [
        "LOGIN",
        "EXAMINE",
        "UID FETCH",
    ]
    assert (server.count("FETCH"), server.count("STORE")) == (1, 0)
    with pytest.raises(TimeoutError):
        server.wait_for("STORE", seconds=0.01)


def test_starttls_and_what_is_slipped_in_before_it(certificates: Certificates) -> None:
    with ScriptedImap(security="starttls", certificates=certificates) as server:
        client = _connect(server)
        assert client.has_capability("LOGINDISABLED")
        with pytest.raises(LoginError, match="PRIVACYREQUIRED"):
            client.login(server.user, server.password)
        client.starttls(certificates.client_context())
        client.login(server.user, server.password)
        client.select_folder("INBOX")
        client.idle()
        server.wait_for_idle()
        server.inbox.add(MAIL)
        assert client.idle_check(timeout=20) == [(1, b"EXISTS")]
        client.idle_done()
        client.logout()
        server.on("STARTTLS", after=b"* CAPABILITY IMAP4rev1 EVIL\r\n")
        injected = _connect(server)
        injected.starttls(certificates.client_context())
        assert not injected.has_capability("EVIL")
        injected.logout()


def test_the_port_survives_a_restart() -> None:
    server = ScriptedImap()
    for _ in range(2):
        with server:
            client = _connect(server)
            client.logout()
    assert server.count("LOGOUT") == 2
