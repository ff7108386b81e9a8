"""Citizens are told where things stand in the city's words, and in their language."""

import pytest

from tests.support.client import Client
from tests.support.places import EDGETOWN

STATUS = """query ($receipt: String!, $language: String!) { reportByReceipt(receipt: $receipt) {
  ... on TrackedReport { status(language: $language) } } }"""
WATCH = """query ($token: String!) { alert(token: $token) {
  ... on TrackedAlert { en: status hi: status(language: "hi-Deva-IN") es: status(language: "es") }
} }"""
PHRASES = """query ($path: String!, $language: String!) { city(path: $path) {
  ... on City { phrases(language: $language) { key text } } } }"""


@pytest.mark.database("sqlite")
async def test_in_the_citys_words_and_in_the_citizens_language(citizen: Client) -> None:
    receipt = (await citizen.submit())["receipt"]
    said = {
        language: (await citizen.ask(STATUS, receipt=receipt, language=language))["status"]
        for language in ("en", "hi-IN", "mr", "fr")
    }
    assert said["en"] == said["fr"] == "The Edgetown desk has it."
    assert said["hi-IN"] == "प्राप्त। पुलिस के पास है।"
    assert said["mr"].startswith("मिळाली")
    raised = await citizen.raise_alert()
    watched = await citizen.ask(WATCH, token=raised["watchToken"])
    assert watched["en"].startswith("Sent. Nobody has answered yet")
    assert watched["hi"].startswith("भेजा गया")
    assert watched["es"].startswith("Enviado")


@pytest.mark.database("sqlite")
async def test_an_app_takes_its_labels_from_the_city(citizen: Client) -> None:
    answer = await citizen.ask(PHRASES, path=EDGETOWN, language="hi")
    phrases = {each["key"]: each["text"] for each in answer["phrases"]}
    assert phrases["number-WOMEN"] == "महिला हेल्पलाइन"
    assert phrases["feature-REPORTS"] == "घटना की रिपोर्ट करें"
    assert len(phrases) > 60
