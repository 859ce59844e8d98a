"""Writing: records one by one and by collections, composites, trees, files, approvals."""
