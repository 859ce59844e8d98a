"""The page of five products: each guide that it names is there, and each product has a section."""

import re
from pathlib import Path

import salesforce_schemas
from salesforce_connector.auth import METHODS
from tools.setup_variants import ANY, VARIANTS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "products.md").read_text("utf-8")


def test_each_guide_that_it_names_is_in_the_manifest() -> None:
    methods = salesforce_schemas.manifest()["auth_methods"]
    guides = {guide["name"] for method in methods for guide in method["setup_guides"]}
    guides_of_page = set(re.findall(r"`((?:external_client|connected)_app\.\w+)`", PAGE))

    assert guides_of_page - guides == set()
    assert len(guides_of_page) >= 5


def test_each_product_has_its_section() -> None:
    sections = {title.lower() for title in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)}

    assert {variant.title.lower() for variant in VARIANTS if variant is not ANY} <= sections


def test_settings_have_the_labels_of_the_form() -> None:
    titles = {
        field.title
        for name in ("authorization_code", "client_credentials")
        for field in METHODS[name].settings.model_fields.values()
    }

    labels = {"Consumer Key (Client ID)", "Consumer Secret (Client Secret)", "My Domain URL"}
    assert labels <= titles
    assert all(f"*{name}*" in PAGE for name in labels)
