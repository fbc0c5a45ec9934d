"""Visitors of the web chat: what got no answer they send again, under the same id."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx
from pydantic import BaseModel

_PAGE = {"X-Huiqi": "1"}
_AGAIN_AFTER = 0.05
_AGREE = {"kind": "pressed", "button": "m:consent.agree"}
_ACTS: Sequence[dict[str, str]] = (
    {"kind": "opened", "start": ""},
    _AGREE,
    {"kind": "said", "text": "帮助"},
    {"kind": "said", "text": "English"},
    {"kind": "said", "text": "menu"},
)


@dataclass
class Visitor:
    """One browser. A hasty one sends everything twice; one that leaves erases everything."""

    name: str
    hasty: bool = False
    leaves: bool = False
    draft: str | None = None
    read: list[str] = field(default_factory=list)
    """The replies, in order."""

    async def visit(self, address: str) -> None:
        """From the greeting to the end, however often the program dies meanwhile."""
        async with httpx.AsyncClient(base_url=address, headers=_PAGE, timeout=30) as client:
            for nth, said in enumerate(_ACTS):
                body = {"id": f"{self.name}-message-{nth}", "said": said, "draft": self.draft}
                if self.hasty and nth:
                    await self._from_elsewhere(address, body)
                answer = _Answer.model_validate_json(
                    (await _answered(client, "POST", "/chat/turns", body)).content
                )
                self.draft = answer.draft
                self.read += [entry.reply.text for entry in answer.replies]
            if self.leaves:
                await _answered(client, "DELETE", "/chat", None)

    async def _from_elsewhere(self, address: str, body: Mapping[str, object]) -> None:
        """The same message, before its answer has brought the key of the device."""
        async with httpx.AsyncClient(base_url=address, headers=_PAGE, timeout=30) as client:
            await _answered(client, "POST", "/chat/turns", body)


class _Reply(BaseModel):
    text: str


class _Entry(BaseModel):
    reply: _Reply


class _Answer(BaseModel):
    draft: str | None
    replies: tuple[_Entry, ...]


async def _answered(
    client: httpx.AsyncClient, method: str, path: str, body: Mapping[str, object] | None
) -> httpx.Response:
    """The answer, from whichever process is there to give it."""
    while True:
        try:
            answer = await client.request(method, path, json=body)
        except httpx.TransportError:
            await asyncio.sleep(_AGAIN_AFTER)  # it is dead, and will be started again
            continue
        if not answer.is_server_error:
            gone = method == "DELETE" and answer.is_client_error  # erased before it died
            assert answer.is_success or gone, answer.text
            return answer
        await asyncio.sleep(_AGAIN_AFTER)
