"""SOAP's partner API, as far as REST has no twin for it: convertLead, merge, undelete, and a few.

`messages.py` reads and writes XML; `operations.py` runs what a message requests. No HTTP.

https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_partner.htm
"""

from salesforce_emulator.soap.messages import Fault, Message, fault, parse, reply
from salesforce_emulator.soap.operations import run

__all__ = ["Fault", "Message", "fault", "parse", "reply", "run"]
