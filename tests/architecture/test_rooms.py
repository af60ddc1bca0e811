import importlib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.tree import ROOMS, ROOT


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_the_one_of_this_checkout(room: str) -> None:
    file = importlib.import_module(room).__file__
    assert file is not None, f"{room} is a namespace package: any other would win over it"
    assert Path(file).is_relative_to(ROOT)


def test_no_installed_package_takes_the_name_of_a_room() -> None:
    assert not set(ROOMS) & set(packages_distributions())


def test_every_package_has_an_init_file() -> None:
    folders = {path.parent for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    bare = {
        str(folder.relative_to(ROOT))
        for folder in folders
        if not (folder / "__init__.py").exists()
    }
    assert not bare
