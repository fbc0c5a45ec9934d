"""What a messenger takes in a second is never exceeded, whoever asks for how much and when."""

from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.deliveries.models import Priority
from api.deliveries.pacing import BULK_LATE, LATE, SECOND, Books, Want, grant, refuse, rules_of
from api.deliveries.redis_budget import RedisBooks
from api.foundation.redis import open_redis
from tests.builders.windows_of_time import most_in

START = 1_790_000_000 * SECOND
RULES = rules_of(30)
BULK, STAFF, DIALOG = Priority.BULK, Priority.STAFF, Priority.DIALOG

WANTS = st.builds(
    Want, st.sampled_from(Priority), st.sampled_from(["a", "b", "c", "d", "e"]), st.booleans()
)
FRESH = st.builds(Want, st.sampled_from(Priority), st.uuids().map(str))
ASKED = st.lists(
    st.tuples(st.integers(0, 400_000), st.lists(st.one_of(WANTS, FRESH), max_size=40)),
    min_size=1, max_size=40,
)  # fmt: skip


def _moments(asked: Sequence[tuple[int, Sequence[Want]]]) -> list[tuple[float, Want]]:
    """What is given out to those who ask so, in seconds."""
    books, now, given_out = Books(), START, []
    for pause, wants in asked:
        now += pause
        granted = grant(books, RULES, wants, now)
        given_out += [
            ((now - START) / SECOND + delay, want)
            for delay, want in zip(granted.delays, wants, strict=True)
            if delay is not None
        ]
    return given_out


class TestLimits:
    @given(ASKED)
    def test_no_second_has_more_than_it_may_even_if_calls_leave_late(
        self, asked: list[tuple[int, list[Want]]]
    ) -> None:
        moments = _moments(asked)
        assert most_in((at for at, _ in moments), 1 + LATE - 1e-6) <= 30
        bulk = (at for at, want in moments if want.priority is BULK)
        assert most_in(bulk, 1 + BULK_LATE - 1e-6) <= 25

    @given(ASKED)
    def test_a_chat_gets_one_a_second_and_three_at_once_where_it_is_answered(
        self, asked: list[tuple[int, list[Want]]]
    ) -> None:
        moments = [(at, want) for at, want in _moments(asked) if not want.group]
        for chat in {want.chat for _, want in moments}:
            own = [(at, want.priority) for at, want in moments if want.chat == chat]
            assert most_in(at for at, _ in own) <= 3
            assert most_in((at for at, _ in own), 60) <= 62
            assert most_in(at for at, priority in own if priority is BULK) <= 1

    def test_a_group_gets_twenty_a_minute(self) -> None:
        asked = [(100_000, [Want(DIALOG, "g", group=True)]) for _ in range(3000)]
        moments = [at for at, _ in _moments(asked)]
        assert 19 <= most_in(moments, 60) <= 20
        assert len(moments) >= 85

    @pytest.mark.parametrize(("rate", "bulk"), [(30, 25), (300, 250), (1000, 833), (1, 1)])
    def test_bulk_is_five_sixths_of_the_rate(self, rate: int, bulk: int) -> None:
        assert rules_of(rate).bulk_a_second == bulk


class TestOrder:
    def test_an_answer_goes_before_a_broadcast_within_a_tenth_of_a_second(self) -> None:
        books = Books()
        crowd = [Want(BULK, str(n)) for n in range(64)]
        worst = 0.0
        for step in range(500):
            now = START + step * 7_000
            grant(books, RULES, crowd, now)
            if step % 50 == 49:
                (delay,) = grant(books, RULES, [Want(DIALOG, f"d{step}")], now).delays
                assert delay is not None
                worst = max(worst, delay)
        assert worst <= 0.12

    def test_while_answers_wait_no_bulk_is_let_through(self) -> None:
        books = Books()
        answers = [Want(DIALOG, f"d{n}") for n in range(64)]
        for step in range(20):
            now = START + step * 100_000
            assert any(delay is not None for delay in grant(books, RULES, answers, now).delays)
            assert grant(books, RULES, [Want(BULK, "b")], now).delays == [None]

    def test_one_chat_that_must_wait_holds_no_other_up(self) -> None:
        books = Books()
        first = grant(books, RULES, [Want(BULK, "a")], START)
        granted = grant(books, RULES, [Want(BULK, "a"), Want(BULK, "b")], START + 60_000)
        assert first.delays == [0.0]
        assert granted.delays == [None, 0.0]
        assert granted.again <= 0.94

    def test_who_gets_nothing_gets_something_when_told_to_ask_again(self) -> None:
        books, now = Books(), START
        wants = [Want(BULK, "a"), Want(BULK, "b"), Want(DIALOG, "c")]
        given_out = 0
        for _ in range(60):
            granted = grant(books, RULES, wants, now)
            given_out += sum(delay is not None for delay in granted.delays)
            now += int(granted.again * SECOND) + 1
        assert given_out >= 60


