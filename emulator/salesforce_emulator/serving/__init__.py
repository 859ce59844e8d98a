"""An org on a socket, or in process as an httpx transport."""
