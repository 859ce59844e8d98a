"""Opportunities: what the stage decides, the fiscal period, the expected revenue.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_opportunity.htm
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from salesforce_emulator.records.system_rows import write_for_save
