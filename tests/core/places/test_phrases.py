"""What citizens are told: words of a chain of places, by key and language."""

from core.languages import lookup
from core.places.phrases import PHRASES, Phrases


def test_a_place_replaces_only_what_it_says() -> None:
    city = (Phrases("hi", {"report-RECEIVED": "शहर"}),)
    defaults = (
        Phrases("en", {"report-RECEIVED": "Received.", "report-RESOLVED": "Done."}),
        Phrases("hi", {"report-RECEIVED": "मिला", "report-RESOLVED": "हुआ"}),
    )
    merged = PHRASES.merge([city, defaults])
    assert merged == {
        "report-RECEIVED": {"hi": "शहर", "en": "Received."},
        "report-RESOLVED": {"en": "Done.", "hi": "हुआ"},
    }
    assert lookup(merged["report-RECEIVED"], "mr") == "Received."
