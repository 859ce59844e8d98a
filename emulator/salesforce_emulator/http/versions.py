"""API versions: which there are, and which are retired.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_versions.htm
"""

import re
from typing import Final

from salesforce_emulator import errors

OLDEST: Final = 31  # 21 to 30 were retired with Summer '25
NEWEST: Final = 68  # Winter '27
RETIRED: Final = range(7, OLDEST)

_VERSION: Final = re.compile(r"v(\d{1,3})\.0", re.ASCII | re.IGNORECASE)
_RELEASES: Final = ("Winter", "Spring", "Summer")


def label(number: int) -> str:
    """Return the name of a version's release: three a year, Winter '25 is 62."""
    years, season = divmod(number - 62, len(_RELEASES))
    return f"{_RELEASES[season]} '{25 + years}"


def parse_version(text: str) -> str:
    """Return a version as URLs have it, `v68.0`.

    Raises:
        SalesforceError: NOT_FOUND when there is none such, UNSUPPORTED_API_VERSION when it is
            retired.
    """
    match = _VERSION.fullmatch(text)
    if match is None:
        raise errors.not_found()
    number = int(match[1])
    if number in RETIRED:
        raise errors.version_retired(f"{number}.0")
    if not OLDEST <= number <= NEWEST:
        raise errors.not_found()
    return f"v{number}.0"
