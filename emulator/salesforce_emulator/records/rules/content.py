"""Files: each version of a file belongs to a document, which the first version makes.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentversion.htm
"""

import hashlib

from salesforce_emulator import errors
from salesforce_emulator.records.rules.content_link import link
from salesforce_emulator.records.save_context import Saving
from salesforce_emulator.records.system_rows import write_for_save


def version(saving: Saving) -> None:
    """Fill in what a version says of its file, and make the document of a first version."""
    row, org = saving.row, saving.org
    if not saving.new:
        if "VersionData" in saving.given:
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
    row.setdefault("ContentModifiedDate", saving.now)
    row["ContentModifiedById"] = saving.user_id
    row["ContentSize"] = len(data)
    row["Checksum"] = hashlib.md5(data, usedforsecurity=False).hexdigest()
    row["IsLatest"] = 1
    if row.get("ContentDocumentId") is None:
        row["ContentDocumentId"] = _new_document(saving)
    elif row.get("FirstPublishLocationId") is not None:
        raise errors.not_offered("FirstPublishLocationId for a version that is not the first")
    number = org.db.execute(
        'SELECT COUNT(*) FROM "ContentVersion" WHERE "ContentDocumentId" = ?',
        (row["ContentDocumentId"],),
    ).fetchone()[0]
    row["VersionNumber"] = str(number + 1)


def supersede(saving: Saving) -> None:
    """Make the new version the document's latest; a title that changes is the document's, too."""
    row, db = saving.row, saving.org.db
    document = row["ContentDocumentId"]
    if not saving.new:
        if row["IsLatest"] and saving.changed("Title"):
            db.execute(
                'UPDATE "ContentDocument" SET "Title" = ? WHERE "Id" = ?', (row["Title"], document)
            )
        return
    db.execute(
        'UPDATE "ContentVersion" SET "IsLatest" = 0 WHERE "ContentDocumentId" = ? AND "Id" <> ?',
        (document, saving.record_id),
    )
    db.execute(
        'UPDATE "ContentDocument" SET "LatestPublishedVersionId" = ?, "Title" = ?, "FileType" = ?,'
        ' "FileExtension" = ?, "ContentSize" = ?, "ContentModifiedDate" = ?,'
        ' "LastModifiedDate" = ?, "LastModifiedById" = ?, "SystemModstamp" = ? WHERE "Id" = ?',
        (saving.record_id, row["Title"], row["FileType"], row["FileExtension"],
         row["ContentSize"], row["ContentModifiedDate"], saving.now, saving.user_id, saving.now,
         document),
    )  # fmt: skip


def _new_document(saving: Saving) -> str:
    """Make the document, shared with its owner and with where it is published first."""
    row = saving.row
    owner, place = row["OwnerId"], row.get("FirstPublishLocationId")
    values = {"Title": row["Title"], "OwnerId": owner, "PublishStatus": "P"}
    document = write_for_save(saving, "ContentDocument", values)
    link(saving, document, owner, "I")
    if place is not None and place != owner:
        link(saving, document, place, "V")
    return document
