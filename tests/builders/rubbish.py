"""What nobody should send and somebody will: texts, numbers, JSON, forms and headers of all kinds.

Strategies of hypothesis, the same for every door of the program.
"""

import json
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

ODD_TEXTS = [
    "", " ", "\0", "a\0b", "..", "../../etc/passwd", "%00", "%s", "{0}", "{operator}", "{", "}}",
    "\u202e右到左", "\ufeff", "\u200b", "😀" * 40, "e\u0301" * 20, "字" * 5_000,
    "'; DROP TABLE x;--",
    "<script>alert(1)</script>", "NaN", "-Infinity", "1e999", "-1", "²", "٣٤", "0x10", "1_000",
    "9" * 25, "9" * 5_000, "null", "true", "2026-02-30", "0001-01-01", "9999-12-31", "10000-01-01",
    "0001-01-01T00:00", "9999-12-31T23:59", "2026-03-02T09:30", "0001-01-01T00:00:00+23:59",
    "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}",
    "urn:uuid:00000000000000000000000000000000", "\r\nSet-Cookie: a=b", "\u2028",
    "\x1b[31m", "\x7f",
]  # fmt: skip
HALF = ["\ud800", "a\udfffb"]
"""Half characters: no UTF-8 holds them, and JSON can still write them."""

odd_texts = st.one_of(st.sampled_from(ODD_TEXTS), st.text(max_size=30))
"""Texts that UTF-8 can hold."""
all_texts = st.one_of(odd_texts, st.sampled_from(HALF))
odd_numbers = st.one_of(
    st.integers(),
    st.sampled_from([0, -1, 2**31, 2**32, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**30, 10**400]),
    st.floats(),
    st.sampled_from([1e308, -1e-308, 1e22]),
)
odd_values = st.recursive(
    st.one_of(st.none(), st.booleans(), odd_numbers, all_texts),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(all_texts, inner, max_size=3),
    max_leaves=6,
)
"""Whatever JSON, or a parser that is kinder than JSON, can hold."""


def written(value: object, *, ascii_only: bool = True) -> bytes:
    """JSON as a careless client writes it: NaN, Infinity and half characters too."""
    return json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")


DEEP = [
    b"[" * 3_000,
    b'{"a":' * 3_000,
    b"[" * 3_000 + b"]" * 3_000,
    b'{"a":' * 40 + b"1" + b"}" * 40,
]
ODD_BYTES = [
    b"", b"\0", b"\xff\xfe", b"{", b'{"id":', b"\xef\xbb\xbf{}", b'{"a":1,"a":2}', b"-",
    b"1" * 5_000,
    b'"\\ud800"', b'{"x":1e999}', b'{"x":NaN}', '{"id":"甲"}'.encode("utf-16"), b"null", b"[]",
    b"0",
    *DEEP,
]  # fmt: skip
odd_bytes = st.one_of(st.sampled_from(ODD_BYTES), st.binary(max_size=60), odd_values.map(written))
"""Bodies that claim to be JSON, and are not what is asked for."""

segments = st.one_of(
    odd_texts.map(lambda text: quote_from_bytes(text.encode())),
    st.binary(max_size=12).map(quote_from_bytes),
    st.sampled_from(["%ed%a0%80", "%2e%2e", "%2f", "..%2f..", "a" * 5_000, "%", "%zz", "."]),
    st.integers().map(str),
)
"""Pieces of a path, percent-encoded as a client sends them."""


def queries(names: list[str]) -> st.SearchStrategy[bytes]:
    """Query strings: names that are known and names that are not, twice, empty and broken."""
    pairs = st.tuples(st.one_of(st.sampled_from(names), segments), segments).map("=".join)
    whole = st.lists(pairs, max_size=4).map("&".join)
    return st.one_of(whole.map(str.encode), st.binary(max_size=20))


latin = st.one_of(
    st.binary(max_size=30).map(lambda raw: raw.translate(None, b"\r\n\0")),
    odd_texts.map(lambda text: text.encode().translate(None, b"\r\n\0")),
)
"""Values of headers, as a server lets them through."""
TYPES = [
    b"application/json", b"application/json; charset=utf-16", b"text/plain", b"",
    b"application/xml",
    b"application/problem+json", b"\xff", b"application/x-www-form-urlencoded",
    b"multipart/form-data", b"multipart/form-data; boundary=",
    b"multipart/form-data; boundary=\xff",
    b"multipart/form-data; boundary=x", b"multipart/form-data; boundary=" + b"x" * 300,
]  # fmt: skip
CHARSETS = [
    "utf-8", "utf-7", "utf-16", "idna", "punycode", "undefined", "rot13",
    "zlib", "unicode_escape", "\xff",
]  # fmt: skip
NUMBERS_OF_LINES = [
    b"0",
    b"-1",
    b"1",
    b"9" * 30,
    b"\xb2",
    b"1.5",
    b" 7 ",
    b"abc",
    b"%00",
    b"2147483648",
]
LANGUAGES = [
    b"zh", b"en", b"en;q=0", b"zh;q=.", b"en;q=9e9", b"*", b",,,;;;", b"en-" + b"a" * 300,
    b"en;q=0.5,zh;q=0.9", b"fr, en;q=NaN",
]  # fmt: skip

headers = st.lists(
    st.one_of(
        st.tuples(st.just(b"accept-language"), st.one_of(st.sampled_from(LANGUAGES), latin)),
        st.tuples(st.just(b"last-event-id"), st.one_of(st.sampled_from(NUMBERS_OF_LINES), latin)),
        st.tuples(st.just(b"content-type"), st.one_of(st.sampled_from(TYPES), latin)),
        st.tuples(st.just(b"content-length"), st.one_of(st.sampled_from(NUMBERS_OF_LINES), latin)),
        st.tuples(
            st.sampled_from(
                [
                    b"idempotency-key", b"accept", b"origin", b"sec-fetch-site", b"x-csrf-token",
                    b"hx-request", b"hx-current-url", b"x-live", b"x-forwarded-for", b"range",
                    b"if-none-match", b"if-modified-since", b"expect", b"cookie", b"x-huiqi",
                    b"host", b"authorization", b"x-telegram-bot-api-secret-token", b"x-request-id",
                ]
            ),
            latin,
        ),
    ),
    max_size=4,
)  # fmt: skip


def a_multipart(fields: list[tuple[str, bytes]], boundary: str, extra: str = "") -> bytes:
    """A body of parts, each with whatever its header ends in."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'.encode(
            "utf-8", "surrogatepass"
        )
        + value
        for name, value in fields
    ]
    return b"\r\n".join([*parts, f"--{boundary}--\r\n".encode()])
