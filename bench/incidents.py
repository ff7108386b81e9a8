"""Generate fictitious incidents in Indian cities from a seed."""

import io
import random
from collections.abc import Mapping, Sequence
from math import cos, radians
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw

METRES_PER_DEGREE = 111_195
SPREAD_METRES = 5_000

WORDS: Mapping[str, Sequence[str]] = {
    "traffic.signal-jumping": ("A white car jumped the red light.", "स्कूटर ने लाल बत्ती तोड़ी।"),
    "traffic.no-helmet": ("Three on one motorcycle, none with a helmet.",),
    "traffic.wrong-parking": ("A truck blocks the lane in front of the hospital.",),
    "traffic.dangerous-driving": ("A bus races against another on the flyover.",),
    "tobacco.sale-to-minors": ("The kiosk beside the school sells gutkha to children.",),
    "tobacco.smoking-in-public": ("People smoke inside the bus stand.",),
    "missing-child": ("A girl of about six stands alone at the market gate and cries.",),
    "harassment": ("Two men on a black motorcycle follow girls to the tuition centre.",),
    "crime.theft": ("My phone was taken in the crowd.", "बाज़ार में मेरा पर्स चोरी हो गया।"),
    "crime.gambling": ("Cards for money behind the petrol pump, every evening.",),
    "crime.illegal-liquor": ("Liquor is sold from a house near the temple.",),
    "crime.drugs": ("Tablets are sold to students near the college.",),
    "crime.cyber": ("A caller said he was from my bank and asked for the OTP.",),
    "nuisance.noise": ("Loudspeakers after midnight, again.",),
    "municipal": ("The street light has been out for a week.", "नाली जाम है, पानी सड़क पर है।"),
}


class Incidents:
    """Generates incidents; the same seed gives the same ones, except idempotency keys."""

    def __init__(self, city: Mapping[str, Any], seed: int) -> None:
        self._chance = random.Random(seed)
        self._centre = city["position"]
        self._categories = [
            category for category in city["reportCategories"] if category["code"] in WORDS
        ]

    def key(self) -> str:
        """Return a new idempotency key."""
        return str(UUID(int=random.SystemRandom().getrandbits(128), version=4))

    def position(self) -> dict[str, float]:
        """Return a random position in the city, usually near its centre."""
        north, east = (self._chance.gauss(0, SPREAD_METRES / 2) for _ in range(2))
        latitude = self._centre["latitude"] + north / METRES_PER_DEGREE
        shrunk = METRES_PER_DEGREE * cos(radians(latitude))
        return {
            "latitude": round(latitude, 6),
            "longitude": round(self._centre["longitude"] + east / shrunk, 6),
        }

    def report(self) -> dict[str, Any]:
        """Return a random `SubmitReportInput` without media."""
        category = self._chance.choice(self._categories)
        return {
            "category": category["code"],
            "position": self.position() | {"accuracy": float(self._chance.randint(4, 40))},
            "description": self._chance.choice(WORDS[category["code"]]),
            "answers": [
                {"question": question["code"], "values": [self._answer(question)]}
                for question in category["questions"]
                if question["required"]
            ],
            "idempotencyKey": self.key(),
        }

    def _answer(self, question: Mapping[str, Any]) -> str:
        if question["options"]:
            return self._chance.choice(question["options"])["code"]
        return f"CG04{self._chance.choice('ABCDE')}{self._chance.choice('FGHJK')}" + str(
            self._chance.randint(1000, 9999)
        )

    def photo(self) -> bytes:
        """Return a drawing of a street as JPEG."""
        sky = self._chance.choice(("skyblue", "midnightblue", "lightsalmon", "lightgrey"))
        image = Image.new("RGB", (640, 480), sky)
        draw = ImageDraw.Draw(image)
        for left in range(0, 640, 80):
            top = self._chance.randint(120, 280)
            shade = self._chance.choice(("peru", "tan", "rosybrown", "slategray"))
            draw.rectangle((left, top, left + 70, 340), fill=shade)
        draw.rectangle((0, 340, 640, 480), fill="dimgray")
        for left in range(20, 640, 120):
            draw.rectangle((left, 405, left + 60, 413), fill="white")
        at = self._chance.randint(40, 480)
        paint = self._chance.choice(("white", "red", "navy", "black"))
        draw.rounded_rectangle((at, 350, at + 130, 395), 12, fill=paint)
        for wheel in (at + 15, at + 85):
            draw.ellipse((wheel, 380, wheel + 30, 410), fill="black")
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=80)
        return buffer.getvalue()

    def happens(self, share: float) -> bool:
        """Return `True` with a probability of `share`."""
        return self._chance.random() < share

    def one_of(self, things: Sequence[Any]) -> Any:
        """Return a random item."""
        return self._chance.choice(things)
