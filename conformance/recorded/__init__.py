"""Asks the local org what real orgs were asked, and compares the answers' shape."""
