"""SOQL: statements read by a grammar, compiled to SQL over the org's tables, answered in pages.

`parser.py` makes a tree of the text; `names.py`, `conditions.py`, `selection.py` and their
neighbours make SQL of the tree; `execution.py` runs it. No HTTP: that is in `query/routes.py`.

https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql.htm
"""

from salesforce_emulator.soql.parser import parse
from salesforce_emulator.soql.results import columns, explain, more, run

__all__ = ["columns", "explain", "more", "parse", "run"]
