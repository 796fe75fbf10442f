# Newsroom behind Varnish 7, with xkey and header of the package varnish-modules: pages are kept until they are purged by key.
#
# Set the address of the site below, and start varnishd with PURGE_SECRET in its environment, the same that stands in
# the site's: PURGE_URL=http://<this machine>:<port>/purge  PURGE_HEADER="X-Purge-Secret: <the secret>".
# The tests start varnishd with this very file (tests/edge).

vcl 4.1;

import header;
import std;
import xkey;

backend newsroom {
    .host = "127.0.0.1";
    .port = "8000";
}

# From where the worker may purge. Behind another proxy everybody comes from there, so the secret is asked as well.
acl workers {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    # WSGI knows a name with "_" and the same with "-" as one: whoever sends these would say what proxies say. There is no
    # function that removes them by a pattern, so they are renamed first.
    header.regsub(req, "^[^:]*_[^:]*:", "X-Dropped:");
    unset req.http.X-Dropped;

    if (req.url == "/purge" && req.method == "POST") {
        if (client.ip !~ workers || !std.getenv("PURGE_SECRET")
            || req.http.X-Purge-Secret != std.getenv("PURGE_SECRET")) {
            return (synth(403, "Forbidden"));
        }
        if (!req.http.Surrogate-Key) {
            return (synth(400, "Name keys"));
        }
        return (synth(200, "Purged " + xkey.purge(req.http.Surrogate-Key)));
    }
    # What belongs to one person.
    if (req.url ~ "^/(admin|accounts)/") {
        return (pass);
    }
}

# Outside the desk no page depends on a cookie, and what does says so by saying no lifetime.
sub vcl_req_cookie {
    return;
}

sub vcl_backend_response {
    # A page is never served past its lifetime, not even while a new one is fetched: time may have changed it.
    set beresp.grace = 0s;
    if (beresp.http.CDN-Cache-Control ~ "max-age=\d+") {
        set beresp.ttl = std.duration(
            regsub(beresp.http.CDN-Cache-Control, "^.*max-age=(\d+).*$", "\1s"), 0s);
        # Afterwards the site is asked whether it still holds, and answers without a body.
        set beresp.keep = 1d;
        set beresp.http.xkey = beresp.http.Surrogate-Key;
    } else if (bereq.url !~ "^/static/" || beresp.status != 200) {
        set beresp.ttl = 0s;
    }
}

# The site sends these headers itself. What Varnish answers itself has none of them.
sub add_security_headers {
    if (!resp.http.Content-Security-Policy) {
        set resp.http.Content-Security-Policy = "default-src 'none'; frame-ancestors 'none'";
        set resp.http.Cross-Origin-Opener-Policy = "same-origin";
        set resp.http.Cross-Origin-Resource-Policy = "same-origin";
        set resp.http.Permissions-Policy = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
        set resp.http.Referrer-Policy = "strict-origin-when-cross-origin";
        set resp.http.X-Content-Type-Options = "nosniff";
        set resp.http.X-Frame-Options = "DENY";
    }
}

sub vcl_synth {
    call add_security_headers;
}

sub vcl_deliver {
    call add_security_headers;
    # How pages hang together is nobody else's business.
    unset resp.http.xkey;
    unset resp.http.Surrogate-Key;
    unset resp.http.Cache-Tag;
    unset resp.http.CDN-Cache-Control;
    # RFC 9211
    if (obj.hits > 0) {
        # The id of the request for which the site made this page.
        unset resp.http.X-Request-Id;
        set resp.http.Cache-Status = "varnish; hit";
    } else {
        set resp.http.Cache-Status = "varnish; fwd=miss";
    }
}
