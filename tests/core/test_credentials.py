"""Receipts and the like: unguessable, and hard to get wrong by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.credentials import (
    ALPHABET,
    BITS,
    Purpose,
    derive_credential,
    hash_credential,
    new_credential,
)
from core.problems import InvalidCredential

KEYS = st.binary(min_size=16, max_size=16)


def test_it_has_more_than_100_bits_and_no_letters_that_look_alike() -> None:
    assert BITS == 110
    assert not set("ILOU") & set(ALPHABET)
    assert len({new_credential() for _ in range(1000)}) == 1000


@given(KEYS, st.integers(0, 23), st.sampled_from(ALPHABET))
def test_every_wrong_letter_is_noticed(key: bytes, at: int, letter: str) -> None:
    letters = derive_credential(key, Purpose.RECEIPT, "x").replace("-", "")
    if letters[at] == letter:
        return
    with pytest.raises(InvalidCredential):
        hash_credential(letters[:at] + letter + letters[at + 1 :], Purpose.RECEIPT)


@given(KEYS, st.integers(0, 23), st.integers(0, 23))
def test_every_two_letters_that_changed_places_are_noticed(
    key: bytes, one: int, other: int
) -> None:
    letters = list(derive_credential(key, Purpose.RECEIPT, "x").replace("-", ""))
    if letters[one] == letters[other]:
        return
    letters[one], letters[other] = letters[other], letters[one]
    with pytest.raises(InvalidCredential):
        hash_credential("".join(letters), Purpose.RECEIPT)


@given(KEYS)
def test_it_is_read_as_people_write_it(key: bytes) -> None:
    credential = derive_credential(key, Purpose.RECEIPT, "x")
    written = credential.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert hash_credential(written, Purpose.RECEIPT) == hash_credential(credential, Purpose.RECEIPT)


def test_a_hash_serves_one_purpose_and_one_key_makes_one_credential() -> None:
    credential = derive_credential(b"key", Purpose.RECEIPT, "idempotency")
    assert credential == derive_credential(b"key", Purpose.RECEIPT, "idempotency")
    assert credential != derive_credential(b"other", Purpose.RECEIPT, "idempotency")
    assert credential != derive_credential(b"key", Purpose.SHARE_LINK, "idempotency")
    receipt = hash_credential(credential, Purpose.RECEIPT)
    link = hash_credential(credential, Purpose.SHARE_LINK)
    assert (receipt.selector, receipt.verifier) != (link.selector, link.verifier)
    assert not receipt.matches(link.verifier)


@pytest.mark.parametrize("text", ["", "-", "0" * 23, "0" * 25, "ß" * 24, "U" * 24, "\0" * 24])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidCredential):
        hash_credential(text, Purpose.RECEIPT)
