"""Versions of articles: a new one is the draft of a new article, in the org's language.

A real org publishes by the Knowledge Management API; here a version is Online when it is created or
updated so.

https://developer.salesforce.com/docs/atlas.en-us.knowledge_dev.meta/knowledge_dev/sforce_api_objects_knowledge__kav.htm
"""

from typing import Final

from salesforce_emulator.records.save_context import SaveContext

_ARTICLE: Final = "kA0"  # key prefix of the article that all versions are of
_DRAFT: Final = "Draft"
_ONLINE: Final = "Online"
_LANGUAGE: Final = "en_US"


def fill_in(save: SaveContext) -> None:
    """Return a new version what a caller leaves out, and an online one its dates."""
    row = save.row
    if save.new:
        for name, value in (("PublishStatus", _DRAFT), ("Language", _LANGUAGE)):
            if row.get(name) is None:
                row[name] = value
        if row.get("KnowledgeArticleId") is None:
            row["KnowledgeArticleId"] = save.org.ids.next(_ARTICLE)
        if row.get("VersionNumber") is None:
            row["VersionNumber"] = 1
        row["IsLatestVersion"] = 1
        row["ArticleMasterLanguage"] = row["Language"]
    if row.get("PublishStatus") == _ONLINE and save.changed("PublishStatus"):
        row["LastPublishedDate"] = save.now
        if row.get("FirstPublishedDate") is None:
            row["FirstPublishedDate"] = save.now
