"""A stand-in for the service: it answers, alerts and reports.

Only the orchestrator's own tests use it: `python -m tests.contract.demo.stand_in` runs it,
with `report` it prints what it has sent, as `python -m jobs report --json -` does.
"""

import json
import os
import signal
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

LANGUAGES = {"inline_keyboard": [[{"text": "Français", "callback_data": "fr"}]]}


def home() -> Path:
    return Path(os.environ["MON_PS_DATA_DIR"])


def call(method: str, **fields: Any) -> Any:
    body = urllib.parse.urlencode(
        {k: v if isinstance(v, str) else json.dumps(v) for k, v in fields.items()}
    )
    api = f"{os.environ['MON_PS_TELEGRAM_URL']}/bot{os.environ['MON_PS_TELEGRAM_TOKEN']}"
    with urllib.request.urlopen(f"{api}/{method}", body.encode(), timeout=30) as answer:  # noqa: S310  # the emulator
        return json.load(answer)["result"]


def next_match() -> dict[str, Any]:
    key = os.environ["MON_PS_ODDS_API_KEYS"].split(",")[0]
    sport = os.environ["MON_PS_COMPETITIONS"].split(",")[0]
    url = f"{os.environ['MON_PS_ODDS_API_URL']}/v4/sports/{sport}/events?apiKey={key}"
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310  # the sandbox
        found: list[dict[str, Any]] = json.load(answer)
    return found[0]


def alert(chat_id: int) -> None:
    """Send one pick and keep its row: most of a service in five lines."""
    match = next_match()
    text = f"{match['home_team']} - {match['away_team']}: home at 2.10"
    sent = call("sendMessage", chat_id=chat_id, text=text)
    row = {"chat_id": chat_id, "message_id": sent["message_id"], "event": match["id"]}
    (home() / f"{chat_id}.json").write_text(json.dumps(row))


def serve() -> None:
    home().mkdir(exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    call("setMyCommands", commands=[{"command": "start", "description": "begin"}])
    offset = 0
    while True:
        for update in call("getUpdates", offset=offset, timeout=1):
            offset = update["update_id"] + 1
            if "callback_query" in update:
                call("answerCallbackQuery", callback_query_id=update["callback_query"]["id"])
                alert(update["callback_query"]["from"]["id"])
            elif update.get("message", {}).get("text") == "/start":
                call(
                    "sendMessage",
                    chat_id=update["message"]["chat"]["id"],
                    text="Langue ?",
                    reply_markup=LANGUAGES,
                )
            elif "message" in update:
                call("sendMessage", chat_id=update["message"]["chat"]["id"], text="an answer")


def report() -> dict[str, Any]:
    rows = [json.loads(path.read_text()) for path in sorted(home().glob("100*.json"))]
    picks = {row["event"]: a_pick(row["event"]) for row in rows}
    outbox = [
        {
            "chat_id": row["chat_id"],
            "message_id": row["message_id"],
            "pick_id": row["event"],
            "kind": "pick",
            "state": "sent",
            "attempts": 1,
            "reminder": False,
        }
        for row in rows
    ]
    counts = {"quotes_offered": 9, "quotes_stored": 7, "fixtures": 1, "errors": 0}
    return {"picks": list(picks.values()), "outbox": outbox, **counts}


def a_pick(event: str) -> dict[str, Any]:
    return {
        "id": event,
        "event_ids": {"odds_api": event},
        "selection": "home",
        "odds": 2.1,
        "edge": 0.02,
        "value_lost": False,
        "close_grade": "A",
        "clv": 0.01,
        "outcome": "lost",
        "profit": "-1",
    }


if __name__ == "__main__":
    if sys.argv[1:] == ["report", "--json", "-"]:
        sys.stdout.write(json.dumps(report()))
    elif os.environ.get("MON_PS_TEST_STAND_IN") == "broken":
        time.sleep(0.05)
        sys.exit("settings: nothing works")
    else:
        serve()
