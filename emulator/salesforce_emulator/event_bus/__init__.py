"""The event bus: platform events and Change Data Capture, by the Pub/Sub API on a port of its own.

Off until `serve_events` begins: no table is watched and nothing of gRPC is imported before.
"""
