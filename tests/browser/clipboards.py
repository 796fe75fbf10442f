"""Samples of HTML that other programs put on the clipboard, each with the Markdown that it is converted to."""

DOCS = (
    "<meta charset='utf-8'><meta charset=\"utf-8\">"
    '<b style="font-weight:normal;" id="docs-internal-guid-1c2f7a66-7fff-5a7d-3f5b-9d1f0a6f2c11">{}</b>'
    '<br class="Apple-interchange-newline">'
)
DOCS_SPAN = (
    '<span style="font-size:11pt;font-family:Arial,sans-serif;color:#000000;background-color:transparent;'
    "font-weight:{weight};font-style:{style};font-variant:normal;text-decoration:{line};vertical-align:baseline;"
    'white-space:pre;white-space:pre-wrap;">{words}</span>'
)


def docs(words: str, *, weight: int = 400, style: str = "normal", line: str = "none") -> str:
    """Return words as Google Docs writes them."""
    return DOCS_SPAN.format(words=words, weight=weight, style=style, line=line)


def docs_line(*spans: str) -> str:
    """Return a paragraph as Google Docs writes it."""
    return f'<p dir="ltr" style="line-height:1.38;margin-top:0pt;margin-bottom:0pt;">{"".join(spans)}</p>'


def docs_item(level: int, words: str) -> str:
    """Return an item of a list as Google Docs writes it."""
    style = "list-style-type:disc;font-size:11pt;font-weight:400;white-space:pre;"
    return (
        f'<li dir="ltr" style="{style}" aria-level="{level}">'
        f'<p dir="ltr" style="line-height:1.38;" role="presentation">{docs(words)}</p></li>'
    )


WORD = (
    '<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40"><head>'
    "<meta name=Generator content='Microsoft Word 15'><!--[if gte mso 9]><xml><o:OfficeDocumentSettings>"
    "<o:AllowPNG/></o:OfficeDocumentSettings></xml><![endif]--><style><!-- p.MsoNormal {{margin:0cm;}} --></style>"
    "</head><body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->{}<!--EndFragment--></body></html>"
)


def word_item(level: int, bullet: str, words: str, position: str = "Middle") -> str:
    """Return a list item as Word writes it: a paragraph that contains its own bullet or number."""
    return (
        f"<p class=MsoListParagraphCxSp{position} style='margin-left:{36 * level}.0pt;text-indent:-18.0pt;"
        f"mso-list:l0 level{level} lfo1'><![if !supportLists]><span lang=EN-US style='font-family:Symbol;"
        f"mso-fareast-font-family:Symbol'><span style='mso-list:Ignore'>{bullet}<span style='font:7.0pt "
        f'"Times New Roman"\'>&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>{words}<o:p></o:p></p>'
    )


