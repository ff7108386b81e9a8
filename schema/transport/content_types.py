"""Content negotiation of GraphQL over HTTP: the `Accept` and `Content-Type` headers."""

from typing import Final

JSON: Final = b"application/json; charset=utf-8"
RESPONSE_JSON: Final = b"application/graphql-response+json; charset=utf-8"
EVENT_STREAM: Final = b"text/event-stream; charset=utf-8"
_BY_RANGE: Final = {
    "application/graphql-response+json": RESPONSE_JSON,
    "application/json": JSON,
    "text/event-stream": EVENT_STREAM,
    "application/*": JSON,
    "*/*": JSON,
}
_FREQUENT: Final[dict[bytes | None, bytes]] = {
    None: JSON,
    b"*/*": JSON,
    b"application/json": JSON,
    b"application/graphql-response+json": RESPONSE_JSON,
    b"text/event-stream": EVENT_STREAM,
}


def answer_type(accept: bytes | None) -> bytes | None:
    """Return the media type of the answer; `None` if the client accepts none of the server's."""
    frequent = _FREQUENT.get(accept)
    if frequent is not None or accept is None:
        return frequent
    ranges = [_range(each) for each in accept.decode("latin-1").lower().split(",")]
    for _, media_range in sorted(ranges, key=lambda each: -each[0]):
        if media_range in _BY_RANGE:
            return _BY_RANGE[media_range]
    return None


def _range(text: str) -> tuple[float, str]:
    name, *parameters = (part.strip() for part in text.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                quality = 0.0
    return quality, name if quality > 0 else ""


def is_json(content_type: bytes | None) -> bool:
    """Return whether a content type is JSON in UTF-8."""
    name, *parameters = (part.strip() for part in (content_type or b"").lower().split(b";"))
    charsets = [each for each in parameters if each.startswith(b"charset=")]
    known = all(each.strip(b'"').split(b"=")[1].strip(b'"') == b"utf-8" for each in charsets)
    return name == b"application/json" and known
