"""Encoding WebSocket frames (RFC 6455)."""


def framed(text: bytes) -> bytes:
    """Return a text as one unmasked frame (RFC 6455, 5.2)."""
    length = len(text)
    if length < 126:
        return b"\x81" + bytes((length,)) + text
    if length < 65_536:
        return b"\x81\x7e" + length.to_bytes(2, "big") + text
    return b"\x81\x7f" + length.to_bytes(8, "big") + text
