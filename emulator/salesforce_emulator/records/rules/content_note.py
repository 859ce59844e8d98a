"""Notes of Lightning: each is a document with the id of the note, and a version for each text.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentnote.htm
"""

import hashlib
import html
import re
from typing import Final

from salesforce_emulator.records.rules.content_link import link
from salesforce_emulator.records.save_context import Saving
from salesforce_emulator.records.system_rows import write_for_save

_TAG: Final = re.compile(r"<[^>]*>")
_PREVIEW: Final = 255  # characters that TextPreview has


def describe_text(saving: Saving) -> None:
    """Write the note's size and the beginning of its text."""
    row = saving.row
    data = bytes(row.get("Content") or b"")
    text = html.unescape(_TAG.sub(" ", data.decode("utf-8", "replace")))
    row["ContentSize"], row["TextPreview"] = len(data), " ".join(text.split())[:_PREVIEW]
    row["FileType"] = row["FileExtension"] = "SNOTE"
    if saving.new or saving.changed("Content"):
        row["ContentModifiedDate"] = saving.now


def keep_as_file(saving: Saving) -> None:
    """Make the note's document, and a version of it for each new text."""
    row, db = saving.row, saving.org.db
    note = {"Title": row["Title"], "OwnerId": row["OwnerId"], "FileType": "SNOTE"}
    file = {**note, "FileExtension": "snote", "ContentSize": row["ContentSize"]}
    if saving.new:
        write_for_save(
            saving, "ContentDocument", {**file, "Id": saving.record_id, "PublishStatus": "P"}
        )
        link(saving, saving.record_id, row["OwnerId"], "I")
    elif not saving.changed("Content"):
        db.execute(
            'UPDATE "ContentDocument" SET "Title" = ? WHERE "Id" = ?',
            (row["Title"], saving.record_id),
        )
        return
    data = bytes(row.get("Content") or b"")
    (before,) = db.execute(
        'SELECT COUNT(*) FROM "ContentVersion" WHERE "ContentDocumentId" = ?', (saving.record_id,)
    ).fetchone()
    db.execute(
        'UPDATE "ContentVersion" SET "IsLatest" = 0 WHERE "ContentDocumentId" = ?',
        (saving.record_id,),
    )
    version = write_for_save(
        saving,
        "ContentVersion",
        {
            **file,
            "ContentDocumentId": saving.record_id,
            "PathOnClient": f"{row['Title']}.snote",
            "VersionData": data,
            "Checksum": hashlib.md5(data, usedforsecurity=False).hexdigest(),
            "ContentModifiedDate": row["ContentModifiedDate"],
            "ContentModifiedById": saving.user_id,
            "TextPreview": row["TextPreview"],
            "VersionNumber": str(before + 1),
            "IsLatest": 1,
        },
    )
    db.execute(
        'UPDATE "ContentDocument" SET "LatestPublishedVersionId" = ?, "Title" = ?,'
        ' "ContentSize" = ?, "ContentModifiedDate" = ? WHERE "Id" = ?',
        (version, row["Title"], row["ContentSize"], row["ContentModifiedDate"], saving.record_id),
    )
    db.execute(
        'UPDATE "ContentNote" SET "LatestPublishedVersionId" = ? WHERE "Id" = ?',
        (version, saving.record_id),
    )


def go_with_document(saving: Saving) -> None:
    """Delete the note of a document that is deleted; bring it back with it."""
    saving.org.db.execute(
        'UPDATE "ContentNote" SET "IsDeleted" ='
        ' (SELECT "IsDeleted" FROM "ContentDocument" WHERE "Id" = :id) WHERE "Id" = :id',
        {"id": saving.record_id},
    )
