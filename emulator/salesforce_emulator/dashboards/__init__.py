"""Dashboards: their components show reports as they stood at the last refresh."""
