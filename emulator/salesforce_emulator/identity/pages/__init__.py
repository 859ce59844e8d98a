"""The pages a person sees in a browser: login, consent, and what went wrong. No script in them.

https://help.salesforce.com/s/articleView?id=xcloud.domain_name_login_page.htm
"""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def render(page: str, values: Mapping[str, Any]) -> str:
    """Return the HTML of a page: `login`, `consent`, `refused`, `home` or `success`.

    Raises:
        jinja2.UndefinedError: A value that the page shows is missing.
    """
    return _templates().get_template(f"{page}.html").render(values)


@cache
def _templates() -> "Environment":
    """Load jinja2 with the first page: most orgs show none, and it is a fifth of their start."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=PackageLoader("salesforce_emulator.identity", "pages"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
