"""One Bot API request: parameters in any of Telegram's encodings, read strictly."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from sandbox.telegram.refusal import Json, RefusalError, bad_request

UPLOAD_LIMIT: Final = 50 * 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    name: str
    data: bytes = field(repr=False)
    mime: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    method: str
    values: dict[str, str]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)

    def integer(self, name: str, default: int = 0) -> int:
        text = self.values.get(name, "")
        if not text:
            return default
        try:
            return int(text)
        except ValueError:
            raise bad_request(f'parameter "{name}" is not an integer') from None

    def flag(self, name: str) -> bool:
        return self.values.get(name, "").lower() in {"true", "yes", "1"}

    def json(self, name: str, kind: type, what: str) -> Any:
        """Return a JSON parameter of this type, None when it is absent."""
        text = self.values.get(name, "")
        if not text:
            return None
        try:
            found = json.loads(text)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None
        if not isinstance(found, kind):
            raise bad_request(f"object expected as {what}")
        return found

    def upload(self, name: str) -> Upload | str:
        """Return the file sent under this name, or the file_id given instead."""
        if name in self.uploads:
            return self.uploads[name]
        return self.attached(self.values.get(name, ""))

    def attached(self, reference: str) -> Upload | str:
        """Follow ``attach://name``; any other reference is a file_id or an address."""
        if not reference.startswith("attach://"):
            return reference
        name = reference.removeprefix("attach://")
        if name not in self.uploads:
            raise bad_request(f"can't find attached file: {name}")
        return self.uploads[name]


async def read_call(request: web.Request, method: str) -> Call:
    values: dict[str, str] = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "multipart/form-data":
        await _read_parts(request, values, uploads)
    elif request.content_type == "application/json":
        values |= {name: _as_text(value) for name, value in (await _body(request)).items()}
    else:
        values |= {name: str(value) for name, value in (await request.post()).items()}
    return Call(method=method, values=values, uploads=uploads)


async def _read_parts(
    request: web.Request,
    values: dict[str, str],
    uploads: dict[str, Upload],
) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise bad_request("can't parse multipart body")
        data = bytes(await part.read())
        if part.filename is None:
            values[part.name] = data.decode()
            continue
        if len(data) > UPLOAD_LIMIT:
            raise RefusalError(413, "Request Entity Too Large")
        mime = part.headers.get("Content-Type", "application/octet-stream")
        uploads[part.name] = Upload(name=part.filename, data=data, mime=mime)


async def _body(request: web.Request) -> Json:
    try:
        found = await request.json()
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(found, dict):
        raise bad_request("object expected")
    return found


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
