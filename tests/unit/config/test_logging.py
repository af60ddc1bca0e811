"""A secret thrown at the log by every road; not one copy may arrive."""

import asyncio
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Literal
from urllib.parse import quote

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from config.logging import configure_logging
from config.redaction import MASK, Redactor

TOKEN = "7712345678:AAHcanaryCANARY_canary-CANARYcanary1"
API_KEY = "c4n4ryc4n4ryc4n4ryc4n4ryc4n4ry01"
FOOTBALL_KEY = "f00tcanaryf00tcanary"
DSN_PASSWORD = 'can"ary pass/wörd'
CANARIES = (TOKEN, API_KEY, FOOTBALL_KEY, DSN_PASSWORD)


@contextmanager
def logging_to(log_format: Literal["json", "console"]) -> Iterator[StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    written = StringIO()
    configure_logging("INFO", log_format, CANARIES, stream=written)
    try:
        yield written
    finally:
        root.handlers[:], root.level = before
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()


@pytest.fixture(params=["json", "console"])
def log(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    with logging_to(request.param) as written:
        yield written


class CanaryError(Exception):
    """Carries secrets in its text, its cause and its notes."""


def refuse(url: str) -> None:
    raise ConnectionError(url)


def raise_nested() -> None:
    try:
        refuse(f"GET https://api.example/bot{TOKEN}/sendMessage")
    except ConnectionError as inner:
        fault = CanaryError(f"GET https://odds.example/v4/sports?apiKey={API_KEY}&regions=eu")
        fault.add_note(f"headers were {{'x-apisports-key': '{FOOTBALL_KEY}'}}")
        raise fault from inner


def by_message() -> None:
    logging.getLogger("a").error(f"token {TOKEN} key {API_KEY}")  # noqa: G004 - on purpose


def by_arguments() -> None:
    logging.getLogger("a").error("%s %r", TOKEN, {"x-apisports-key": FOOTBALL_KEY})


def by_exception() -> None:
    try:
        raise_nested()
    except CanaryError:
        logging.getLogger("a").exception("failed")


def by_structlog_exception() -> None:
    try:
        raise_nested()
    except CanaryError:
        structlog.get_logger("a").exception("failed", url=f"postgresql://u:{DSN_PASSWORD}@h/db")


def by_structlog_fields() -> None:
    nested = {"headers": {"x-apisports-key": FOOTBALL_KEY, "dsn": [DSN_PASSWORD]}}
    structlog.get_logger("a").warning("sent", nested=nested, token=TOKEN, api_key=API_KEY)


def by_bound_context() -> None:
    with structlog.contextvars.bound_contextvars(token=TOKEN):
        structlog.get_logger("a").error("bound")


def by_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"slow answer from /bot{TOKEN}/getUpdates", stacklevel=1)


def by_asyncio_handler() -> None:
    loop = asyncio.new_event_loop()
    try:
        loop.call_exception_handler({"message": f"lost {TOKEN}", "exception": OSError(API_KEY)})
    finally:
        loop.close()


def by_uncaught_exception() -> None:
    try:
        raise_nested()
    except CanaryError as fault:
        sys.excepthook(type(fault), fault, fault.__traceback__)


def by_thread() -> None:
    thread = threading.Thread(target=raise_nested)
    thread.start()
    thread.join()


@pytest.mark.parametrize(
    "road",
    [
        by_message,
        by_arguments,
        by_exception,
        by_structlog_exception,
        by_structlog_fields,
        by_bound_context,
        by_warning,
        by_asyncio_handler,
        by_uncaught_exception,
        by_thread,
    ],
)
def test_no_secret_reaches_the_log(road: Callable[[], None], log: StringIO) -> None:
    road()
    written = log.getvalue()
    assert "••••" in written
    for canary in CANARIES:
        assert canary not in written
        assert json.dumps(canary)[1:-1] not in written


def test_a_line_that_cannot_be_rendered_does_not_print_its_arguments(
    log: StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = logging.getLogger().handlers[0]
    ours.handle(logging.LogRecord("a", logging.ERROR, __file__, 1, "%d", (TOKEN,), None))
    told = log.getvalue() + capsys.readouterr().err
    assert "log line lost (TypeError)" in told
    assert TOKEN not in told


@pytest.mark.parametrize("name", ["httpx", "httpcore", "aiohttp.access"])
def test_the_loggers_that_print_addresses_are_quiet(name: str, log: StringIO) -> None:
    logging.getLogger(name).info("HTTP Request: POST https://api.example/…")
    assert log.getvalue() == ""
    logging.getLogger(name).warning("trouble")
    assert "trouble" in log.getvalue()


def test_masking_leaves_json_lines_readable() -> None:
    with logging_to("json") as written:
        by_structlog_fields()
        by_structlog_exception()
        by_asyncio_handler()
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["level"] for line in lines] == ["warning", "error", "error"]
    assert lines[0]["token"] == "••••"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"https://api.example/bot{TOKEN}/getMe", TOKEN),
        (f"bot{TOKEN.replace(':', '%3A')}", TOKEN[11:]),
        ("…/odds?apiKey=abc123&regions=eu", "abc123"),
        ("{'x-apisports-key': 'abc123'}", "abc123"),
        ("(b'X-ApiSports-Key', b'abc123')", "abc123"),
        ("postgresql://me:abc123@db.example:5432/mon_ps", "abc123"),
        ("postgres://me:ab@c123@db/mon_ps", "c123"),
        ("connect(host=db, password='abc123')", "abc123"),
        ("Authorization: Bearer abc123", "abc123"),
    ],
)
def test_shapes_of_secrets_are_masked_without_being_registered(text: str, secret: str) -> None:
    masked = Redactor()(text)
    assert secret not in masked
    assert "••••" in masked


@pytest.mark.parametrize(
    "text",
    [
        "odds 2.10 → 2.05 at 18:45:30",
        "run 12345:settle done",
        "https://api.example:8080/v4/sports",
    ],
)
def test_plain_texts_are_left_alone(text: str) -> None:
    assert Redactor()(text) == text


@given(st.text(min_size=4).filter(lambda text: len(text.strip()) >= 4 and "•" not in text))
def test_a_registered_secret_is_masked_however_it_is_quoted(secret: str) -> None:
    masked = Redactor([secret])
    quoted = quote(secret.strip(), safe="")
    for text in (f"<{secret}>", f"?k={quoted}", json.dumps({"k": secret}), repr([secret])):
        assert MASK in masked(text)
        assert secret.strip() not in masked(text)


def test_a_very_short_secret_does_not_mask_ordinary_words() -> None:
    assert Redactor(["at"])("a cat at home") == "a cat at home"
