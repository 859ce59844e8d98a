"""Faults: what networks, edges and busy orgs do to requests, on demand and the same for a seed.

Which there are and which request gets one is decided here; `app/fault_middleware.py` does them to
requests, `faults/routes.py` takes orders for them over HTTP.
"""

from salesforce_emulator.faults.fault import KINDS, BadFault, Fault
from salesforce_emulator.faults.schedule import Faults, faults_of

__all__ = ["KINDS", "BadFault", "Fault", "Faults", "faults_of"]
