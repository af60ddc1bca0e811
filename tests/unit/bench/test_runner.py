import json
from pathlib import Path

import pytest

import bench
from bench.__main__ import main, names


@pytest.fixture
def two_benches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("planted_fast", "planted_slow"):
        body = f"def measure():\n    return {{'ratio of {name}': 12.5}}\n"
        (tmp_path / f"{name}.py").write_text(body)
    (tmp_path / "_inner.py").write_text("")
    monkeypatch.setattr(bench, "__path__", [str(tmp_path)])
    return tmp_path


@pytest.mark.usefixtures("two_benches")
def test_the_runner_knows_the_benches_that_exist() -> None:
    assert names() == ["planted_fast", "planted_slow"]


def test_one_bench_runs_alone_and_writes_its_figures(
    two_benches: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = two_benches / "out.json"
    assert main(["planted_fast", "--json", str(out)]) == 0
    assert json.loads(out.read_text()) == {"planted_fast": {"ratio of planted_fast": 12.5}}
    assert "planted_slow" not in capsys.readouterr().out


@pytest.mark.usefixtures("two_benches")
def test_figures_without_a_file_are_the_whole_standard_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["planted_slow", "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out) == {"planted_slow": {"ratio of planted_slow": 12.5}}
    assert "ratio of planted_slow" in told.err


@pytest.mark.usefixtures("two_benches")
def test_no_name_runs_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    told = capsys.readouterr().out
    assert "planted_fast" in told
    assert "planted_slow" in told


@pytest.mark.usefixtures("two_benches")
def test_an_unknown_name_is_answered_with_the_known_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["planted_fats"])
    assert stopped.value.code == 2
    assert "planted_fast, planted_slow" in capsys.readouterr().err


@pytest.mark.usefixtures("two_benches")
@pytest.mark.parametrize("args", [["planted_fats"], ["--nonsense"], ["planted_fast", "more"]])
def test_a_wrong_command_line_is_told_in_one_line(
    args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(args)
    assert stopped.value.code == 2
    told = capsys.readouterr()
    assert told.err.startswith("mon_ps: ")
    assert told.err.endswith("; see python -m bench --help\n")
    assert told.err.count("\n") == 1
    assert not told.out


def test_figures_that_cannot_be_written_end_with_one_line(
    two_benches: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["planted_fast", "--json", str(two_benches / "nowhere" / "out.json")])
    assert stopped.value.code == 2
    told = capsys.readouterr()
    assert "ratio of planted_fast" in told.out
    assert told.err.startswith("mon_ps: --json: cannot write")
    assert told.err.count("\n") == 1
