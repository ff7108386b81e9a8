"""Uploads of files ahead of a report, and downloads of a report's files.

Files are sent to a URL of their own, as plain bodies, not in a multipart GraphQL request: a phone
uploads each file while the user still types, and retries one file alone if the network fails; the
server streams each to disk without a parser; the report itself stays one small request. The body
must be `application/octet-stream`, which other sites cannot send without CORS permission, and
there are no cookies: so cross-site request forgery is not possible.
"""

import logging
from uuid import UUID

import anyio.to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response

from core.domain import Domain
from core.media import uploads
from core.media.models import Media
from core.problems import MediaRefused
from schema.base.context import MediaLinks
from schema.base.responses import JSONResponse, json_error

logger = logging.getLogger("citizencop.media")

BODY_TYPE = "application/octet-stream"
TRY_LATER = "TRY_LATER"
RETRY_SECONDS = 60
_STATUS = {"TOO_LARGE": 413, "UNSUPPORTED_TYPE": 415, TRY_LATER: 503}


class MediaEndpoint:
    """`POST /media` and `GET /media/{id}`."""

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self._links = MediaLinks(domain.key)

    async def receive(self, request: Request) -> Response:
        """Clean and store the body; respond with the token that `submitReport` takes."""
        if request.headers.get("content-type", "").partition(";")[0].strip() != BODY_TYPE:
            return json_error(
                415, "UNSUPPORTED_TYPE", f"Send the file as the body, as {BODY_TYPE}."
            )
        try:
            prepared = await uploads.receive(
                self._domain.media, self._domain.clock(), request.stream()
            )
        except MediaRefused as problem:
            return _refusal(problem)
        except ClientDisconnect:
            return Response(status_code=400)
        media = prepared.media
        return JSONResponse(
            {
                "token": prepared.token,
                "kind": media.kind,
                "mediaType": media.media_type,
                "byteLength": media.byte_length,
                "width": media.width,
                "height": media.height,
                "seconds": media.seconds,
                "expiresAt": prepared.expires_at.isoformat(),
            },
            status_code=201,
        )

    async def send(self, request: Request) -> Response:
        """Return the file of a signed link."""
        media_id = request.path_params["id"]
        query = request.query_params
        if not self._links.is_good(media_id, query.get("expires", ""), query.get("seal", "")):
            return json_error(
                403,
                "FORBIDDEN",
                "This link has expired. Request a new one from the API (`Media.url`).",
            )
        media = await Media.get_or_none(id=UUID(media_id))
        if media is None:
            return _gone()
        file = self._domain.media.path(media.sha256)
        try:
            found = await anyio.to_thread.run_sync(file.stat)
        except FileNotFoundError:
            logger.error("%s is missing: restore it, or its report shows no file", file)
            return _gone()
        return FileResponse(
            file,
            stat_result=found,
            media_type=media.media_type,
            headers={
                "Cache-Control": "private, max-age=3600, immutable",
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "X-Content-Type-Options": "nosniff",
            },
        )


def _gone() -> Response:
    return json_error(404, "NOT_FOUND", "The file is no longer here.")


def _refusal(problem: MediaRefused) -> Response:
    response = json_error(
        _STATUS.get(problem.rule, 422),
        problem.rule,
        problem.message,
        typename="MediaRefusedProblem",
    )
    if problem.rule == TRY_LATER:
        response.headers["Retry-After"] = f"{RETRY_SECONDS}"
    return response
