"""Distributes the rows of a search among its sobjects, as evenly as their matches allow.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_limit.htm
"""

from collections.abc import Sequence


def fair_shares(total: int, counts: Sequence[int]) -> list[int]:
    """Return the number of rows of each sobject: `most` in total, and none above its matches.

    What one leaves goes to the others; what cannot be shared evenly goes to those in front.
    """
    shares = [0] * len(counts)
    remaining = min(total, sum(counts))
    while remaining:
        unsatisfied = [at for at, count in enumerate(counts) if shares[at] < count]
        share = max(remaining // len(unsatisfied), 1)
        for at in unsatisfied:
            granted = min(share, counts[at] - shares[at], remaining)
            shares[at] += granted
            remaining -= granted
    return shares
