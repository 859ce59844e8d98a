"""The state of one org: storage, clock, ids, limits, settings, access."""
