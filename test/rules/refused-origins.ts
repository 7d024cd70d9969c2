import { type Refused, SEEN, UNSEEN } from "./refused.ts";

const UNITS = 'or a whole number with one unit of s, m, h, d, w, such as "10m"';
const ADDRESS =
  'an address that begins with "https://" or "http://", without user name, query and fragment, such as "https://api.example.com/v1"';
const ORIGIN =
  "url, service, auth, firstByteTimeout, betweenBytesTimeout, totalTimeout, retries, maxConcurrent, circuitBreaker";

/** What is refused as `origins`; the messages go on behind that word. */
export const REFUSED_ORIGINS: readonly Refused<unknown>[] = [
  [[], SEEN, ": found []; allowed: an object of origins by name"],
  [
    { API: "https://a.example" },
    SEEN,
    ', API: found "API"; allowed: the name of an origin in lower case, such as "api" or "api-2"; did you mean "api"?',
  ],
  [
    { api: "a.example" },
    SEEN,
    `, api: found "a.example"; allowed: ${ADDRESS}; did you mean "https://a.example"?`,
  ],
  [{ api: "ftp://a.example" }, SEEN, `, api: found "ftp://a.example"; allowed: ${ADDRESS}`],
  [{ api: "https://user@a.example" }, SEEN, `, api: found "https://user@a.example"; allowed: ${ADDRESS}`],
  [{ api: "https://a.example/?x" }, SEEN, `, api: found "https://a.example/?x"; allowed: ${ADDRESS}`],
  [{ api: "https://a.example/#" }, SEEN, `, api: found "https://a.example/#"; allowed: ${ADDRESS}`],
  [{ api: {} }, SEEN, `, api: found {}; allowed: an object with at least one of the keys ${ORIGIN}`],
  [
    { api: { url: "https://a.example", service: "A" } },
    SEEN,
    ', api: found {"url":"https://a.example","service":"A"}; allowed: url or service, not both',
  ],
  [
    { api: { urls: "x" } },
    SEEN,
    [
      `, api.urls: found "x"; allowed: the keys ${ORIGIN}; did you mean "url"?`,
      ', api: found {"urls":"x"}; allowed: an origin with url or service',
    ],
  ],
  [
    { api: { retries: { attempts: 1 } } },
    UNSEEN,
    ', api: found {"retries":{"attempts":1}}; allowed: an origin with url or service',
  ],
  [
    { api: { service: "my-api" } },
    SEEN,
    ', api.service: found "my-api"; allowed: the name of a binding of wrangler.toml, such as "API"; did you mean "my_api"?',
  ],
  [
    { default: "https://a.example" },
    UNSEEN,
    ', default: found "https://a.example"; allowed: no url for default, which is the ORIGIN variable',
  ],
  [
    { default: { url: "https://a.example" } },
    UNSEEN,
    ', default: found {"url":"https://a.example"}; allowed: no url for default, which is the ORIGIN variable',
  ],
  [
    { api: { service: "API", firstByteTimeout: 0 } },
    SEEN,
    `, api.firstByteTimeout: found 0; allowed: whole seconds from 1 to 86400, ${UNITS}`,
  ],
  [
    { api: { service: "API", betweenBytesTimeout: "1x" } },
    SEEN,
    `, api.betweenBytesTimeout: found "1x"; allowed: whole seconds from 1 to 86400, ${UNITS}`,
  ],
  [
    { api: { service: "API", totalTimeout: "2d" } },
    UNSEEN,
    `, api.totalTimeout: found "2d"; allowed: whole seconds from 1 to 86400, ${UNITS}`,
  ],
  [
    { api: { service: "API", retries: {} } },
    SEEN,
    ", api.retries.attempts: found undefined; allowed: a whole number from 1 to 5",
  ],
  [
    { api: { service: "API", retries: { attempts: 6 } } },
    SEEN,
    ", api.retries.attempts: found 6; allowed: a whole number from 1 to 5",
  ],
  [
    { api: { service: "API", retries: { attempts: 1, backoffMs: -1 } } },
    SEEN,
    ", api.retries.backoffMs: found -1; allowed: whole milliseconds from 0 to 10000",
  ],
  [
    { api: { service: "API", retries: { attempts: 1, on: [200] } } },
    SEEN,
    ", api.retries.on[0]: found 200; allowed: a status from 400 to 599",
  ],
  [
    { api: { service: "API", maxConcurrent: 0 } },
    SEEN,
    ", api.maxConcurrent: found 0; allowed: a whole number from 1 to 100000",
  ],
  [
    { api: { service: "API", circuitBreaker: true } },
    SEEN,
    ", api.circuitBreaker: found true; allowed: an object with the keys failures, cooldown, probe",
  ],
  [
    { api: { service: "API", circuitBreaker: { failures: 0 } } },
    SEEN,
    ", api.circuitBreaker.failures: found 0; allowed: a whole number from 1 to 1000",
  ],
  [
    { api: { service: "API", circuitBreaker: { cooldown: 0 } } },
    SEEN,
    `, api.circuitBreaker.cooldown: found 0; allowed: whole seconds from 1 to 86400, ${UNITS}`,
  ],
  [
    { api: { service: "API", circuitBreaker: { probe: "health" } } },
    SEEN,
    ', api.circuitBreaker.probe: found "health"; allowed: a path that begins with one "/", such as "/health"',
  ],
  [
    { api: { service: "API", auth: {} } },
    SEEN,
    ", api.auth: found {}; allowed: an object with at least one of the keys header, signature, certificate",
  ],
  [
    { api: { service: "API", auth: { header: { name: "x-pass" } } } },
    SEEN,
    ', api.auth.header.secret: found undefined; allowed: the name of a variable, such as "API_KEY"',
  ],
  [
    { api: { service: "API", auth: { header: { name: "Host", secret: "PASS" } } } },
    UNSEEN,
    ", api.auth.header.name: found \"Host\"; allowed: a header field that is not the connection's or the cache's own",
  ],
  [
    { api: { service: "API", auth: { header: { secret: "CONTROL_TOKENS" } } } },
    UNSEEN,
    ', api.auth.header.secret: found "CONTROL_TOKENS"; allowed: a variable that is not a secret of selvedge itself, as CONTROL_TOKENS is',
  ],
  [
    { api: { service: "API", auth: { signature: { secret: "KEY", keyId: 'a"b' } } } },
    SEEN,
    ', api.auth.signature.keyId: found "a\\"b"; allowed: up to 64 letters, digits, "_", "." and "-"',
  ],
  [
    { api: { service: "API", auth: { signature: { secret: "KEY", maxBodyBytes: 2_000_000 } } } },
    SEEN,
    ", api.auth.signature.maxBodyBytes: found 2000000; allowed: whole bytes from 0 to 1048576",
  ],
  [
    { api: { service: "API", auth: { certificate: "CERT" } } },
    UNSEEN,
    ', api.auth: found {"certificate":"CERT"}; allowed: no certificate where the origin is not reached over https',
  ],
  [
    { api: { url: "http://api.example.com", auth: { certificate: "CERT" } } },
    UNSEEN,
    ', api.auth: found {"certificate":"CERT"}; allowed: no certificate where the origin is not reached over https',
  ],
];
