"""Where pictures are drawn: one at a time, off the loop, each once, and never waited for long."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.render.html import Html

log = structlog.get_logger()
DRAWING_SECONDS: Final = 5.0
CHARTS_A_MINUTE: Final = 3
_KEPT: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture to show: `caption` repeats its key figures, `words` stand where it cannot.

    `key` tells it from every other picture: pictures of one key are the same bytes.
    """

    key: str
    draw: Callable[[], bytes]
    caption: Html
    words: Html


def picture_key(name: str, *parts: object) -> str:
    """Return the key of a picture: its kind, and all that what it shows depends on."""
    digest = hashlib.sha256(name.encode())
    for part in parts:
        _feed(digest, part)
    return f"{name}:{digest.hexdigest()[:32]}"


def _feed(digest: hashlib._Hash, part: object) -> None:
    """Take all of a value into a digest, long arrays included."""
    digest.update(f"|{type(part).__name__}:".encode())
    if isinstance(part, np.ndarray):
        digest.update(f"{part.dtype}{part.shape}".encode() + part.tobytes())
    elif is_dataclass(part):
        for each in fields(part):
            _feed(digest, getattr(part, each.name))
    elif isinstance(part, Mapping):
        for key, value in part.items():
            _feed(digest, key)
            _feed(digest, value)
    elif isinstance(part, Sequence) and not isinstance(part, str):
        for value in part:
            _feed(digest, value)
    else:
        digest.update(repr(part).encode())


@dataclass(slots=True)
class Studio:
    """Draws pictures in one thread: the loop and the alerts on it keep the other processor.

    A picture asked for twice at once is drawn once; one that took too long is there for who asks
    again.
    """

    seconds: float = DRAWING_SECONDS
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="studio")
    )
    _under_way: dict[str, asyncio.Future[bytes]] = field(default_factory=dict)
    _drawn: OrderedDict[str, bytes] = field(default_factory=OrderedDict)

    def has(self, key: str) -> bool:
        """Say whether a picture is drawn, or being drawn."""
        return key in self._drawn or key in self._under_way

    async def drawn(self, picture: Picture) -> bytes | None:
        """Return the picture; None when it cannot be had within the time people wait."""
        if picture.key in self._drawn:
            self._drawn.move_to_end(picture.key)
            return self._drawn[picture.key]
        drawing = self._under_way.get(picture.key)
        if drawing is None:
            loop = asyncio.get_running_loop()
            drawing = loop.run_in_executor(self._thread, picture.draw)
            self._under_way[picture.key] = drawing
            drawing.add_done_callback(lambda done: self._keep(picture.key, done))
        try:
            async with asyncio.timeout(self.seconds):
                return await asyncio.shield(drawing)
        except TimeoutError:
            log.warning("chart_too_slow", chart=picture.key)
        except Exception as error:  # a chart that fails costs its picture, never the answer
            log.exception("chart_failed", chart=picture.key, reason=type(error).__name__)
        return None

    def close(self) -> None:
        """Draw nothing more; what is being drawn ends by itself."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _keep(self, key: str, done: asyncio.Future[bytes]) -> None:
        del self._under_way[key]
        if done.cancelled() or done.exception() is not None:
            return
        self._drawn[key] = done.result()
        while len(self._drawn) > _KEPT:
            self._drawn.popitem(last=False)
