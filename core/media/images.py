"""Images: decode, rotate upright, convert to sRGB, and encode only the pixels."""

import io
import warnings
from pathlib import Path
from typing import Any, Final

import pillow_heif
from PIL import ExifTags, Image, ImageCms

from core.media import refusals
from core.media.kinds import MAX_PIXELS, MediaKind

MAX_SIDE: Final = 4096
"""Maximum pixels of the longer side of a stored image."""
JPEG_QUALITY: Final = 85

# The upper 8 bits of 16 bits per channel.
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
    """Write the pixels of `source` to `target` as JPEG; return its width and height in pixels.

    `reader` is the only Pillow format to try. Raises `MediaRefused` if there are too many pixels,
    and any exception of Pillow if the file cannot be decoded.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(source, formats=(reader,)) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise refusals.too_many_pixels(MediaKind.IMAGE)
                pixels = _upright(image)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise refusals.too_many_pixels(MediaKind.IMAGE) from None
    pixels.save(target, "JPEG", quality=JPEG_QUALITY)
    return pixels.size


def _upright(image: Image.Image) -> Image.Image:
    """Return a new image with only the pixels, as a viewer would show them."""
    # Lets the JPEG decoder scale down while decoding; other formats ignore it.
    image.draft("RGB", (MAX_SIDE, MAX_SIDE))
    image.load()
    # After `load`: some formats store the orientation after the pixels; TIFF and HEIF apply it.
    turn = _UPRIGHT.get(_orientation(image))
    profile = image.info.get("icc_profile")
    pixels = _flat(image)
    # Scale first, because rotating and converting each need a copy of the image.
    pixels.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    pixels = _in_srgb(pixels, profile if isinstance(profile, bytes) else None)
    if turn is not None:
        pixels = pixels.transpose(turn)
    bare = Image.new("RGB", pixels.size)
    bare.paste(pixels)
    return bare


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        # Some cameras and editors write invalid EXIF data.
        return 1


def _flat(image: Image.Image) -> Image.Image:
    """Return the image with 8 bits per channel, and white instead of transparency."""
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
    """Convert the image to sRGB by its colour profile, if it has a valid one."""
    if profile:
        try:
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                _cms.createProfile("sRGB"),
                outputMode="RGB",
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            # The profile is invalid, or for another kind of image.
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")
