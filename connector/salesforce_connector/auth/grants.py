"""The grant types by which tokens are requested, by OAuth's names."""

from typing import Final

CODE: Final = "authorization_code"
REFRESH: Final = "refresh_token"
CLIENT_CREDENTIALS: Final = "client_credentials"
JWT_BEARER: Final = "jwt_bearer"
