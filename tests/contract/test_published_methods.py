"""What every host relies on of each way to sign in: the form, its secrets, its guide."""

import pytest
from contract.published import MANIFEST, lacking, published, validator
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jsonschema import Draft202012Validator

from salesforce_connector.auth import METHODS
from salesforce_connector.auth.method import Method

METHODS_IN_MANIFEST = {method["name"]: method for method in MANIFEST["auth_methods"]}

each_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


def new_private_key() -> str:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@each_method
def test_a_method_is_as_published(method: Method) -> None:
    result = METHODS_IN_MANIFEST[method.name]
    schema = published(f"auth/{method.name}.json")

    Draft202012Validator.check_schema(schema)
    assert result["schema"] == schema
    assert result["type"] == f"oauth2_{method.name}"
    assert result["interactive"] is method.interactive
    assert schema["additionalProperties"] is False
    assert lacking(schema, "title", "description", "examples") == {}
    assert {*result["ui_schema"]["ui:order"]} == {*schema["properties"]}


@each_method
def test_the_labels_are_those_that_salesforce_shows(method: Method) -> None:
    titles = {
        name: field["title"]
        for name, field in METHODS_IN_MANIFEST[method.name]["schema"]["properties"].items()
    }

    assert titles["consumer_key"] == "Consumer Key (Client ID)"
    assert titles.get("consumer_secret", "") in ("", "Consumer Secret (Client Secret)")
    assert titles["my_domain_url"] == "My Domain URL"


@each_method
def test_a_secret_is_marked_in_three_ways_and_nothing_else_is(method: Method) -> None:
    """A form masks it, an answer never shows it, and a store seals it."""
    result = METHODS_IN_MANIFEST[method.name]
    marks = {
        name: (field.get("format"), field.get("writeOnly"), field.get("x-secret"))
        for name, field in result["schema"]["properties"].items()
    }

    (secret,) = {"consumer_secret", "private_key"} & {*marks}
    assert marks.pop(secret) == ("password", True, True)
    assert {*marks.values()} == {(None, None, None)}
    widget = result["ui_schema"][secret]["ui:widget"]
    assert widget == ("textarea" if secret == "private_key" else "password")  # keys have lines


@each_method
def test_settings_made_of_the_examples_fit_the_schema_and_the_model(method: Method) -> None:
    schema = METHODS_IN_MANIFEST[method.name]["schema"]
    filled = {name: field["examples"][0] for name, field in schema["properties"].items()}
    if "private_key" in filled:  # nobody's key stands in an example
        filled["private_key"] = new_private_key()

    assert [error.message for error in validator(schema).iter_errors(filled)] == []
    assert method.settings.model_validate(filled).base_url == "https://acme.my.salesforce.com"


@each_method
def test_a_setup_guide_reports_what_to_do_in_setup(method: Method) -> None:
    guide = METHODS_IN_MANIFEST[method.name]["setup_guide"]

    assert "External Client App" in guide
    assert "{{redirect_uri}}" in guide


@each_method
def test_there_is_a_guide_for_either_kind_of_app(method: Method) -> None:
    """Each is whole by itself: where to click, whom runs act as, where key and URL are found."""
    about = METHODS_IN_MANIFEST[method.name]
    guides = about["setup_guides"]

    assert {guide["app"] for guide in guides} == {"external_client_app", "connected_app"}
    assert len({guide["name"] for guide in guides}) == len(guides)
    assert guides[0]["markdown"] == about["setup_guide"]
    for item in guides:
        text = item["markdown"]
        assert "{{redirect_uri}}" in text
        assert "Setup > My Domain" in text
        assert "## " in text
        assert "Who is the" in text
        other = "App Manager > your app > Manage"
        assert ((other in text) is (item["app"] == "connected_app")) or method.name == "jwt_bearer"


WANTED = {  # as the five products' setup pages ask for it
    "helpdesk_app": ("**on**", "either", "(api)"),
    "security_automation": ("**on**", "either", "(api)"),
    "sync_tool": ("**on**", "**off**", "(api)"),
    "integration_platform": ("**on**", "**off**", "(api)"),
    "crm_sync": ("**off**", "**on**", "(web)"),
}


@pytest.mark.parametrize("kind", ["external_client_app", "connected_app"])
@pytest.mark.parametrize(("product", "expected"), WANTED.items(), ids=WANTED)
def test_a_products_guide_has_the_products_switches(
    kind: str, product: str, expected: tuple[str, str, str]
) -> None:
    secret, pkce, scope = expected
    guides = METHODS_IN_MANIFEST["authorization_code"]["setup_guides"]
    (guide,) = [guide for guide in guides if guide["name"] == f"{kind}.{product}"]
    text = guide["markdown"]

    assert f"| Require secret for Web Server Flow | {secret} |" in text
    assert f"| Require secret for Refresh Token Flow | {secret} |" in text
    assert f"Supported Authorization Flows | {pkce} |" in text
    assert "| Enable Refresh Token Rotation | " in text
    assert scope in text
    assert ("leave the secret empty" in text) is (secret == "**off**")


def test_the_run_as_user_is_explained_where_there_is_one() -> None:
    for item in METHODS_IN_MANIFEST["client_credentials"]["setup_guides"]:
        text = item["markdown"]
        for words in ("## 2. Who is the Run As user", "Run As (Username)", "*API Enabled*"):
            assert words in text
        assert "Manage Users" in text  # who can set it
