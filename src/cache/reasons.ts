/** Every reason a decision can give: its token, the section it follows, and a sentence for people. */
export const REASONS = {
  // planRequest
  "rule-pass": { section: "rule", text: "the matching rule says pass" },
  "ambiguous-path": {
    section: "RFC 3986 §6.2",
    text: "servers read the path or the query in different ways, which fall under different rules",
  },
  respond: { section: "rule", text: "the matching rule answers by itself" },
  blocked: { section: "rule", text: "the matching rule blocks the request" },
  maintenance: { section: "rule", text: "the matching rule says that the API is under maintenance" },
  "rate-limited": { section: "RFC 6585 §4", text: "the client has sent too many requests" },
  "required-field": {
    section: "rule",
    text: "the request lacks a header field, or the value of one, that the matching rule requires",
  },
  "signature-missing": { section: "rule", text: "only signed links are answered here, and this is none" },
  "signature-invalid": { section: "rule", text: "the signature does not fit the link" },
  "signature-expired": { section: "rule", text: "the signed link has expired" },
  preflight: { section: "Fetch §3.3.2", text: "the rule answers the CORS preflight" },
  "no-identity": { section: "rule", text: "nothing says who is asking, and copies are for one identity" },
  "body-too-large": { section: "rule", text: "the request's body is longer than the rule hashes" },
  "method-unsafe": { section: "RFC 9111 §4", text: "an unsafe method is written through to the origin" },
  "method-uncacheable": { section: "RFC 9110 §9.2.3", text: "responses to this method are not cached" },
  "cache-failed": { section: "rule", text: "the cache itself failed, and the request was passed on" },
  upgrade: { section: "RFC 9110 §7.8", text: "the connection is to be upgraded to another protocol" },
  "request-body": {
    section: "RFC 9110 §9.3.1",
    text: "a GET or HEAD with content has no defined meaning to key on",
  },
  precondition: {
    section: "RFC 9111 §4.3.2",
    text: "If-Match and If-Unmodified-Since are evaluated by the origin",
  },
  "request-no-store": {
    section: "RFC 9111 §5.2.1.5",
    text: "the client forbids storing, and the rules honour it",
  },
  // decideReuse
  fresh: { section: "RFC 9111 §4.2", text: "the stored response is fresh" },
  collapsed: { section: "RFC 9111 §4", text: "another request's answer from the origin serves this one too" },
  "uri-miss": { section: "RFC 9111 §4", text: "nothing is stored for this URI" },
  "vary-miss": { section: "RFC 9111 §4.1", text: "what is stored was selected by other request fields" },
  invalidated: { section: "RFC 9111 §4.4", text: "an unsafe request has invalidated the stored response" },
  purged: { section: "rule", text: "a purge has removed the stored response" },
  "purged-soft": { section: "rule", text: "a purge has made the stored response stale" },
  "read-your-writes": {
    section: "rule",
    text: "the client has written since the stored response was requested",
  },
  "stale-forbidden": {
    section: "RFC 9111 §4.2.4",
    text: "stale, and the origin's directives forbid the window that the rule allows",
  },
  suspect: { section: "RFC 9111 §4.3.5", text: "a HEAD response contradicted the stored response" },
  "no-cache": { section: "RFC 9111 §5.2.2.4", text: "the origin demands validation before every reuse" },
  partial: { section: "RFC 9111 §3.3", text: "the stored part does not hold the bytes asked for" },
  stale: { section: "RFC 9111 §4.2", text: "the stored response is stale" },
  "stale-while-revalidate": {
    section: "RFC 5861 §3",
    text: "stale, within its window, and refreshed behind the answer",
  },
  "stale-if-error": {
    section: "RFC 5861 §4",
    text: "the origin failed, and the stored response is within its window",
  },
  "request-no-cache": { section: "RFC 9111 §5.2.1.4", text: "the client demands validation" },
  "request-max-age": {
    section: "RFC 9111 §5.2.1.1",
    text: "the stored response is older than the client allows",
  },
  "request-min-fresh": {
    section: "RFC 9111 §5.2.1.3",
    text: "the stored response will not stay fresh as long as the client asks",
  },
  "request-max-stale": { section: "RFC 9111 §5.2.1.2", text: "stale, and the client accepts that" },
  "only-if-cached": {
    section: "RFC 9111 §5.2.1.7",
    text: "the client wants a stored response, and none is usable",
  },
  // decideStorage
  stored: { section: "RFC 9111 §3", text: "the response is stored" },
  "stored-partial": { section: "RFC 9111 §3.3", text: "the part is stored" },
  completed: { section: "RFC 9111 §3.4", text: "the stored part and the new one make the whole response" },
  freshened: { section: "RFC 9111 §4.3.4", text: "the origin confirmed the stored response" },
  "head-freshened": {
    section: "RFC 9111 §4.3.5",
    text: "the HEAD response agrees with the stored response and freshens it",
  },
  "head-contradicts": {
    section: "RFC 9111 §4.3.5",
    text: "the HEAD response contradicts the stored response",
  },
  "head-only": { section: "RFC 9110 §9.3.2", text: "a HEAD response has no content to store" },
  "not-modified": {
    section: "RFC 9111 §4.3.3",
    text: "a 304 that answers the client's own condition is not stored",
  },
  "mismatched-304": { section: "RFC 9111 §4.3.4", text: "the 304 confirms something that is not stored" },
  "no-store": { section: "RFC 9111 §5.2.2.5", text: "the origin forbids storing" },
  private: { section: "RFC 9111 §5.2.2.7", text: "the response is meant for one user" },
  authorization: {
    section: "RFC 9111 §3.5",
    text: "the request was authorized, and nothing allows to share its response",
  },
  "error-of-request": {
    section: "RFC 9110 §15.5",
    text: "the error may be due to this one request, and the rule does not name its status",
  },
  "media-type-mismatch": {
    section: "rule",
    text: "the rule is for files of this extension, and the response is of no type that such files have",
  },
  "too-many-tags": {
    section: "rule",
    text: "the response has more than 1,000 tags, and a purge by one of the others would miss it",
  },
  "set-cookie": { section: "RFC 9111 §7.3", text: "the response sets a cookie, and no rule strips it" },
  "status-never": { section: "rule", text: "the rule says never to store this status" },
  "request-cookies": {
    section: "rule",
    text: "the request had cookies, and only the rule gives the response a lifetime",
  },
  "vary-star": {
    section: "RFC 9111 §4.1",
    text: "Vary is *, or names what only the origin is told of a client: no later request matches",
  },
  "status-not-understood": {
    section: "RFC 9111 §5.2.2.3",
    text: "must-understand, and the status code is not understood",
  },
  "status-uncacheable": {
    section: "RFC 9111 §3",
    text: "nothing allows to store a response with this status code",
  },
  "no-lifetime": {
    section: "RFC 9111 §3",
    text: "without lifetime, validator or stale window it could never be reused",
  },
  "bad-range": {
    section: "RFC 9111 §3.3",
    text: "a partial response that cannot be stored: several ranges, no complete length, or no strong validator",
  },
  "range-answer": {
    section: "RFC 9110 §15.5.17",
    text: "the answer may be due to the Range that was asked for",
  },
  "event-stream": { section: "rule", text: "an event stream does not end" },
  "origin-unreachable": { section: "RFC 9110 §15.6.3", text: "the origin could not be reached" },
  "origin-busy": { section: "RFC 9110 §15.6.4", text: "too many requests to the origin are under way" },
  "circuit-open": {
    section: "RFC 9110 §15.6.4",
    text: "the origin kept failing and is not asked for a while",
  },
  "origin-timeout": { section: "RFC 9110 §15.6.5", text: "the origin did not answer in time" },
} as const satisfies Record<string, { section: string; text: string }>;

/** The token that the Cache-Status header, the log and the tools share. */
export type Reason = keyof typeof REASONS;
