"""Faults: what networks, edges and busy orgs do to requests, on demand and the same for a seed.

Which there are and which request gets one is decided here; `rest/faulty.py` does them to requests,
`rest/faults.py` takes orders for them over HTTP.
"""

from salesforce_emulator.faults.fault import KINDS, BadFault, Fault
from salesforce_emulator.faults.schedule import Faults

__all__ = ["KINDS", "BadFault", "Fault", "Faults"]
