"""A person at the web chat, as the page would speak for them."""

from collections.abc import Iterator
from itertools import count

import httpx

_PAGE = {"X-Huiqi": "1"}
_ids = count(1)


class Chat:
    """One browser: it keeps the draft until there is consent, then the cookie does."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.draft: str | None = None
        self.answer: dict[str, object] = {}

    async def send(self, said: dict[str, object], id_: str = "") -> httpx.Response:
        """One message; the answer is kept when it is one."""
        body = {"id": id_ or f"message-{next(_ids)}", "said": said, "draft": self.draft}
        answer = await self.client.post("/chat/turns", json=body, headers=_PAGE)
        if answer.is_success:
            self.answer = answer.json()
            self.draft = answer.json()["draft"]
        return answer

    async def open(self) -> httpx.Response:
        return await self.send({"kind": "opened", "start": ""})

    async def say(self, text: str, id_: str = "") -> httpx.Response:
        return await self.send({"kind": "said", "text": text}, id_)

    async def press(self, button: str, id_: str = "") -> httpx.Response:
        return await self.send({"kind": "pressed", "button": button}, id_)

    async def agree(self) -> httpx.Response:
        """Open the chat and agree to be remembered."""
        await self.open()
        return await self.press(self.button("primary"))

    async def post(self, path: str, json: object = None) -> httpx.Response:
        """What else the page asks for."""
        return await self.client.post(f"/chat{path}", json=json, headers=_PAGE)

    async def delete(self) -> httpx.Response:
        return await self.client.delete("/chat", headers=_PAGE)

    def replies(self) -> list[dict[str, object]]:
        """The replies to the last message."""
        entries = self.answer["replies"]
        assert isinstance(entries, list)
        return [entry["reply"] for entry in entries]

    def text(self) -> str:
        """Everything the last replies say."""
        return "\n".join(str(reply["text"]) for reply in self.replies())

    def buttons(self) -> Iterator[dict[str, str]]:
        """The buttons under the last replies."""
        for reply in self.replies():
            choices = reply["choices"]
            assert isinstance(choices, list)
            yield from choices

    def button(self, wanted: str) -> str:
        """The id of the last button of a style, or with a label."""
        fitting = [b["id"] for b in self.buttons() if wanted in {b["style"], b["label"]}]
        return fitting[-1]
