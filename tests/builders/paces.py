"""How fast a message may go out, in tests of a channel."""

from dataclasses import dataclass, field


@dataclass
class Pace:
    """Lets everything through, up to so many steps, and remembers what it was told."""

    most: int = 1_000_000
    steps: int = 0
    pauses: list[float] = field(default_factory=list)

    async def step(self) -> bool:
        self.steps += 1
        return self.steps <= self.most

    async def refused(self, seconds: float) -> None:
        self.pauses.append(seconds)


FREE = Pace()
