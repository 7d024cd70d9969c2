import { type Refused, SEEN, UNSEEN } from "./refused.ts";

const TEST =
  "true (present), false (absent), a string (equal), a list of strings (one of them) or { matches: an expression }";
const HEADERS = "an object of header fields, each with a test, at least one";
const STATUS = "a status from 400 to 499";
const SECRETS = "a list of up to 4 secrets, each once";
const VARIABLE = 'the name of a variable, such as "API_KEY"';
const SECRET = `a secret, or a list of up to 4, each once and ${VARIABLE}`;
const FIELDS = "an object of header fields, each with its value, or false to leave it out";
const SECURITY = '"api", or an object with at least one of the keys fields, override';

/** Who is let in and how answers are hardened, refused in a rule for `/p/:id`. */
export const REFUSED_ACCESS: readonly Refused<object>[] = [
  [{ require: ["x-a"] }, SEEN, 'require: found ["x-a"]; allowed: an object with the keys headers, status'],
  [{ require: {} }, SEEN, `require.headers: found undefined; allowed: ${HEADERS}`],
  [{ require: { headers: {} } }, SEEN, `require.headers: found {}; allowed: ${HEADERS}`],
  [{ require: { headers: { "x-a": 1 } } }, SEEN, `require.headers.x-a: found 1; allowed: ${TEST}`],
  [
    { require: { headers: { "x a": true } } },
    SEEN,
    'require.headers["x a"]: found "x a"; allowed: the name of a header field',
  ],
  [
    { require: { headers: { "x-a": true }, status: 200 } },
    SEEN,
    `require.status: found 200; allowed: ${STATUS}`,
  ],
  [
    { require: { headers: { "x-a": true }, status: 503 } },
    SEEN,
    `require.status: found 503; allowed: ${STATUS}`,
  ],
  [
    { require: { headers: { "x-a": true } }, respond: { block: 403 } },
    UNSEEN,
    'require: found {"headers":{"x-a":true}}; allowed: no require where respond answers',
  ],
  [{ signedUrl: {} }, SEEN, `signedUrl.secret: found undefined; allowed: ${SECRET}`],
  [
    { signedUrl: { secret: "link-key" } },
    SEEN,
    `signedUrl.secret: found "link-key"; allowed: ${VARIABLE}; did you mean "LINK_KEY"?`,
  ],
  [{ signedUrl: { secret: [] } }, SEEN, `signedUrl.secret: found []; allowed: ${SECRET}`],
  [{ signedUrl: { secret: ["A", "A"] } }, UNSEEN, `signedUrl.secret: found ["A","A"]; allowed: ${SECRETS}`],
  [
    { signedUrl: { secret: ["A", "B", "C", "D", "E"] } },
    UNSEEN,
    `signedUrl.secret: found ["A","B","C","D","E"]; allowed: ${SECRETS}`,
  ],
  [
    { signedUrl: { secret: "SELVEDGE_SECRET" } },
    UNSEEN,
    'signedUrl.secret: found "SELVEDGE_SECRET"; allowed: a variable that is not a secret of selvedge itself, as SELVEDGE_SECRET is',
  ],
  [
    { signedUrl: { secret: "KEY", boundToAdress: true } },
    SEEN,
    'signedUrl.boundToAdress: found true; allowed: the keys secret, boundToAddress; did you mean "boundToAddress"?',
  ],
  [
    { signedUrl: { secret: "KEY" }, respond: { block: 403 } },
    UNSEEN,
    'signedUrl: found {"secret":"KEY"}; allowed: no signedUrl where respond answers',
  ],
  [{ securityHeaders: "strict" }, SEEN, `securityHeaders: found "strict"; allowed: ${SECURITY}`],
  [
    { securityHeaders: {} },
    SEEN,
    "securityHeaders: found {}; allowed: an object with at least one of the keys fields, override",
  ],
  [
    { securityHeaders: { fields: { "x-a": true } } },
    SEEN,
    "securityHeaders.fields.x-a: found true; allowed: false, or a field's value, without line breaks",
  ],
  [
    { securityHeaders: { fields: { "x-a": "a\nb" } } },
    UNSEEN,
    `securityHeaders.fields.x-a: found "a\\nb"; allowed: a field's value, without line breaks`,
  ],
  [
    { securityHeaders: { fields: { "content-length": "1" } } },
    UNSEEN,
    "securityHeaders.fields.content-length: found \"content-length\"; allowed: a header field that is not the connection's or the cache's own",
  ],
  [
    { securityHeaders: { fields: ["x-a"] } },
    SEEN,
    `securityHeaders.fields: found ["x-a"]; allowed: ${FIELDS}`,
  ],
];
