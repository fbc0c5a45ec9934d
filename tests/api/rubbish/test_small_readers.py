"""Whatever a client holds for us, damaged or made up: it is none of ours, and nothing raises."""

import base64

from hypothesis import given, settings
from hypothesis import strategies as st

from api.conversations.drafts import read_draft
from api.conversations.streams import resume_after
from api.foundation.errors import DraftUnreadable
from api.foundation.ids import digest
from api.foundation.languages import language_of
from api.foundation.pages import cut
from api.foundation.signing import sign, unsign
from bot import buttons
from bot.intake import number_of
from bot.updates import address_of, read_update
from dialogs.codes import plausible, typed_code
from tests.builders.clocks import START
from tests.builders.odd_updates import updates
from tests.builders.rubbish import all_texts, odd_texts, odd_values

SECRET = b"a secret of the tests, long enough"
few = settings(max_examples=100, deadline=None)


@few
@given(all_texts, st.binary(max_size=60))
def test_tokens(text: str, raw: bytes) -> None:
    forged = base64.urlsafe_b64encode(raw).decode()
    for token in (text, forged, sign(SECRET, "another purpose", raw)):
        assert unsign(SECRET, "draft", token) is None
        try:
            read_draft(SECRET, token, host="", now=START)
        except DraftUnreadable:
            continue
        raise AssertionError(token)


@few
@given(odd_values)
def test_drafts_of_another_shape_though_signed(value: object) -> None:
    signed = sign(SECRET, "draft", str(value).encode("utf-8", "replace"))
    try:
        read_draft(SECRET, signed, host="", now=START)
    except DraftUnreadable:
        return
    raise AssertionError(value)


@few
@given(all_texts, st.integers(0, 200))
def test_buttons(text: str, place: int) -> None:
    ours = buttons.sign(SECRET, "1", "2", "go:menu")
    at = place % len(ours)
    spoilt = ours[:at] + text + ours[at + 1 :]
    assert buttons.unsign(SECRET, "1", "2", text) == ""
    assert spoilt == ours or buttons.unsign(SECRET, "1", "2", spoilt) == ""
    assert buttons.unsign(SECRET, "1", text, ours) == "" or text == "2"


@few
@given(odd_texts)
def test_codes_keys_languages_and_places(text: str) -> None:
    digest(plausible(text))
    digest(text)
    typed_code(text, asked=True)
    typed_code(text, asked=False)
    assert language_of(text) in {"zh", "en"}
    assert 0 <= resume_after(text, 7) < 2**31
    assert len(cut(("a", "b"), str, after=text, limit=1).items) <= 1


@few
@given(updates)
def test_updates(update: dict[str, object]) -> None:
    number = number_of(update)
    assert number is None or 0 <= number < 2**63
    assert len(address_of(update)) <= 20
    read_update(update, secret=SECRET, account="4200")
