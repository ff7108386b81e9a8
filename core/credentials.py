"""Credentials: receipts, alert secrets, share links and officers' tokens.

A credential has 110 random bits in 22 characters of an alphabet without look-alikes, and two check
characters, written in six groups of four. The check characters are a Reed-Solomon code over GF(32):
one or two wrong characters, or two that are swapped, are detected without a database query. Only a
hash is stored. Its first part, `selector`, finds the row; the second, `verifier`, is compared in
constant time.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from core.problems import InvalidCredential

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
DATA_LETTERS = 22
BITS = DATA_LETTERS * 5
GROUP = 4

_VALUE = {letter: value for value, letter in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_GENERATOR_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)


class Purpose(StrEnum):
    """The use of a credential; a hash for one purpose never matches another."""

    RECEIPT = "receipt"
    ALERT_SECRET = "alert-secret"  # noqa: S105 - a purpose, not a secret
    SHARE_LINK = "watch-link"
    OFFICER_SIGN_IN = "officer-token"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True)
class CredentialHash:
    """The stored hash of a credential: 24 and 64 hexadecimal digits."""

    selector: str
    verifier: str

    def matches(self, verifier: str) -> bool:
        """Compare with a stored verifier in constant time."""
        return hmac.compare_digest(self.verifier, verifier)


def new_credential() -> str:
    """Return a new random credential."""
    return _write(secrets.randbits(BITS))


def derive_credential(key: bytes, purpose: Purpose, idempotency_key: str) -> str:
    """Derive a credential from an idempotency key, so that a retry gets the same one.

    It cannot be computed from the idempotency key without the server's `key`.
    """
    digest = hmac.digest(key, f"{purpose}\0{idempotency_key}".encode(), "sha256")
    return _write(int.from_bytes(digest) >> (256 - BITS))


def hash_credential(
    text: str, purpose: Purpose, field: tuple[str | int, ...] = ()
) -> CredentialHash:
    """Return the hash of a credential as typed by a person.

    Ignores case, spaces and hyphens, and reads O, I and L as 0, 1 and 1. Raises `InvalidCredential`
    if characters are wrong, missing or added.
    """
    letters = [letter for letter in text.upper() if letter not in " -"]
    values = [_VALUE[letter] for letter in letters if letter in _VALUE]
    if len(values) != len(letters) or len(values) != DATA_LETTERS + 2 or any(_syndromes(values)):
        raise InvalidCredential(
            "A character is wrong or missing (six groups of four). Check it and try again.",
            field,
        )
    normal = "".join(ALPHABET[value] for value in values)
    digest = hashlib.sha512(f"citizencop {purpose} {normal}".encode()).hexdigest()
    return CredentialHash(selector=digest[:24], verifier=digest[64:])


def closed_selector(own_id: UUID) -> str:
    """Return a selector that no credential has, unique to a row whose access has ended.

    Credentials' selectors are hexadecimal, so none contains `~`.
    """
    return f"~{own_id.hex[:23]}"


def _write(number: int) -> str:
    data = [number >> (5 * place) & 31 for place in reversed(range(DATA_LETTERS))]
    text = "".join(ALPHABET[value] for value in data + _check_letters(data))
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def _exponentials() -> list[int]:
    powers = [1]
    for _ in range(30):
        doubled = powers[-1] << 1
        powers.append(doubled ^ _GENERATOR_POLYNOMIAL if doubled & 32 else doubled)
    return powers


_EXP = _exponentials()
_LOG = {value: power for power, value in enumerate(_EXP)}


def _multiply(one: int, other: int) -> int:
    return _EXP[(_LOG[one] + _LOG[other]) % 31] if one and other else 0


def _syndromes(values: list[int]) -> tuple[int, int]:
    """Evaluate a word at the generator's roots, 1 and 2; both values are zero for a code word."""
    at_one = at_two = 0
    for value in values:
        at_one ^= value
        at_two = _multiply(at_two, 2) ^ value
    return at_one, at_two


def _check_letters(data: list[int]) -> list[int]:
    """Solve for the check characters: c1 + c2 = s1 and 2*c1 + c2 = s2, so 3*c1 = s1 + s2."""
    at_one, at_two = _syndromes([*data, 0, 0])
    inverse_of_three = _EXP[(31 - _LOG[3]) % 31]
    first = _multiply(at_one ^ at_two, inverse_of_three)
    return [first, at_one ^ first]
