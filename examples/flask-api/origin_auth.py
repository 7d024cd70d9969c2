"""Lets nobody in but the cache: verifies what selvedge sends to an origin that has `auth` in its rules file.

    from origin_auth import guard
    guard(app, secrets=[os.environ["ORIGIN_SECRET"]])            # auth: { header: { secret: "ORIGIN_SECRET" } }
    guard(app, keys={"selvedge": os.environ["ORIGIN_KEY"]})      # auth: { signature: { secret: "ORIGIN_KEY" } }

Both take several, so that a secret can be replaced: first here, then at the cache.
"""

import base64
import hashlib
import hmac
import re
import time

from flask import abort, request

REPLAY_SECONDS = 300
"""So far the instant of a signature may be off: longer, and a request that was overheard is worth nothing."""

SIGNED_BYTES = 65536
"""`maxBodyBytes` of the rules file: what is not longer must be signed."""

INPUT = re.compile(
    r'selvedge=(?P<parameters>\((?P<names>"@method" "@path" "@query"(?: "content-digest")?)\)'
    r';created=(?P<created>[0-9]{1,12});keyid="(?P<keyid>[\w.-]{1,64})";alg="hmac-sha256")'
)
SIGNATURE = re.compile(r"selvedge=:(?P<bytes>[A-Za-z0-9+/]{43}=):")


def guard(app, secrets=(), keys=None):
    """Answers 403 to every request that does not prove that it comes from the cache."""

    @app.before_request
    def refuse_strangers():
        if secrets and not knows_one_of(secrets):
            abort(403)
        if keys and not is_signed_with(keys):
            abort(403)


def knows_one_of(secrets, field="X-Origin-Secret"):
    given = request.headers.get(field, "").encode()
    return any(hmac.compare_digest(given, secret.encode()) for secret in secrets)


def is_signed_with(keys):
    """Whether the request is signed as RFC 9421 says, of late, by one of these keys (secrets by key id)."""
    given = INPUT.fullmatch(request.headers.get("Signature-Input", ""))
    signature = SIGNATURE.fullmatch(request.headers.get("Signature", ""))
    if not given or not signature or given["keyid"] not in keys:
        return False
    expected = hmac.new(keys[given["keyid"]].encode(), signature_base(given), hashlib.sha256).digest()
    return (
        hmac.compare_digest(expected, base64.b64decode(signature["bytes"]))
        and abs(time.time() - int(given["created"])) <= REPLAY_SECONDS
        and is_content_signed("content-digest" in given["names"])
    )


def signature_base(given):
    # As it was sent: Flask's own path is decoded. gunicorn and werkzeug say RAW_URI, uWSGI and mod_wsgi REQUEST_URI.
    target = request.environ.get("RAW_URI") or request.environ["REQUEST_URI"]
    path, _, query = target.partition("?")
    values = {
        "@method": request.method,
        "@path": path,
        "@query": f"?{query}",
        "content-digest": request.headers.get("Content-Digest", ""),
    }
    names = given["names"].replace('"', "").split(" ")
    lines = [f'"{name}": {values[name]}' for name in names]
    return "\n".join([*lines, f'"@signature-params": {given["parameters"]}']).encode()


def is_content_signed(has_digest):
    if not has_digest:
        # Nobody has signed what comes in pieces of unknown length: it may be anything.
        is_chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
        return not is_chunked and (request.content_length or SIGNED_BYTES + 1) > SIGNED_BYTES
    digest = base64.b64encode(hashlib.sha256(request.get_data()).digest()).decode()
    return hmac.compare_digest(request.headers.get("Content-Digest", ""), f"sha-256=:{digest}:")
