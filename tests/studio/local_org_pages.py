"""What a person does on the local org's own pages: log in, and allow or deny."""

import re
from typing import Any

PASSWORD = "admin-local-1"  # the local org prints it at its start


def log_in(popup: Any) -> None:
    popup.get_by_label("Username").fill("admin@local-org.example")
    popup.get_by_label("Password").fill(PASSWORD)
    popup.get_by_role("button", name="Log in").click()


def answer(popup: Any, button: str) -> None:
    """Press `Allow` or `Deny`."""
    popup.get_by_role("button", name=re.compile(button)).click()


def sign_in(page: Any, click: Any, button: str = "Allow") -> Any:
    """Sign in through the popup that a click opens; gives the popup."""
    with page.context.expect_page() as opened:
        click()
    popup = opened.value
    popup.wait_for_url("**/login**")
    log_in(popup)
    answer(popup, button)
    return popup
