"""What officers' pages need from outside; implemented in ``kiosk.hub.sync``."""

from typing import Protocol, TypeVar

import msgspec

from kiosk.wire.common import ErrorReply

Reply = TypeVar("Reply", bound=msgspec.Struct)


class CentralSays(Exception):
    """Central's refusal, with the sentence for whoever asked."""

    def __init__(self, status: int, reply: ErrorReply) -> None:
        super().__init__(f"status {status}: {reply.error}")
        self.status, self.reply = status, reply


class City(Protocol):
    """Questions to central that somebody waits for. Every method blocks; raises CentralUnreachable, CentralSays."""

    def ask(self, target: str, message: msgspec.Struct, reply: type[Reply]) -> Reply: ...

    def put(self, target: str, content: bytes, reply: type[Reply]) -> Reply: ...

    def file(self, target: str, message: msgspec.Struct) -> bytes: ...
