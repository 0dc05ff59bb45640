"""A small store that speaks S3: enough of it for photos. It keeps what it is given in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.world import Server

XMLNS = "http://s3.amazonaws.com/doc/2006-03-01/"
SCOPE = "AWS4-HMAC-SHA256 Credential=tester/"


@dataclass
class Bucket:
    """`refuses`: as one does whose key has been taken away."""

    base: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    refuses: bool = False

    async def answer(self, request: Request) -> Response:
        if self.refuses or not request.headers["authorization"].startswith(SCOPE):
            return Response("<Error><Code>AccessDenied</Code></Error>", 403)
        if "list-type" in request.query_params:
            return self._list(request.query_params.get("prefix", ""))
        if "delete" in request.query_params:
            return self._delete(await request.body())
        return await self._object(request, request.path_params["key"])

    async def _object(self, request: Request, key: str) -> Response:
        if request.method == "PUT":
            self.objects[key] = await request.body()
            return Response(headers={"etag": '"1"'})
        if key not in self.objects:
            return Response("<Error><Code>NoSuchKey</Code></Error>", 404)
        modified = "Tue, 10 Mar 2026 02:00:00 GMT"
        return Response(self.objects[key], headers={"etag": '"1"', "last-modified": modified})

    def _list(self, prefix: str) -> Response:
        rows = "".join(
            f"<Contents><Key>{key}</Key><Size>{len(data)}</Size><ETag>1</ETag>"
            "<LastModified>2026-03-10T02:00:00.000Z</LastModified></Contents>"
            for key, data in sorted(self.objects.items())
            if key.startswith(prefix)
        )
        return Response(
            f'<ListBucketResult xmlns="{XMLNS}"><IsTruncated>false</IsTruncated>{rows}'
            "</ListBucketResult>"
        )

    def _delete(self, body: bytes) -> Response:
        elements = ET.fromstring(body).iter()
        keys = [one.text or "" for one in elements if one.tag.endswith("Key")]
        for key in keys:
            self.objects.pop(key, None)
        rows = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        return Response(f'<DeleteResult xmlns="{XMLNS}">{rows}</DeleteResult>')


@asynccontextmanager
async def serving_bucket() -> AsyncIterator[Bucket]:
    bucket = Bucket()
    methods = ["GET", "PUT", "POST"]
    app = Starlette(routes=[Route("/bucket/{key:path}", bucket.answer, methods=methods)])
    app.add_route("/bucket", bucket.answer, methods=methods)
    async with Server(uvicorn.Config(app, lifespan="off", log_config=None)).running() as port:
        bucket.base = f"http://127.0.0.1:{port}"
        yield bucket
