"""One response as HTTP/1 frames it: its head, and the pieces of its body. The only module that knows httptools.

Independent of where the bytes come from.
"""

from __future__ import annotations

from typing import Final

from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpResponseParser

_LONGEST_HEAD: Final = 1 << 20
"""Bytes; informational responses (1xx) count as part of the head that follows them."""
_FINAL: Final = 200
"""From this status on a response is the last one to its request."""
_BODILESS: Final = (204, 304)


class ResponseParser:
    """Parses one response, which may arrive in pieces of any size."""

    __slots__ = (
        "_ends_with_connection",
        "_fed",
        "_parser",
        "_to_head",
        "_whole",
        "body",
        "headers",
        "is_complete",
        "is_reusable",
        "on_body",
        "on_header",
        "status",
    )

    def __init__(self, *, to_head: bool) -> None:
        """Expect a response; one to a HEAD request has no body, whatever its headers say."""
        self.status = 0
        """0 until all headers have arrived."""
        self.headers: dict[bytes, bytes] = {}
        """By lower-case name; while they arrive, by the name as sent."""
        self.body: list[bytes] = []
        """The pieces that have arrived; whoever takes them removes them."""
        self.is_complete = False
        self.is_reusable = False
        """True where the connection may be used for another request once this response is complete."""
        self._to_head = to_head
        self._ends_with_connection = False
        self._whole = 0
        self._fed = 0
        # Not methods of this class: built-in ones are faster, and no signal handler runs inside them.
        self.on_header = self.headers.__setitem__
        self.on_body = self.body.append
        self._parser: HttpResponseParser | None = HttpResponseParser(self)

    def feed(self, data: bytes) -> None:
        """Take bytes that have arrived, not after the end; ConnectionError where they aren't HTTP."""
        assert self._parser is not None, "the response is complete"
        try:
            self._parser.feed_data(data)
        except HttpParserCallbackError as error:
            raise error.__context__ or error from None  # what a signal handler has raised
        except (HttpParserError, HttpParserUpgrade) as error:
            if not self.is_complete:
                is_begun = self._parser.get_status_code() != 0
                raise ConnectionError("its response is malformed" if is_begun else "it does not speak HTTP") from error
            self.is_reusable = False  # more came than the response
        self._fed += len(data)
        if self.is_complete:
            self._finish()
        elif not self.status and self._fed > _LONGEST_HEAD:
            raise ConnectionError("the head of its response is too long")

    def feed_end(self) -> None:
        """Take note that the connection has ended; ConnectionError where the response hasn't."""
        if not self.status or not self._ends_with_connection:
            raise ConnectionResetError(
                "its response is incomplete" if self._fed else "it closed the connection without a response"
            )
        self.is_complete = True
        self._whole = len(self.body)
        self._finish()

    def _finish(self) -> None:
        """Drop what came behind the response, and the parser: it and this object refer to each other."""
        if len(self.body) > self._whole:
            self.is_reusable = False
            del self.body[self._whole :]
        self._parser = None

    def on_message_begin(self) -> None:
        """Called by the parser where a response begins; a second one was not asked for."""
        if self.is_complete:
            self.is_reusable = False

    def on_headers_complete(self) -> None:
        """Called by the parser at the end of a head."""
        assert self._parser is not None
        status = self._parser.get_status_code()
        if self.is_complete:
            return
        if status < _FINAL:
            self.headers.clear()
            return
        received = {name.lower(): value or b"" for name, value in self.headers.items()}
        self.is_reusable = self._parser.should_keep_alive() or (self._to_head and self._is_persistent(received))
        is_chunked = b"chunked" in received.get(b"transfer-encoding", b"").lower()
        self._ends_with_connection = not (is_chunked or b"content-length" in received or status in _BODILESS)
        self.headers = received
        self.status = status
        self.is_complete = self._to_head

    def _is_persistent(self, headers: dict[bytes, bytes]) -> bool:
        """Return whether the connection survives a response without a body, for which its length doesn't matter."""
        assert self._parser is not None
        return self._parser.get_http_version() == "1.1" and b"close" not in headers.get(b"connection", b"").lower()

    def on_message_complete(self) -> None:
        """Called by the parser at the end of a response."""
        if self.status and not self.is_complete:
            self._whole = len(self.body)
            self.is_complete = True
