"""A Bot API server that takes everything and remembers when: in a process of its own.

It answers as little as the client believes, so that it is never what is measured.
"""

import json
import re
import socket
import sys
import time

import uvicorn
from starlette.types import Receive, Scope, Send

_SENDS = ("/sendMessage", "/editMessageText", "/sendDocument")
_CHAT = re.compile(rb'name="chat_id"[^\r]*\r\n(?:[^\r]+\r\n)*\r\n(-?\d+)|(?:^|&)chat_id=(-?\d+)')


class Messenger:
    """`/arrivals` tells the moments of all calls that send, in seconds, and forgets them."""

    def __init__(self) -> None:
        self.arrivals: list[float] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        arrived = time.monotonic()
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        path: str = scope["path"]
        if path == "/arrivals":
            result: object = self.arrivals
            self.arrivals = []
        elif path.endswith(_SENDS):
            self.arrivals.append(arrived)
            result = {"ok": True, "result": _message(bytes(body), len(self.arrivals))}
        elif path.endswith("/getMe"):
            me = {"id": 4200, "is_bot": True, "first_name": "Huiqi", "username": "huiqi_bench_bot"}
            result = {"ok": True, "result": me}
        else:
            result = {"ok": True, "result": True}
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(result).encode()})


def _message(body: bytes, number: int) -> object:
    found = _CHAT.search(body)
    chat = int(found[1] or found[2]) if found else 0
    return {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": "…"}


def main() -> None:
    """Listen on the socket that was handed over."""
    listening = socket.socket(fileno=int(sys.argv[1]))
    config = uvicorn.Config(Messenger(), log_config=None, access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
