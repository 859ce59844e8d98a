"""What a transport raises: there is no response, or half of one."""

from typing import Final


class NoResponse(Exception):
    """There is no response, or half of one.

    Attributes:
        code: What happened, by the name that httpx has for it: "ConnectError", "ReadTimeout".
    """

    def __init__(self, code: str, cause: BaseException | None = None) -> None:
        """Make one; see `without_frames` for what remains of the cause."""
        super().__init__(code if cause is None else f"{code}: {type(cause).__name__}")
        self.code = code
        self.__cause__ = without_frames(cause)


class ResponseTooLarge(Exception):
    """A response is larger than the connector reads into memory."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"The response is larger than {limit // 2**20} MiB.")
        self.limit = limit


_MAX_CHAIN: Final = 20


def without_frames(error: BaseException | None) -> BaseException | None:
    """Take the frames off an error and its causes: those of HTTP libraries hold tokens.

    What they were called with is in their local variables, which error trackers send elsewhere.
    """
    link, count = error, 0
    while link is not None and count < _MAX_CHAIN:
        link.__traceback__ = None
        link, count = link.__cause__ or link.__context__, count + 1
    return error
