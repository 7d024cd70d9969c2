import { ExitCode, Failure } from "./failure.ts";

/** Where a deployed Worker is, and who asks. */
export interface Access {
  /** Of its host, such as https://api.example.com. */
  readonly at: string;
  readonly token: string;
  /** What its control routes begin with. */
  readonly prefix: string;
}

const LIMIT_MS = 60_000;

/** What a route of the control API answers to a GET. Throws a Failure where it does not answer, or refuses. */
export async function getFrom(access: Access, route: string, query: URLSearchParams): Promise<unknown> {
  const response = await ask(access, `${route}${query.size === 0 ? "" : `?${query}`}`, { method: "GET" });
  return parsed(await response.text().catch(brokeOff(access)), access);
}

/** What it answers to a POST. */
export async function postTo(access: Access, route: string, body: object): Promise<unknown> {
  const response = await post(access, route, body);
  return parsed(await response.text().catch(brokeOff(access)), access);
}

/** The lines of JSON that it answers to a POST, as they come. */
export async function* linesFrom(access: Access, route: string, body: object): AsyncGenerator<unknown> {
  const response = await post(access, route, body, "in pieces");
  let rest = "";
  for await (const text of textsOf(response, access)) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines.filter((line) => line !== "").map((line) => parsed(line, access));
  }
  if (rest !== "") yield parsed(rest, access);
}

async function* textsOf({ body }: Response, access: Access): AsyncGenerator<string> {
  try {
    yield* body?.pipeThrough(new TextDecoderStream()) ?? [];
  } catch (error) {
    brokeOff(access)(error);
  }
}

function brokeOff({ at }: Access): (error: unknown) => never {
  return (error) => {
    throw new Failure(`${at} broke off amid its answer: ${whyNot(error)}`, ExitCode.found);
  };
}

function parsed(text: string, { at, prefix }: Access): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure(
      `${at}${prefix} answered with something else than JSON, or only a part of it: is it a Worker of selvedge?`,
    );
  }
}

/**
 * What a command shows of an answer that is of the shape that it takes it for: what is not, as that of another program or
 * of another version, is missing something, and is refused.
 */
export function shown<Answer>(
  { at, prefix }: Access,
  answer: unknown,
  show: (answer: Answer) => string,
): string {
  try {
    return show(answer as Answer);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Failure(
      `${at}${prefix} answered with JSON that this version does not know: is it a Worker of selvedge, and of this version? (--json shows it)`,
    );
  }
}

function post(access: Access, route: string, body: object, comes: Comes = "whole"): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return ask(access, route, { method: "POST", headers, body: JSON.stringify(body) }, comes);
}

/** What comes in pieces takes as long as it takes, once it has begun. */
type Comes = "whole" | "in pieces";

async function ask(
  { at, token, prefix }: Access,
  route: string,
  init: RequestInit,
  comes: Comes = "whole",
): Promise<Response> {
  const url = new URL(`${prefix}${route}`, at);
  const headers = { ...init.headers, authorization: `Bearer ${token}` };
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new DOMException("", "TimeoutError")), LIMIT_MS).unref();
  // A redirect would take the token to somebody else.
  const asked = fetch(url, { ...init, headers, redirect: "manual", signal: limit.signal });
  const response = await asked.catch((error) => {
    throw new Failure(`${url.origin} does not answer: ${whyNot(error)}`);
  });
  if (!response.ok) throw await refusal(response, url, prefix);
  if (comes === "in pieces") clearTimeout(timer);
  return response;
}

const TRUST = "(NODE_EXTRA_CA_CERTS names a file of those to trust)";

/** Why a fetch failed, in a few words; `limitMs`: how long it was given. */
export function whyNot(error: unknown, limitMs = LIMIT_MS): string {
  const { name, message, cause } = error as Error & {
    readonly cause?: { readonly code?: string; readonly message?: string };
  };
  if (name === "TimeoutError") return `nothing within ${limitMs / 1000} s`;
  return WORDS[cause?.code ?? ""] ?? cause?.code ?? cause?.message ?? message;
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "its name cannot be looked up",
  ECONNRESET: "the connection was broken off",
  EHOSTUNREACH: "no way leads there",
  ENETUNREACH: "no way leads there",
  ETIMEDOUT: "no connection came about in time",
  UND_ERR_CONNECT_TIMEOUT: "no connection came about in time",
  UND_ERR_HEADERS_TIMEOUT: "nothing within 300 s",
  UND_ERR_BODY_TIMEOUT: "nothing more within 300 s",
  UND_ERR_SOCKET: "the connection was broken off",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS there (http:// in place of https://?)",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "it does not speak TLS there (http:// in place of https://?)",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: `its certificate is signed by itself ${TRUST}`,
  SELF_SIGNED_CERT_IN_CHAIN: `its certificate is signed by one that is not trusted ${TRUST}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `its certificate is signed by one that is not trusted ${TRUST}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `its certificate is signed by one that is not trusted ${TRUST}`,
};

async function refusal(response: Response, url: URL, prefix: string): Promise<Failure> {
  const detail = await detailOf(response);
  const location = response.headers.get("location");
  if (location !== null)
    return new Failure(`${url.origin} answered ${response.status}, ${redirected(location, url)}`);
  switch (response.status) {
    case 401:
      return new Failure(`${url.origin} does not know this token; set SELVEDGE_TOKEN, or give --token`);
    case 403:
      return new Failure(`${url.origin}: ${detail}`);
    case 404:
      return new Failure(
        `${url.origin} has no control API at ${prefix}: no CONTROL_TOKEN is set there, another Worker answers, or the prefix is another (--prefix)`,
      );
    case 503:
      return new Failure(`${url.origin}: ${detail}`, ExitCode.found);
    default:
      return new Failure(`${url.origin} answered ${response.status}: ${detail}`);
  }
}

function redirected(location: string, { origin }: URL): string {
  const to = URL.parse(location, origin)?.origin ?? location;
  return to === origin
    ? "and leads elsewhere: something in front of the Worker wants a login"
    : `and leads to ${to}: if that is the Worker's address, give it; else something in front of it wants a login`;
}

// RFC 9457, where it is selvedge that answers.
async function detailOf(response: Response): Promise<string> {
  const whole = await response.text().catch((error) => `it broke off amid its answer: ${whyNot(error)}`);
  const text = whole.slice(0, 2_000);
  try {
    const { detail, title } = JSON.parse(text) as { readonly detail?: string; readonly title?: string };
    return detail ?? title ?? text;
  } catch {
    return text.split("\n", 1)[0] ?? "";
  }
}
