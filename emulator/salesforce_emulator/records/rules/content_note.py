"""Notes of Lightning: each is a document with the id of the note, and a version for each text.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contentnote.htm
"""

import hashlib
import html
import re
from typing import Final

from salesforce_emulator.records.rules.content_link import link
from salesforce_emulator.records.save_context import SaveContext
from salesforce_emulator.records.system_rows import write_for_save

_TAG: Final = re.compile(r"<[^>]*>")
_PREVIEW: Final = 255  # characters that TextPreview has


def describe_text(save: SaveContext) -> None:
    """Write the note's size and the beginning of its text."""
    row = save.row
    data = bytes(row.get("Content") or b"")
    text = html.unescape(_TAG.sub(" ", data.decode("utf-8", "replace")))
    row["ContentSize"], row["TextPreview"] = len(data), " ".join(text.split())[:_PREVIEW]
    row["FileType"] = row["FileExtension"] = "SNOTE"
    if save.new or save.changed("Content"):
        row["ContentModifiedDate"] = save.now


def save_as_file(save: SaveContext) -> None:
    """Make the note's document, and a version of it for each new text."""
    row, db = save.row, save.org.db
    note = {"Title": row["Title"], "OwnerId": row["OwnerId"], "FileType": "SNOTE"}
    file = {**note, "FileExtension": "snote", "ContentSize": row["ContentSize"]}
    if save.new:
        write_for_save(
            save, "ContentDocument", {**file, "Id": save.record_id, "PublishStatus": "P"}
        )
        link(save, save.record_id, row["OwnerId"], "I")
    elif not save.changed("Content"):
        db.execute(
            'UPDATE "ContentDocument" SET "Title" = ? WHERE "Id" = ?',
            (row["Title"], save.record_id),
        )
        return
    data = bytes(row.get("Content") or b"")
    (before,) = db.execute(
        'SELECT COUNT(*) FROM "ContentVersion" WHERE "ContentDocumentId" = ?', (save.record_id,)
    ).fetchone()
    db.execute(
        'UPDATE "ContentVersion" SET "IsLatest" = 0 WHERE "ContentDocumentId" = ?',
        (save.record_id,),
    )
    version = write_for_save(
        save,
        "ContentVersion",
        {
            **file,
            "ContentDocumentId": save.record_id,
            "PathOnClient": f"{row['Title']}.snote",
            "VersionData": data,
            "Checksum": hashlib.md5(data, usedforsecurity=False).hexdigest(),
            "ContentModifiedDate": row["ContentModifiedDate"],
            "ContentModifiedById": save.user_id,
            "TextPreview": row["TextPreview"],
            "VersionNumber": str(before + 1),
            "IsLatest": 1,
        },
    )
    db.execute(
        'UPDATE "ContentDocument" SET "LatestPublishedVersionId" = ?, "Title" = ?,'
        ' "ContentSize" = ?, "ContentModifiedDate" = ? WHERE "Id" = ?',
        (version, row["Title"], row["ContentSize"], row["ContentModifiedDate"], save.record_id),
    )
    db.execute(
        'UPDATE "ContentNote" SET "LatestPublishedVersionId" = ? WHERE "Id" = ?',
        (version, save.record_id),
    )


def delete_with_document(save: SaveContext) -> None:
    """Delete the note of a document that is deleted; bring it back with it."""
    save.org.db.execute(
        'UPDATE "ContentNote" SET "IsDeleted" ='
        ' (SELECT "IsDeleted" FROM "ContentDocument" WHERE "Id" = :id) WHERE "Id" = :id',
        {"id": save.record_id},
    )
