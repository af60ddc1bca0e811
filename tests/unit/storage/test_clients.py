"""What PostgreSQL's programs are told: the whole address by their environment, nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.domain.errors import BackupRefused
from storage.clients import Clients, environment_of
from storage.dsn import read_dsn

TOLD = {
    "postgresql://me:p%2Fw%40d@db.example:5433/mon%20ps?sslmode=require": {
        "PGHOST": "db.example",
        "PGPORT": "5433",
        "PGUSER": "me",
        "PGPASSWORD": "p/w@d",
        "PGDATABASE": "mon ps",
        "PGSSLMODE": "require",
    },
    "postgresql://a,b:6000,[::1]:7000/x": {
        "PGHOST": "a,b,::1",
        "PGPORT": "5432,6000,7000",
        "PGDATABASE": "x",
    },
    "postgres:///x?host=/run/postgresql&user=me&password=s3": {
        "PGHOST": "/run/postgresql",
        "PGUSER": "me",
        "PGPASSWORD": "s3",
        "PGDATABASE": "x",
    },
}


@pytest.mark.parametrize("url", TOLD)
def test_every_part_of_an_address_reaches_the_environment(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MON_PS_TELEGRAM_TOKEN", "canary")
    monkeypatch.setenv("PGSERVICE", "elsewhere")
    found = environment_of(read_dsn(url))
    assert {name: found[name] for name in TOLD[url]} == TOLD[url]
    assert not {"MON_PS_TELEGRAM_TOKEN", "PGSERVICE"} & found.keys()


def test_without_a_password_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    assert "PGPASSWORD" not in environment_of(read_dsn("postgresql://me@h/x"))


def test_programs_older_than_the_server_are_refused_in_one_line() -> None:
    clients = Clients(folder=Path("/opt/pg/bin"), major=17)
    clients.check(17)
    clients.check(15)
    with pytest.raises(BackupRefused, match=r"PostgreSQL 18, and the programs in /opt/pg/bin are"):
        clients.check(18)
