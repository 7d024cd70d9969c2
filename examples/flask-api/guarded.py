"""The smallest API that lets nobody in but the cache.

    ORIGIN_SECRET=... ORIGIN_KEY=... python3 guarded.py [port]

Either may be left out; the port is 5000 unless it is said.
"""

import os
import sys

from flask import Flask, jsonify, request

from origin_auth import guard

app = Flask(__name__)
secret = os.environ.get("ORIGIN_SECRET")
key = os.environ.get("ORIGIN_KEY")
guard(app, secrets=[secret] if secret else (), keys={"selvedge": key} if key else None)


@app.route("/", defaults={"path": ""}, methods=["GET", "POST", "PUT"])
@app.route("/<path:path>", methods=["GET", "POST", "PUT"])
def echo(path):
    """What was asked, which only the cache gets to hear."""
    response = jsonify(method=request.method, path=path, body=request.get_data(as_text=True))
    response.cache_control.max_age = 60
    return response


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1] if len(sys.argv) > 1 else 5000), threaded=True)
