"""The pages a person sees in a browser: login, consent, and what went wrong. No script in them.

https://help.salesforce.com/s/articleView?id=xcloud.domain_name_login_page.htm
"""

from collections.abc import Mapping
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

_TEMPLATES: Final = Environment(
    loader=PackageLoader("salesforce_emulator.identity", "pages"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(page: str, values: Mapping[str, Any]) -> str:
    """Give the HTML of a page: `login`, `consent`, `refused`, `home` or `success`.

    Raises:
        UndefinedError: a value that the page shows is missing.
    """
    return _TEMPLATES.get_template(f"{page}.html").render(values)
