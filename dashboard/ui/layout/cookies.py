"""The login's cookies as Streamlit writes them, for the guard before it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from streamlit.auth_util import encode_provider_token, get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME


def signed_claims(cookies: Mapping[str, str]) -> dict[str, object] | None:
    """The claims of the login cookie; None without one, or when somebody else made or changed it."""
    secret = get_cookie_secret()

    def read(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(secret, name, value.encode("latin-1", "replace")) if value else None

    found = get_cookie_with_chunks(read, USER_COOKIE_NAME) if secret else None
    try:
        claims = json.loads(found) if found is not None else None
    except ValueError:
        return None
    return claims if isinstance(claims, dict) else None


def ticket() -> str:
    """What Streamlit's login route wants to see before it leads to the login provider."""
    return encode_provider_token("default")
