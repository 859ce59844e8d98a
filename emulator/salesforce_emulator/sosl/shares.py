"""Distributes the rows of a search among its sobjects, as evenly as their matches allow.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_limit.htm
"""

from collections.abc import Sequence


def fair_shares(most: int, counts: Sequence[int]) -> list[int]:
    """Return the number of rows of each sobject: `most` in total, and none above its matches.

    What one leaves goes to the others; what cannot be shared evenly goes to those in front.
    """
    shares = [0] * len(counts)
    left = min(most, sum(counts))
    while left:
        hungry = [at for at, count in enumerate(counts) if shares[at] < count]
        share = max(left // len(hungry), 1)
        for at in hungry:
            granted = min(share, counts[at] - shares[at], left)
            shares[at] += granted
            left -= granted
    return shares
