"""The Pub/Sub API: topics, subscriptions, payloads."""
