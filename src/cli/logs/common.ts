import { type Fields, type LoggedRequest, NO_FIELDS } from "./record.ts";

/**
 * The Common Log Format and the Combined one, as nginx, gunicorn and Apache write them:
 * `192.0.2.7 - - [23/Nov/2026:10:00:00 +0000] "GET /products HTTP/1.1" 200 512 "https://a.example/" "curl/8"`.
 * What follows is left alone, but a number at the very end, which is the seconds that it took (nginx's
 * `$request_time`).
 */
export function readCommonLine(line: string): LoggedRequest | null {
  const opened = line.indexOf(" [");
  const closed = line.indexOf('] "', opened);
  if (opened <= 0 || closed === -1) return null;
  const at = instantOf(line.slice(opened + 2, closed));
  const end = endOfQuoted(line, closed + 3);
  if (at === null || end === -1) return null;
  const request = requestOf(line.slice(closed + 3, end));
  const answer = ANSWER.exec(line.slice(end + 1, end + MOST_OF_ANSWER));
  if (request === null || answer === null) return null;
  const rest = line.slice(end + 1 + answer[0].length);
  const { referer, userAgent } = agentIn(rest);
  const place = line.indexOf(" ");
  return {
    at,
    client: line.slice(0, place),
    method: request.method,
    target: request.target,
    host: null,
    status: Number(answer[1]),
    bytes: answer[2] === "-" ? null : Number(answer[2]),
    durationSeconds: rest === "" ? null : durationOf(rest),
    place: null,
    referer,
    userAgent,
    requestFields: userIn(line, place, opened),
    responseFields: NO_FIELDS,
  };
}

// Whoever is named has shown who it is, by Authorization (RFC 7617).
function userIn(line: string, place: number, end: number): Fields {
  if (line.startsWith(" - - ", place)) return NO_FIELDS;
  const user = line.slice(line.indexOf(" ", place + 1) + 1, end);
  return user === "-" || user === "" ? NO_FIELDS : [["authorization", `Basic ${user}`]];
}

const ANSWER = /^ (\d{3}) (\d+|-)/;
const MOST_OF_ANSWER = 32;

// nginx writes \x22 for a quote, Apache and gunicorn \".
function endOfQuoted(line: string, from: number): number {
  for (let end = line.indexOf('"', from); end !== -1; end = line.indexOf('"', end + 1)) {
    if (line[end - 1] !== "\\") return end;
  }
  return -1;
}

function requestOf(text: string): { readonly method: string; readonly target: string } | null {
  const first = text.indexOf(" ");
  const last = text.lastIndexOf(" ");
  if (first < 1 || last <= first || !text.startsWith("HTTP/", last + 1)) return null;
  return { method: text.slice(0, first), target: text.slice(first + 1, last) };
}

const NOBODY = { referer: null, userAgent: null };

function agentIn(rest: string): Pick<LoggedRequest, "referer" | "userAgent"> {
  if (!rest.startsWith(' "')) return NOBODY;
  const end = endOfQuoted(rest, 2);
  if (end === -1 || !rest.startsWith('" "', end)) return NOBODY;
  const last = endOfQuoted(rest, end + 3);
  return {
    referer: told(rest.slice(2, end)),
    userAgent: last === -1 ? null : told(rest.slice(end + 3, last)),
  };
}

function told(value: string): string | null {
  return value === "" || value === "-" ? null : value;
}

function durationOf(rest: string): number | null {
  const last = rest.slice(rest.lastIndexOf(" ") + 1);
  return last.length <= 12 && /^\d+\.\d+$/.test(last) ? Number(last) : null;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// Many lines have the same second.
let known = { text: "", at: 0 };

/** `23/Nov/2026:10:00:00 +0000` */
function instantOf(text: string): number | null {
  if (text === known.text) return known.at;
  const month = MONTHS.indexOf(text.slice(3, 6)) + 1;
  const sign = text[21];
  if (text.length !== 26 || month === 0 || (sign !== "+" && sign !== "-")) return null;
  const zone = `${sign}${text.slice(22, 24)}:${text.slice(24, 26)}`;
  const iso = `${text.slice(7, 11)}-${String(month).padStart(2, "0")}-${text.slice(0, 2)}T${text.slice(12, 20)}${zone}`;
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return null;
  known = { text, at };
  return at;
}
