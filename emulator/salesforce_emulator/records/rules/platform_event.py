"""Platform events: each that is published has a UUID and a place in its event's order.

https://developer.salesforce.com/docs/atlas.en-us.platform_events.meta/platform_events/platform_events_publish_api.htm
"""

import random
import uuid

from salesforce_emulator import errors
from salesforce_emulator.records.save_context import SaveContext


def number(save: SaveContext) -> None:
    """Assign an event its UUID and its replay id, and count it against the hour's.

    Raises:
        SalesforceError: The hour's events are used up.
    """
    org, name = save.org, save.sobject.name
    if not org.limits.take("HourlyPublishedPlatformEvents"):
        raise errors.too_many_events()
    key = (name, "ReplayId")
    if key not in org.numbers:
        sql = f'SELECT MAX(CAST("ReplayId" AS INTEGER)) FROM "{name}"'  # noqa: S608 - our own name
        org.numbers[key] = org.db.execute(sql).fetchone()[0] or 0
    org.numbers[key] += 1
    save.row["ReplayId"] = str(org.numbers[key])
    # To be the same for the same seed, not to be secret.
    source = random.Random(f"{org.seed} {save.record_id}")  # noqa: S311
    save.row["EventUuid"] = str(uuid.UUID(int=source.getrandbits(128), version=4))
