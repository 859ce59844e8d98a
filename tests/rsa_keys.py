"""Two private keys, made anew in each process: making one takes a tenth of a second."""

from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

KEY: Final = generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY: Final = generate_private_key(public_exponent=65537, key_size=2048)
