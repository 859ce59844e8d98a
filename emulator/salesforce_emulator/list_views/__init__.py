"""List views: which an object has, their descriptions, and the records that each shows."""