SAMPLES: dict[str, tuple[str, str]] = {
    "a paragraph of Docs": (DOCS.format(docs("Two of its gates stood open.")), "Two of its gates stood open."),
    "paragraphs of Docs with marks": (
        DOCS.format(
            docs_line(docs("The sea came "), docs("through", weight=700), docs(" the barrier."))
            + "<br />"
            + docs_line(docs("Nobody", style="italic"), docs(" is known to have died: "), docs("“a lock”", weight=700))
            + docs_line(docs("struck", line="line-through"), docs(" and "), docs("both", weight=700, style="italic"))
        ),
        "The sea came **through** the barrier.\n\n*Nobody* is known to have died: **“a lock”**\n\n~~struck~~ and ***both***",
    ),
    "a link of Docs": (
        DOCS.format(
            docs_line(
                docs("See "),
                '<a href="https://www.google.com/url?q=https://gates.example/report?a%3D1%26b%3D2&amp;sa=D&amp;source=docs'
                '&amp;ust=1700000000&amp;usg=AOvVaw0" style="text-decoration:none;">'
                + docs("the report", line="underline")
                + "</a>",
                docs(", page 4."),
            )
        ),
        "See [the report](https://gates.example/report?a=1&b=2), page 4.",
    ),
    "nested lists of Docs": (
        DOCS.format(
            '<ul style="margin-top:0;margin-bottom:0;padding-inline-start:48px;">'
            + docs_item(1, "Gate six")
            + '<ul style="margin-top:0;">'
            + docs_item(2, "pinned by a lock")
            + docs_item(2, "rusted")
            + "</ul>"
            + docs_item(1, "Gate seven")
            + "</ul>"
        ),
        "- Gate six\n  - pinned by a lock\n  - rusted\n- Gate seven",
    ),
    "headings of Docs": (
        DOCS.format(
            '<h1 dir="ltr" style="line-height:1.38;">'
            + docs("The lock", weight=400)
            + "</h1>"
            + docs_line(docs("It was seized."))
            + '<h3 dir="ltr">'
            + docs("In June", weight=700)
            + "</h3>"
            + docs_line(docs("Two asked."))
        ),
        "## The lock\n\nIt was seized.\n\n### In June\n\nTwo asked.",
    ),
    "a table of Docs": (
        DOCS.format(
            '<div dir="ltr" align="left"><table style="border:none;border-collapse:collapse;"><colgroup><col width="312"/>'
            '<col width="312"/></colgroup><tbody><tr style="height:0pt"><td>'
            + docs_line(docs("Gate", weight=700))
            + "</td><td>"
            + docs_line(docs("Age"))
            + "</td></tr><tr><td>"
            + docs_line(docs("six | seven"))
            + '</td><td style="text-align:right">'
            + docs_line(docs("61"))
            + "</td></tr></tbody></table></div>"
        ),
        "| Gate | Age |\n| --- | ---: |\n| six \\| seven | 61 |",
    ),
    "paragraphs of Word": (
        WORD.format(
            "<p class=MsoNormal>The <b style='mso-bidi-font-weight:normal'>operator</b> blames a <i>seized</i> lock, as"
            "\r\nits letter of 9&nbsp;November says.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
            "<p class=MsoNormal><span lang=EN-US>“Nobody answered”<span style='mso-spacerun:yes'>  </span>– Ida "
            "<span class=SpellE>Sund</span></span><o:p></o:p></p>"
        ),
        "The **operator** blames a *seized* lock, as its letter of 9\u00a0November says.\n\n“Nobody answered” – Ida Sund",
    ),
    "lists of Word": (
        WORD.format(
            word_item(1, "·", "Gate six", "First")
            + word_item(2, "o", "pinned")
            + word_item(1, "·", "Gate <b>seven</b>", "Last")
            + "<p class=MsoNormal>Then:</p>"
            + word_item(1, "1.", "close it", "First")
            + word_item(1, "2.", "oil it", "Last")
        ),
        "- Gate six\n  - pinned\n- Gate **seven**\n\nThen:\n\n1. close it\n2. oil it",
    ),
    "changes and comments of Word": (
        WORD.format(
            '<p class=MsoNormal>It was <del cite="mailto:Ana" datetime="2026-11-09T10:00">shut</del><ins cite="mailto:Ana" '
            "datetime=\"2026-11-09T10:00\">open</ins>.<a style='mso-comment-reference:AK_1'></a></p>"
            "<div style='mso-element:comment-list'><div style='mso-element:comment'><p>Sure?</p></div></div>"
        ),
        "It was open.",
    ),
    "a title and hidden words of Word": (
        WORD.format(
            "<p class=MsoTitle>The barrier</p><p class=MsoNormal>Open.<span style='display:none;mso-hide:all'>No</span></p>"
        ),
        "## The barrier\n\nOpen.",
    ),
    "Word on the web": (
        '<div class="OutlineElement Ltr" style="direction:ltr"><p class="Paragraph" style="font-weight:normal">'
        '<span class="TextRun" style="font-weight: bold;"><span class="NormalTextRun">Who</span></span><span class="TextRun">'
        ' pays?</span><span class="EOP">&nbsp;</span></p></div>',
        "**Who** pays?",
    ),
    "Pages on a Mac": (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN"><html><head><style type="text/css">p.p1 {margin: 0}</style></head>'
        '<body><p class="p1">Before dawn the sea came.</p><p class="p2"><br></p><ul class="ul1"><li class="li1"><b>One</b>'
        " gate</li><li>Two gates</li></ul></body></html>",
        "Before dawn the sea came.\n\n- **One** gate\n- Two gates",
    ),
    "a web page": (
        "<html><body><!--StartFragment--><nav><a href='/home'>Home</a></nav><h2>What is <strong>known</strong></h2><p>Some "
        "<a href='http://paper.example/a_(b)?x=1#top' onclick='steal()'>4,200 homes</a><sup><a href='#cite-1'>[1]</a></sup> "
        "were\n   evacuated<em>.</em></p><figure><img src='https://tracker.example/p.gif' onerror='steal()' alt='a map'>"
        "<figcaption>The river</figcaption></figure><blockquote><p>We knocked.</p><p>On every door.</p></blockquote>"
        "<ol start='3'><li>three</li><li>four<ul><li>and a half</li></ul></li></ol><!--EndFragment--></body></html>",
        "Home\n\n## What is known\n\nSome [4,200 homes](http://paper.example/a_%28b%29?x=1#top)[1] were evacuated.\n\nThe river\n\n"
        "> We knocked.\n>\n> On every door.\n\n3. three\n4. four\n   - and a half",
    ),
    "a mail": (
        '<div dir="ltr">Dear Ana,<div><br></div><div>the gates are <b>nine</b>.</div><div>Yours<br>Jonas</div></div>',
        "Dear Ana,\n\nthe gates are **nine**.\n\nYours\\\nJonas",
    ),
    "lines parted by two breaks": ("<p>One<br><br>Two<br>\nThree</p>", "One\n\nTwo\\\nThree"),
    "links that others wrapped": (
        '<p><a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fgates.example%2Fa&amp;data=05">a</a> '
        '<a href="https://l.facebook.com/l.php?u=https%3A%2F%2Fgates.example%2Fb&amp;h=AT0">b</a> '
        '<a href="mailto:ana@lisle.example">c</a> <a href="/inside">d</a> <a href="ftp://x.example/">e</a></p>',
        "[a](https://gates.example/a) [b](https://gates.example/b) [c](mailto:ana@lisle.example) d e",
    ),
    "a table that only lays out": (
        "<table role='presentation'><tr><td><p>Left</p></td><td><ul><li>right</li></ul></td></tr></table>",
        "Left\n\n- right",
    ),
    "a table with a heading": (
        "<table><caption>Gates</caption><thead><tr><th>Gate</th><th>State</th><th></th></tr></thead>"
        "<tr><td>6</td><td colspan=2><a href='https://gates.example'>open</a></td></tr></table>",
        "Gates\n\n| Gate | State |  |\n| --- | --- | --- |\n| 6 | [open](https://gates.example/) |  |",
    ),
    "bullets typed as signs": ("<p>• One</p><p>• Two</p>", "- One\n- Two"),
    "marks beside letters and signs": (
        "<p><b>Note:</b>words, un<i>believ</i>able, <b>“quoted”</b>s, <b> spaced </b>out</p>",
        "**Note**:words, un*believ*able, **“quoted**”s, **spaced** out",
    ),
    "signs that mean something in Markdown": (
        "<p>2 * 3 * 4, snake_case _and_ `x` [a](b) &lt;b&gt; &amp;lt; C:\\dir \\*</p><p># 1</p><p>- no</p><p>2026. A year</p>"
        "<p>&gt; said</p><p>---</p><p>+ 4</p>",
        "2 \\* 3 \\* 4, snake_case \\_and\\_ \\`x\\` [a]\\(b) \\<b> \\&lt; C:\\dir \\\\\\*\n\n\\# 1\n\n\\- no\n\n2026\\. A year\n\n"
        "\\> said\n\n\\---\n\n\\+ 4",
    ),
    "citations stay citations": ("<p>Nobody died.[@3]</p>", "Nobody died.[@3]"),
    "code": ("<p>Run <code>a`b</code></p><pre>x = 1\n  y</pre>", "Run `` a`b ``\n\n```\nx = 1\n  y\n```"),
    "Arabic": (
        '<p dir="rtl">فُتحت <b>بوابتان</b> من <a href="https://gates.example/ar">تسع</a>.</p>',
        "فُتحت **بوابتان** من [تسع](https://gates.example/ar).",
    ),
    "invisible signs": ("<p>so\u00adft\u200b and \u202eturned\u202c</p>", "soft and turned"),
    "a hostile page": (
        "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'><svg onload='window.hacked = 1'><a>in</a></svg>"
        "<iframe srcdoc='<script>parent.hacked = 1</script>'></iframe><style>*{display:none}</style><p onclick='x()'>Safe "
        "<a href='javascript:window.hacked=1'>click</a> <a href='java\nscript:x()'>me</a> <a href='data:text/html,x'>now</a>"
        "</p><math><mtext></math><form action='https://evil.example'><input value='typed'><button>Send</button></form>"
        "<base href='https://evil.example/'><meta http-equiv='refresh' content='0;url=https://evil.example'>",
        "Safe click me now",
    ),
    "an address that breaks out of its brackets": (
        "<p><a href='https://x.example/a) [b](javascript:alert(1)'>words ] [ here</a></p>",
        "[words \\] \\[ here](https://x.example/a%29%20[b]%28javascript:alert%281%29)",
    ),
}

# Samples that are pasted as plain text, because their text is code or Markdown, or because they contain no words.
PLAIN = {
    "an editor of code": (
        "<meta charset='utf-8'><div style=\"color: #cccccc;background-color: #1f1f1f;font-family: Consolas, monospace;"
        'font-weight: normal;font-size: 14px;line-height: 19px;white-space: pre;"><div><span style="color: #569cd6;'
        'font-weight: bold;">**bold**</span></div></div>'
    ),
    "a terminal": "<pre>[@1] **not** touched</pre>",
    "bare words": "<span>**Typed** as Markdown</span>",
    "a picture alone": '<meta charset="utf-8"><img src="https://paper.example/a.jpg"/>',
    "nothing": "",
}
