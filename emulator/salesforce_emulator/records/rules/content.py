"""Files: each version of a file belongs to a document, which the first version makes.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentversion.htm
"""

import hashlib

from salesforce_emulator import errors
from salesforce_emulator.records.rules.content_link import link
from salesforce_emulator.records.save_context import SaveContext
from salesforce_emulator.records.system_rows import write_for_save


def version(save: SaveContext) -> None:
    """Fill in a version's file fields, and create the document of a first version."""
    row, org = save.row, save.org
    if not save.new:
        if "VersionData" in save.supplied_fields:
            raise errors.read_only_fields(["VersionData"])
        return
    data = row.get("VersionData")
    if not isinstance(data, bytes):
        raise errors.required_missing(["VersionData"])
    path = str(row.get("PathOnClient") or row.get("Title") or "")
    if not path:
        raise errors.required_missing(["PathOnClient"])
    name, dot, extension = path.rpartition("/")[2].rpartition(".")
    title, extension = (name, extension) if dot else (extension, "")
    row.setdefault("Title", title)
    row["PathOnClient"], row["FileExtension"] = path, extension or None
    row["FileType"] = extension.upper() or "UNKNOWN"
    row.setdefault("ContentModifiedDate", save.now)
    row["ContentModifiedById"] = save.user_id
    row["ContentSize"] = len(data)
    row["Checksum"] = hashlib.md5(data, usedforsecurity=False).hexdigest()
    row["IsLatest"] = 1
    if row.get("ContentDocumentId") is None:
        row["ContentDocumentId"] = _new_document(save)
    elif row.get("FirstPublishLocationId") is not None:
        raise errors.not_offered("FirstPublishLocationId for a version that is not the first")
    number = org.db.execute(
        'SELECT COUNT(*) FROM "ContentVersion" WHERE "ContentDocumentId" = ?',
        (row["ContentDocumentId"],),
    ).fetchone()[0]
    row["VersionNumber"] = str(number + 1)


def supersede(save: SaveContext) -> None:
    """Make the new version the document's latest; a title that changes is the document's, too."""
    row, db = save.row, save.org.db
    document = row["ContentDocumentId"]
    if not save.new:
        if row["IsLatest"] and save.changed("Title"):
            db.execute(
                'UPDATE "ContentDocument" SET "Title" = ? WHERE "Id" = ?', (row["Title"], document)
            )
        return
    db.execute(
        'UPDATE "ContentVersion" SET "IsLatest" = 0 WHERE "ContentDocumentId" = ? AND "Id" <> ?',
        (document, save.record_id),
    )
    db.execute(
        'UPDATE "ContentDocument" SET "LatestPublishedVersionId" = ?, "Title" = ?, "FileType" = ?,'
        ' "FileExtension" = ?, "ContentSize" = ?, "ContentModifiedDate" = ?,'
        ' "LastModifiedDate" = ?, "LastModifiedById" = ?, "SystemModstamp" = ? WHERE "Id" = ?',
        (save.record_id, row["Title"], row["FileType"], row["FileExtension"],
         row["ContentSize"], row["ContentModifiedDate"], save.now, save.user_id, save.now,
         document),
    )  # fmt: skip


def _new_document(save: SaveContext) -> str:
    """Make the document, shared with its owner and with where it is published first."""
    row = save.row
    owner, location_id = row["OwnerId"], row.get("FirstPublishLocationId")
    values = {"Title": row["Title"], "OwnerId": owner, "PublishStatus": "P"}
    document = write_for_save(save, "ContentDocument", values)
    link(save, document, owner, "I")
    if location_id is not None and location_id != owner:
        link(save, document, location_id, "V")
    return document
