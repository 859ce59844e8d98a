"""SOSL: searches read by a grammar, matched against the words of records, answered as a list.

`parser.py` makes a tree of a search, `terms.py` of what is between its braces; `matching.py`
finds the records that match, and `execution.py` reads them the way SOQL does. No HTTP.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl.htm
"""

from salesforce_emulator.sosl.execution import run, scope_order, suggestions
from salesforce_emulator.sosl.layouts import layouts
from salesforce_emulator.sosl.parameters import parameterized, parameterized_url

__all__ = ["layouts", "parameterized", "parameterized_url", "run", "scope_order", "suggestions"]
