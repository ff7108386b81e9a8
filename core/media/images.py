"""Images: decoded, turned upright, brought to sRGB, and encoded anew from their pixels alone."""

import io
import warnings
from pathlib import Path
from typing import Any, Final

import pillow_heif
from PIL import ExifTags, Image, ImageCms

from core.media import refusals
from core.media.kinds import MAX_PIXELS, MediaKind

MAX_SIDE: Final = 4096
"""Pixels of the longer side of a stored image."""
JPEG_QUALITY: Final = 85

# Of 16 bits per channel the upper 8 are the ones that are seen.
_SIXTEEN_TO_EIGHT: Final = 1 / 256
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Functions without types.
_pillow_heif: Any = pillow_heif
_cms: Any = ImageCms
_pillow_heif.register_heif_opener(thumbnails=False)


def copy_pixels(source: Path, target: Path, reader: str) -> tuple[int, int]:
    """Write what is seen of `source` to `target` as JPEG; return its width and height in pixels.

    `reader` is the one Pillow format to try. Raises `MediaRefused` for too many pixels, and
    whatever Pillow raises for a file that does not decode.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(source, formats=(reader,)) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise refusals.too_many_pixels(MediaKind.IMAGE)
                pixels = _seen(image)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise refusals.too_many_pixels(MediaKind.IMAGE) from None
    pixels.save(target, "JPEG", quality=JPEG_QUALITY)
    return pixels.size


def _seen(image: Image.Image) -> Image.Image:
    """Return the pixels as a viewer shows them, and nothing else of the image."""
    # Has a JPEG decoder leave out what is scaled away anyhow; other formats take no notice.
    image.draft("RGB", (MAX_SIDE, MAX_SIDE))
    image.load()
    # Only now: some formats keep the orientation behind the pixels, TIFF and HEIF apply it.
    turn = _UPRIGHT.get(_orientation(image))
    profile = image.info.get("icc_profile")
    seen = _flat(image)
    # Scaled before it is turned and converted: each of these holds the image a second time.
    seen.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    seen = _in_srgb(seen, profile if isinstance(profile, bytes) else None)
    if turn is not None:
        seen = seen.transpose(turn)
    bare = Image.new("RGB", seen.size)
    bare.paste(seen)
    return bare


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        # Cameras and editors write odd EXIF; the picture is good all the same.
        return 1


def _flat(image: Image.Image) -> Image.Image:
    """Return the image in 8 bits per channel, with white where it is transparent."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(_upper_half).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        flat = Image.new("RGB", image.size, "white")
        flat.paste(image, mask=image.getchannel("A"))
        return flat
    return image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")


def _upper_half(value: Any) -> Any:
    return value * _SIXTEEN_TO_EIGHT


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Apply the colour profile, which is then no longer needed."""
    if profile:
        try:
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                _cms.createProfile("sRGB"),
                outputMode="RGB",
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            # A profile that does not read, or is one for another kind of image.
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")
