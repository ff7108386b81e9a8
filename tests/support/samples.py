"""Files of the tests' own, made when they are needed."""

import io

from PIL import Image


def jpeg(width: int = 40, height: int = 20, **more: object) -> bytes:
    """A picture: red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **more)
    return buffer.getvalue()
