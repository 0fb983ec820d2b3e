"""A language model on loopback that behaves as told: the fake that ships with the port.

It speaks the OpenAI chat-completions protocol (plain and streamed), so that a test goes through the whole client.
Every feature that uses a model is run against each mode and must give the same decision and numbers as without one.

=============  ==========================================================================================
``good``       says the truth it was given
``lies``       says the same with every number changed (30 becomes 300)
``obeys``      does what a document tells it: answers with the JSON object that follows ``ANSWER:`` there
``broken_json``  stops in the middle of its JSON
``stalls``     takes the question and says nothing until the stub is closed
``dies``       closes the connection in the middle of the answer
=============  ==========================================================================================
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self, get_args

from brambling.kit.text import find_numbers

Mode = Literal["good", "lies", "obeys", "broken_json", "stalls", "dies"]
MODES: tuple[Mode, ...] = get_args(Mode)
Truth = Mapping[str, Any] | Callable[[str], Mapping[str, Any]]

_ORDER = re.compile(r"ANSWER:\s*(\{.*?\})", re.DOTALL)


class StubModel:
    """A stub server; use it in ``with``. ``truth`` is the answer, or a function of the user's message that gives it.

    ``base_url`` is for the settings; ``requests`` holds the bodies it was sent, for tests of what left the house.
    """

    def __init__(self, mode: Mode, truth: Truth) -> None:
        self.mode: Mode = mode
        self.truth = truth
        self.requests: list[dict[str, Any]] = []
        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def base_url(self) -> str:
        """Address of the endpoint, on loopback."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, message: str) -> str:
        """What this model says to ``message``."""
        value = self.truth(message) if callable(self.truth) else self.truth
        if self.mode == "lies":
            value = lie(value)
        if self.mode == "obeys" and (order := _ORDER.search(message)):
            return order.group(1)
        text = json.dumps(value, ensure_ascii=False)
        return text[: max(1, len(text) * 2 // 3)] if self.mode == "broken_json" else text


def lie(value: Any) -> Any:
    """``value`` with every number in it ten times as large and one more, also inside texts."""
    if isinstance(value, Mapping):
        return {key: lie(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [lie(item) for item in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return value * 10 + 1
    text = str(value)
    for found in reversed(find_numbers(text)):
        if len(found.words) > 1 or found.words.isascii():  # one Chinese digit is mostly part of a word
            text = f"{text[: found.start]}{found.value * 10 + 1:f}{text[found.end :]}"
    return text


def _handler(stub: StubModel) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Tests read standard error; the stub stays silent."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            stub.requests.append(body)
            if not self.path.endswith("/chat/completions"):
                self.send_error(404)
                return
            if stub.mode == "stalls":
                stub.closing.wait()
                self.close_connection = True
                return
            data = _reply(stub, body)
            streamed = bool(body.get("stream"))
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream" if streamed else "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if stub.mode == "dies" else data)
            self.close_connection = stub.mode == "dies"

    return Handler


def _reply(stub: StubModel, body: Mapping[str, Any]) -> bytes:
    message = "\n".join(
        part if isinstance(part := turn.get("content"), str) else json.dumps(part, ensure_ascii=False)
        for turn in body.get("messages", [])
        if turn.get("role") == "user"
    )
    text = stub.answer(message)
    name = str(body.get("model", "stub"))
    used = {"prompt_tokens": len(message) // 2 + 1, "completion_tokens": len(text) // 2 + 1}
    used["total_tokens"] = sum(used.values())
    head = {"id": "chatcmpl-stub", "created": 0, "model": name}
    if not body.get("stream"):
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        whole = {**head, "object": "chat.completion", "choices": [choice], "usage": used}
        return json.dumps(whole, ensure_ascii=False).encode()
    chunks: list[dict[str, Any]] = [{"delta": {"role": "assistant", "content": text}, "finish_reason": None}]
    chunks.append({"delta": {}, "finish_reason": "stop"})
    lines = [
        json.dumps({**head, "object": "chat.completion.chunk", "choices": [{"index": 0, **chunk}]}, ensure_ascii=False)
        for chunk in chunks
    ]
    lines.append(json.dumps({**head, "object": "chat.completion.chunk", "choices": [], "usage": used}))
    return "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"]).encode()
