"""One question over HTTP, and what came of it: the only place that opens connections."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

import aiohttp
from yarl import URL

from engine.collect.known import printable
from engine.collect.payload import Payload
from engine.domain.errors import FeedDown, Skip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from engine.collect.payload import Ask
    from engine.collect.rules import CollectRules
    from engine.collect.verdict import Request, Wire

_MOVED: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: `cut` where its end is missing.

    `skew` is how many seconds our clock is ahead of the provider's, 0.0 where the two agree
    within what a date in whole seconds can tell, None where it named no date.
    """

    payload: Payload
    cut: bool
    skew: float | None


class Transport:
    """Asks over one session. Answers that echo one of `secrets` are kept without it."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        secrets: Iterable[str],
        *,
        rules: CollectRules,
        clock: Callable[[], datetime],
    ) -> None:
        self._session = session
        self._secrets = tuple(secret.encode() for secret in secrets)
        self._rules = rules
        self._clock = clock

    async def get(self, ask: Ask, request: Request, wire: Wire) -> Answer:
        """Return the answer as it came.

        Addresses carry keys, so aiohttp's own errors are never shown nor chained.

        Raises:
            FeedDown: no answer came.
            Skip: the address is none.
        """
        try:
            return await self._got(ask, request, wire)
        except TimeoutError:
            raise FeedDown(f"{wire.WHO} did not answer {ask.path} in time") from None
        except aiohttp.InvalidURL:
            raise Skip("BAD_URL", f"the address set for {wire.WHO} is not one") from None
        except aiohttp.ClientError as error:
            raise FeedDown(f"{wire.WHO} cannot be reached ({type(error).__name__})") from None

    async def _got(self, ask: Ask, request: Request, wire: Wire) -> Answer:
        url, params = URL(request.url), dict(request.params)
        for left in range(request.hops, -1, -1):
            sent_at = self._clock()
            async with self._session.get(
                url, params=params, headers=dict(request.headers), allow_redirects=False
            ) as response:
                further = _further(response) if left else None
                if further is None:
                    body, cut = await self._read(response)
                    break
                url, params = further, {}
        fetched_at = self._clock()
        payload = Payload(
            source=ask.source,
            ask=ask,
            fetched_at=fetched_at,
            status=response.status,
            headers=_kept(response.headers, wire.KEPT),
            body=body,
        )
        return Answer(payload=payload, cut=cut, skew=_skew(response, sent_at, fetched_at))

    async def _read(self, response: aiohttp.ClientResponse) -> tuple[bytes, bool]:
        """Read a body as far as it comes, and no further than the rules allow."""
        body, cut = bytearray(), False
        try:
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > self._rules.max_body:
                    cut = True
                    break
        except (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError):
            cut = True
        kept = bytes(body)
        for secret in self._secrets:
            kept = kept.replace(secret, b"***")
        return kept, cut


def _further(response: aiohttp.ClientResponse) -> URL | None:
    """Return where a redirect leads on the same host, never from https to http."""
    if response.status not in _MOVED:
        return None
    here, there = response.url, response.headers.get("Location", "")
    try:
        further = here.join(URL(there))
    except ValueError:
        return None
    same = further.host == here.host and further.explicit_port == here.explicit_port
    safe = further.scheme == here.scheme or (here.scheme, further.scheme) == ("http", "https")
    return further if there and same and safe else None


def _kept(headers: Mapping[str, str], begins: tuple[str, ...]) -> dict[str, str]:
    lower = {name.lower(): value for name, value in headers.items()}
    return {name: printable(value) for name, value in lower.items() if name.startswith(begins)}


def _skew(
    response: aiohttp.ClientResponse, sent_at: datetime, fetched_at: datetime
) -> float | None:
    """Return by how much the provider's second lies outside the time the call took.

    A copy out of a cache is dated by when it was made: its age is added.
    """
    try:
        dated = parsedate_to_datetime(response.headers["Date"]).timestamp()
        dated += max(0, int(response.headers.get("Age", "0")))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    ahead, behind = sent_at.timestamp() - (dated + 1), fetched_at.timestamp() - dated
    return ahead if ahead > 0 else min(behind, 0.0)
