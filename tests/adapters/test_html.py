"""HTML as text: what it looks like, what is folded, and what hostile HTML cannot do."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters._html import SHORTENED, html_to_parts, html_to_text
from adapters._html_guard import is_tame, strip_tags
from agent_tui.core.text import clean
from tests.adapters.hostile_html import HOSTILE
from tests.adapters.quote_cases import LANGUAGES, Language

LIMIT = 2.0  # seconds of this process's own time for one text

LAYOUT = {
    "paragraphs": ("<p>One<p>Two</p>three", "One\n\nTwo\n\nthree"),
    "line breaks": ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
    "spaces": ("<p> a \n b&nbsp;<b> c</b> d</p>", "a b c d"),
    "words in pieces": ("im<b>port</b>ant", "important"),
    "headings": ("<h1>Title</h1>text<h2>More</h2>text", "Title\n\ntext\n\nMore\n\ntext"),
    "list": ("<ul><li>one<li>two</ul>", "- one\n- two"),
    "numbered list": ("<ol start=9><li>nine</li><li>ten</li></ol>", "9. nine\n10. ten"),
    "list in list": ("<ul><li>one<ol><li>a<li>b</ol></ul>", "- one\n  1. a\n  2. b"),
    "item of two lines": ("<ul><li>one<br>two</ul>", "- one\n  two"),
    "table": (
        "<table><tr><th>Item</th><th>Price</th></tr><tr><td>Bread</td><td>2 €</td></tr></table>",
        "Item | Price\nBread | 2 €",
    ),
    "table for layout": (
        "<table><tr><td><table><tr><td><div>One</div></td></tr></table></td><td><p>Two</td></tr></table>",
        "One\n\nTwo",
    ),
    "quotation": ("said:<blockquote>one<br>two</blockquote>so", "said:\n\n> one\n> two\n\nso"),
    "preformatted": ("<pre>a  b\n  c</pre>", "a  b\n  c"),
    "link": ('see <a href="https://x.y/z">here</a>.', "see here [1].\n\n[1] https://x.y/z"),
    "link twice": (
        '<a href="http://x">a</a> <a href="http://x">b</a> <a href="http://y">c</a>',
        "a [1] b [1] c [2]\n\n[1] http://x\n[2] http://y",
    ),
    "link that says itself": ('<a href="https://www.x.y/">www.x.y</a>', "www.x.y"),
    "link that says another": (
        '<a href="https://evil.test">https://bank.test</a>',
        "https://bank.test [1]\n\n[1] https://evil.test",
    ),
    "mail link": ('<a href="mailto:a@b.c">a@b.c</a>', "a@b.c"),
    "link in punycode": ('<a href="http://xn--e1awd7f.com">x</a>', "x [1]\n\n[1] http://xn--e1awd7f.com"),
    "script link": ('<a href="javascript:alert(1)">x</a>', "x"),
    "file link": ('<a href="file:///etc/passwd">x</a>', "x"),
    "link with a control character": (
        '<a href="http://x/&#27;]52;c;AAAA&#7;b c">x</a>',
        "x [1]\n\n[1] http://x/b%20c",
    ),
    "link around a block": ('<a href="http://x"><div>Shop</div></a>', "Shop [1]\n\n[1] http://x"),
    "image": ('<img src="http://x/y.png" alt="Our shop">', "[image: Our shop]"),
    "inline image": ('<img src="cid:image001.png@01D0">', "[image: image001.png]"),
    "image without a name": ('a<img src="http://x/y.png">b', "ab"),
    "tracking image": ('a<img src="http://x" alt="t" width="1" height="1">', "a"),
    "hidden": ('a<div style="color:red;DISPLAY : none">secret</div><p hidden>more</p>b', "ab"),
    "preheader": ('<span style="mso-hide:all">secret</span>Hello', "Hello"),
    "script and style": ("<style>p{}</style><script>x()</script><title>t</title>Hello", "Hello"),
    "comment": ("a<!-- [if mso]>secret<![endif]-->b", "ab"),
    "entities": ("&lt;b&gt; &amp; &eacute; &#8364; &nosuch;", "<b> & é € &nosuch;"),
    "escape as an entity": ("a&#27;[2Jb&#x9b;2Jc", "ab›2Jc"),
    "markup": ("[/] [@click=app.quit]x[/]", "[/] [@click=app.quit]x[/]"),
    "nothing": ("", ""),
    "only spaces": (" <p>&nbsp;</p> ", ""),
    "text": ("no tags at all", "no tags at all"),
    "outlook paragraphs": (
        '<p class="MsoNormal">One<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p>Two</p>',
        "One\n\nTwo",
    ),
}


@pytest.mark.parametrize(("html", "text"), LAYOUT.values(), ids=LAYOUT.keys())
def test_layout(html: str, text: str) -> None:
    assert html_to_text(html) == text


ATTRIBUTION = "On Mon, Mar 4, 2024 at 10:11 AM Ana &lt;a@example.com&gt; wrote:"
PLAIN_ATTRIBUTION = "On Mon, Mar 4, 2024 at 10:11 AM Ana <a@example.com> wrote:"
QUOTING = {
    "Gmail": '<div>Yes</div><br><div class="gmail_quote"><div class="gmail_attr">{}<br></div>'
    '<blockquote class="gmail_quote">When?</blockquote></div>',
    "Thunderbird": '<p>Yes</p><div class="moz-cite-prefix">{}<br></div><blockquote type="cite">When?</blockquote>',
    "Apple Mail": '<div>Yes</div><div><br><blockquote type="cite"><div>{}</div><br><div>When?</div></blockquote></div>',
    "an attribution outside": '<div>Yes</div><div>{}</div><blockquote type="cite">When?</blockquote>',
    "Outlook on the web": '<div>Yes</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">'
    "<b>From:</b> {}</div><div>When?</div>",
    "Outlook, new": '<div>Yes</div><div id="mail-editor-reference-message-container"><div>{}</div>When?</div>',
    "Yahoo": '<div>Yes</div><div id="yahoo_quoted_123" class="yahoo_quoted"><div>{}</div>When?</div>',
    "Proton": '<div>Yes</div><div class="protonmail_quote">{}<br><blockquote type="cite">When?</blockquote></div>',
    "GMX": '<div>Yes</div><div name="quote"><div>{}</div><div>When?</div></div>',
    "no structure": "<div>Yes</div><div>{}</div><div>&gt; When?</div>",
    "a mobile signature": '<div>Yes</div><div>Sent from my iPhone</div><blockquote type="cite">{}<br>When?</blockquote>',
    "a signature below": '<div>Yes</div><blockquote type="cite">{}<br>When?</blockquote><div>-- <br>Ana</div>',
}


@pytest.mark.parametrize("html", QUOTING.values(), ids=QUOTING.keys())
def test_what_a_mail_program_quotes_is_folded(html: str) -> None:
    own, quoted = html_to_parts(html.format(ATTRIBUTION))
    assert own == "Yes"
    lines = [line.removeprefix("> ").removeprefix("From: ") for line in quoted.split("\n")]
    assert PLAIN_ATTRIBUTION in lines
    assert "When?" in lines


def test_an_answer_below_the_quotation() -> None:
    html = f'<div class="moz-cite-prefix">{ATTRIBUTION}</div><blockquote type="cite">When?</blockquote><p>Now.</p>'
    assert html_to_parts(html) == ("Now.", f"{PLAIN_ATTRIBUTION}\n\n> When?")


@pytest.mark.parametrize(
    "html",
    [
        '<blockquote type="cite">When?</blockquote>Now.<blockquote type="cite">Where?</blockquote>Here.',
        'Hi,<blockquote type="cite">When?</blockquote>Now, I think.',
        '<div class="gmail_quote">' + ATTRIBUTION + "<blockquote>When?</blockquote></div>",
        (
            '<div>FYI</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message '
            "---------<br>From: a@example.com</div>When?</div>"
        ),
    ],
    ids=["inline", "above and below", "nothing but quotation", "forward"],
)
def test_in_doubt_nothing_is_folded(html: str) -> None:
    assert html_to_parts(html) == (html_to_text(html), "")


@pytest.mark.parametrize(
    "mark",
    ['class="gmail_signature"', 'class="moz-signature"', 'id="Signature"', 'name="messageSignatureSection"'],
)
def test_a_signature_is_folded(mark: str) -> None:
    signature = f"<div {mark}>Ana<br>+351 912 345 678</div>"
    assert html_to_parts(f"Yes{signature}") == ("Yes", "Ana\n+351 912 345 678")
    assert html_to_parts(signature) == ("Ana\n+351 912 345 678", "")
    quotation = '<blockquote type="cite">When?</blockquote>'
    assert html_to_parts(f"Yes{signature}{quotation}") == ("Yes", "Ana\n+351 912 345 678\n\n> When?")
    assert html_to_parts(f"{quotation}Now{signature}") == ("Now", "> When?\n\nAna\n+351 912 345 678")


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_every_language_without_structure(language: Language) -> None:
    for attribution in language.attributions:
        escaped = attribution.replace("<", "&lt;").replace("\n", " ")
        own, quoted = html_to_parts(f"<p>Fine.</p><p>{escaped}</p><p>&gt; When?</p>")
        assert own == "Fine."
        assert quoted.endswith("> When?")


def test_each_part_lists_its_own_links() -> None:
    own, quoted = html_to_parts(
        '<a href="http://x">one</a><blockquote type="cite"><a href="http://y">two</a></blockquote>'
    )
    assert own == "one [1]\n\n[1] http://x"
    assert quoted == "> two [2]\n\n[2] http://y"


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_html_is_soon_done(html: str) -> None:
    before = time.process_time()
    text = html_to_text(html)
    own, quoted = html_to_parts(html)
    assert time.process_time() - before < 2 * LIMIT
    for out in (text, own, quoted):
        assert clean(out) == out
        assert len(out) < 6_000_000


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_the_tag_stripper_is_linear(html: str) -> None:
    before = time.process_time()
    strip_tags(html[:1_000_000])
    assert time.process_time() - before < LIMIT


def test_what_the_parser_is_spared_keeps_its_words() -> None:
    html = "<p>Hello <b>Ana</b><br>see <a href='http://x.y/?a&amp;b'>this</a></p>" + "<div>" * 5_000 + "bye"
    assert not is_tame(html)
    assert html_to_text(html) == "Hello Ana\nsee <http://x.y/?a&b> this\n\nbye"


@pytest.mark.parametrize(
    "html", ["<p>word</p>" * 200_000, "<br>" * 240_000, "<i>" * 9_000 + "word " * 300_000]
)
def test_what_is_cut_off_is_said(html: str) -> None:
    assert html_to_text(html).endswith(SHORTENED)
    assert SHORTENED not in html_to_text("<p>word</p>" * 1_000)


def test_ordinary_mail_goes_to_the_parser() -> None:
    row = '<tr><td style="padding:0"><p><b>Item</b> <font color=red>2 €</font></p></td><td>x<br></td></tr>'
    assert is_tame("<html><body>" + "<table>" * 30 + row * 2_000 + "</table>" * 30)
    assert is_tame("<ul>" + "<li><p>one<li>two" * 5_000)
    assert is_tame("<table>" + "<tr><td>one<td>two" * 5_000)
    assert is_tame("<p>one" * 20_000)


PIECES = [
    *("<p>", "</p>", "<div>", "</div>", "<blockquote type=cite>", "</blockquote>", "<ul>", "<li>", "</ul>"),
    *(
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<a href='http://x'>",
        "</a>",
        "<pre>",
        "</pre>",
        "<br>",
        "<hr>",
    ),
    *(
        "<b>",
        "</b>",
        "<img alt=x>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "&#27;",
        "&lt;",
        "<",
        ">",
        "\x1b]0;",
    ),
    *(
        "<div class=gmail_quote>",
        "<div id=divRplyFwdMsg>",
        "<div style='display:none'>",
        "On x wrote:",
        "<ol>",
    ),
]


@settings(max_examples=400)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=10)), max_size=40))
def test_anything_becomes_clean_text(pieces: list[str]) -> None:
    html = "".join(pieces)
    own, quoted = html_to_parts(html)
    for out in (html_to_text(html), own, quoted, clean(strip_tags(html))):
        assert clean(out) == out


TAGS = st.sampled_from(["<p>", "<div>", "<blockquote type=cite>", "</blockquote>", "</div>", "<br>"])


@given(st.lists(TAGS))
def test_no_word_is_lost_between_the_parts(tags: list[str]) -> None:
    words = [f"word{number}" for number in range(len(tags) + 1)]
    html = words[0] + "".join(f" {tag}{word}" for tag, word in zip(tags, words[1:], strict=True))
    own, quoted = html_to_parts(html)
    assert sorted(f"{own} {quoted}".replace(">", " ").split()) == sorted(words)
