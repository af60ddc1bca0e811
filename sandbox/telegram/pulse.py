import asyncio


class Pulse:
    """Wakes everyone who waits, without remembering that it did."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.closed = False

    def fire(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    def close(self) -> None:
        """Wake everyone for good: long polls and streams end at once when the server stops."""
        self.closed = True
        self.fire()

    async def wait(self, seconds: float) -> None:
        """Return at the next pulse, or after so many seconds."""
        event = self._event
        if self.closed or seconds <= 0:
            return
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return
