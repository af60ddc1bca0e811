"""Files sent by the bot: kept in memory, photos recognised by their first bytes."""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from sandbox.telegram.call import Upload
from sandbox.telegram.refusal import Json, bad_request

PHOTO_LIMIT: Final = 10 * 2**20
_DIMENSIONS: Final = 10_000
_RATIO: Final = 20
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # ITU T.81, table B.1


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFile:
    file_id: str
    path: str
    name: str
    mime: str
    data: bytes = field(repr=False)
    size: tuple[int, int] | None = None

    @property
    def unique_id(self) -> str:
        return "U" + hashlib.sha256(self.data).hexdigest()[:15]

    def photo(self) -> list[Json]:
        width, height = self.size or (0, 0)
        return [self._base() | {"width": width, "height": height}]

    def document(self) -> Json:
        return self._base() | {"file_name": self.name, "mime_type": self.mime}

    def file(self) -> Json:
        return self._base() | {"file_path": self.path}

    def _base(self) -> Json:
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.data),
        }


class FileStore:
    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def photo(self, given: Upload | str) -> StoredFile:
        if isinstance(given, str):
            return self._known(given, photo=True)
        if len(given.data) > PHOTO_LIMIT:
            raise bad_request(
                f"file of size {len(given.data)} bytes is too big for a photo; "
                f"the maximum size is {PHOTO_LIMIT} bytes",
            )
        size = image_size(given.data)
        if size is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if sum(size) > _DIMENSIONS or max(size) > _RATIO * min(size):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return self._keep(given, size)

    def document(self, given: Upload | str) -> StoredFile:
        return self._known(given, photo=False) if isinstance(given, str) else self._keep(given)

    def find(self, file_id: str) -> StoredFile:
        if file_id not in self._by_id:
            raise bad_request("invalid file_id")
        return self._by_id[file_id]

    def at(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)

    def _known(self, file_id: str, *, photo: bool) -> StoredFile:
        kind = "photo" if photo else "document"
        if not file_id:
            raise bad_request(f"there is no {kind} in the request")
        if "://" in file_id:
            raise bad_request("failed to get HTTP URL content")
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request(
                "wrong remote file identifier specified: Wrong string length",
            )
        if photo != (stored.size is not None):
            raise bad_request("type of file mismatch")
        return stored

    def _keep(self, given: Upload, size: tuple[int, int] | None = None) -> StoredFile:
        if not given.data:
            raise bad_request("file must be non-empty")
        number = len(self._by_id)
        folder = "photos" if size else "documents"
        suffix = given.name.rpartition(".")[2].lower() if "." in given.name else "bin"
        stored = StoredFile(
            file_id=f"AgACAgQ{folder[:1].upper()}{number:08d}",
            path=f"{folder}/file_{number}.{suffix}",
            name=given.name,
            mime=_image_type(given.data) if size else given.mime,
            data=given.data,
            size=size,
        )
        self._by_id[stored.file_id] = self._by_path[stored.path] = stored
        return stored


def image_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG or JPEG, None for anything else."""
    if data.startswith(_PNG) and data[12:16] == b"IHDR":
        return _positive(int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))
    return _jpeg_size(data) if data.startswith(_JPEG) else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:  # noqa: PLR2004  # a marker
        if data[at + 1] in _FRAMES:
            height, width = data[at + 5 : at + 7], data[at + 7 : at + 9]
            return _positive(int.from_bytes(width), int.from_bytes(height))
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return None


def _positive(width: int, height: int) -> tuple[int, int] | None:
    return (width, height) if width > 0 and height > 0 else None


def _image_type(data: bytes) -> str:
    return "image/png" if data.startswith(_PNG) else "image/jpeg"