class TestPauses:
    def test_after_one_refusal_the_chat_and_all_bulk_rest(self) -> None:
        books = Books()
        refuse(books, RULES, Want(BULK, "a"), 30, START)
        wants = [Want(BULK, "b"), Want(DIALOG, "a"), Want(DIALOG, "b")]
        assert grant(books, RULES, wants, START + SECOND).delays == [None, None, 0.0]
        later = START + 33 * SECOND
        assert grant(books, RULES, [Want(DIALOG, "a"), Want(BULK, "b")], later).delays[0] == 0.0

    def test_a_second_chat_that_is_refused_stops_everything(self) -> None:
        books = Books()
        refuse(books, RULES, Want(BULK, "a"), 30, START)
        refuse(books, RULES, Want(DIALOG, "b"), 20, START + SECOND)
        wants = [Want(DIALOG, "c"), Want(STAFF, "d")]
        assert grant(books, RULES, wants, START + 2 * SECOND).delays == [None, None]
        assert grant(books, RULES, wants, START + 21 * SECOND).delays[0] == 0.0

    def test_the_same_chat_refused_twice_stops_no_other(self) -> None:
        books = Books()
        refuse(books, RULES, Want(DIALOG, "a"), 30, START)
        refuse(books, RULES, Want(DIALOG, "a"), 30, START + SECOND)
        assert grant(books, RULES, [Want(DIALOG, "c")], START + 2 * SECOND).delays == [0.0]


async def _lose(books: RedisBooks) -> None:
    """Redis forgets, as one that keeps nothing does when it is started anew."""
    async for key in books.redis.scan_iter(match=f"{books.key}*"):
        await books.redis.delete(key)


@pytest.mark.needs_redis
class TestRedis:
    """The script is the same arithmetic, written a second time."""

    @pytest.fixture
    async def books(self) -> AsyncIterator[RedisBooks]:
        redis = open_redis("redis://127.0.0.1:6379/0")
        made = RedisBooks(redis, f"test:{uuid4()}", RULES)
        yield made
        await _lose(made)
        await redis.aclose()

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        asked=st.lists(
            st.tuples(
                st.integers(0, 2_500_000),
                st.lists(st.one_of(WANTS, FRESH), max_size=12),
                st.none() | st.tuples(WANTS, st.integers(1, 5)),
            ),
            max_size=12,
        )
    )
    async def test_it_gives_out_the_same_moments(
        self,
        books: RedisBooks,
        asked: list[tuple[int, list[Want], tuple[Want, int] | None]],
    ) -> None:
        await _lose(books)
        # A moment far ahead of the server's clock: keys that expire by it are all alive.
        own, now = Books(total=START), START
        await books.reserve([], now=START - 2 * SECOND)
        for pause, wants, refusal in asked:
            now += pause
            expected = grant(own, RULES, wants, now)
            assert await books.reserve(wants, now=now) == expected
            if refusal is not None:
                refuse(own, RULES, refusal[0], refusal[1], now)
                await books.refuse(*refusal, now=now)

    async def test_books_that_were_lost_begin_when_all_given_out_before_is_past(
        self, books: RedisBooks
    ) -> None:
        granted = await books.reserve([Want(DIALOG, "a")])
        assert granted.delays == [None]
        assert granted.again == pytest.approx(1.0, abs=0.05)
