"""The org's ASGI app: every feature's routes, and the middleware around them."""
