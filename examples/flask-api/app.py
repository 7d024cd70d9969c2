"""A product and blog API, as one writes it with Flask, to be put behind selvedge.

    python3 app.py [port]

PORT               the port on 127.0.0.1 (default 5000; the argument wins)
PRODUCTS_MAX_AGE   seconds that product answers stay fresh (default 2)
BLOG_MAX_AGE       seconds that blog answers stay fresh (default 4)
SLOW_SECONDS       how long /slow takes (default 2)
"""

import itertools
import os
import sys
import time
from datetime import datetime, timedelta, timezone

from flask import Flask, abort, g, jsonify, make_response, request, url_for

PRODUCTS_MAX_AGE = int(os.environ.get("PRODUCTS_MAX_AGE", "2"))
BLOG_MAX_AGE = int(os.environ.get("BLOG_MAX_AGE", "4"))
SLOW_SECONDS = float(os.environ.get("SLOW_SECONDS", "2"))
PAGE_SIZE = 3

app = Flask(__name__)

products = {
    number: {"id": number, "name": name, "category": category, "price": price}
    for number, (name, category, price) in enumerate(
        [
            ("Loom", "tools", 420),
            ("Shuttle", "tools", 18),
            ("Bobbin", "tools", 3),
            ("Linen", "yarn", 12),
            ("Wool", "yarn", 9),
            ("Silk", "yarn", 31),
            ("Reed", "tools", 55),
        ],
        start=1,
    )
}

posts = {
    "first-cloth": {"slug": "first-cloth", "title": "The first cloth", "text": "Warp, then weft."},
    "on-edges": {"slug": "on-edges", "title": "On edges", "text": "A selvedge does not fray."},
}

themes = {"ann": "dark", "bob": "light"}

request_numbers = itertools.count(1)
request_log = []


@app.before_request
def number_the_request():
    if request.endpoint != "list_requests":
        g.number = next(request_numbers)


@app.after_request
def note_the_request(response):
    """Says in a field which request this answer was made for, so that a reused answer can be told."""
    if "number" in g:
        response.headers["X-Request-Number"] = str(g.number)
        request_log.append(
            {
                "number": g.number,
                "method": request.method,
                "path": request.full_path.rstrip("?"),
                "status": response.status_code,
            }
        )
    return response


@app.get("/products")
def list_products():
    page = max(1, request.args.get("page", 1, type=int))
    query = request.args.get("q", "").lower()
    category = request.args.get("category")
    matching = [
        product
        for product in products.values()
        if query in product["name"].lower() and category in (None, product["category"])
    ]
    shown = matching[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    response = jsonify(page=page, total=len(matching), products=shown)
    response.cache_control.public = True
    response.cache_control.max_age = PRODUCTS_MAX_AGE
    response.add_etag()
    return response.make_conditional(request)


@app.get("/products/<int:product_id>")
def show_product(product_id):
    product = products.get(product_id) or abort(404)
    response = make_response(jsonify(product))
    response.headers["Cache-Control"] = f"public, max-age={PRODUCTS_MAX_AGE}"
    response.add_etag()
    return response.make_conditional(request)


@app.post("/products")
def add_product():
    product_id = max(products) + 1
    products[product_id] = {"name": "", "category": "other", "price": 0, **request.get_json(), "id": product_id}
    response = make_response(jsonify(products[product_id]), 201)
    response.headers["Location"] = url_for("show_product", product_id=product_id)
    return response


@app.put("/products/<int:product_id>")
def change_product(product_id):
    product = products.get(product_id) or abort(404)
    product.update(request.get_json(), id=product_id)
    return jsonify(product)


@app.get("/blog")
def list_posts():
    response = jsonify(posts=[{"slug": post["slug"], "title": post["title"]} for post in posts.values()])
    return fresh_until_expires(response)


@app.get("/blog/<slug>")
def show_post(slug):
    post = posts.get(slug) or abort(404)
    return fresh_until_expires(jsonify(post))


def fresh_until_expires(response):
    """The older way: no max-age, an instant in Expires."""
    response.expires = datetime.now(timezone.utc) + timedelta(seconds=BLOG_MAX_AGE)
    response.add_etag()
    return response.make_conditional(request)


@app.get("/user/preferences")
def show_preferences():
    user = current_user() or abort(401)
    response = jsonify(user=user, theme=themes.get(user, "light"))
    response.cache_control.private = True
    response.cache_control.max_age = 60
    response.vary.update(["Authorization", "Cookie"])
    return response


def current_user():
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else request.cookies.get("session")


@app.get("/slow")
def answer_slowly():
    time.sleep(SLOW_SECONDS)
    response = jsonify(seconds=SLOW_SECONDS)
    response.headers["Cache-Control"] = f"max-age={PRODUCTS_MAX_AGE}, stale-if-error=600"
    response.add_etag()
    return response.make_conditional(request)


@app.get("/fail")
def fail():
    """500, or the status that ?status= names."""
    return jsonify(error="this route always fails"), request.args.get("status", 500, type=int)


@app.get("/_requests")
def list_requests():
    """What has reached this server, itself excepted."""
    response = jsonify(request_log)
    response.cache_control.no_store = True
    return response


if __name__ == "__main__":
    port = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("PORT", "5000")
    app.run(host="127.0.0.1", port=int(port), threaded=True)
