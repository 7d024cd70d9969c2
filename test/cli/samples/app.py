def app(environ, start_response):
    path = environ["PATH_INFO"]; h=[("Content-Type","application/json")]
    if path.startswith("/products"): h+= [("Cache-Control","max-age=30"),("ETag",'"v1"')]
    elif path=="/me": h+= [("Cache-Control","private")]
    elif path=="/login": h+= [("Set-Cookie","session=abc; HttpOnly")]
    elif path=="/": h[0]=("Content-Type","text/html")
    if path.startswith("/missing"):
        start_response("404 NOT FOUND", h); return [b'{"error":"none"}']
    start_response("200 OK", h)
    if path=="/":
        return [b'<script>for (const p of ["/products?page=1","/products?page=2","/products/17","/products/18","/products?page=1","/me","/missing/1"]) fetch(p); fetch("/products",{method:"POST",body:"{}"})</script>']
    return [('{"path":"%s"}'%path).encode()]
