import { type LoggedFields, type LoggedRequest, NO_FIELDS } from "./record.ts";

/**
 * The Common Log Format and the Combined one, as nginx, gunicorn and Apache write them:
 * `192.0.2.7 - - [23/Nov/2026:10:00:00 +0000] "GET /products HTTP/1.1" 200 512 "https://a.example/" "curl/8"`.
 * What follows is left alone, but a number at the very end, which is the seconds that it took (nginx's
 * `$request_time`).
 */
export function readCommonLine(line: string): LoggedRequest | null {
  const place = line.indexOf(" ");
  const opened = line.startsWith(NAMELESS, place) ? place + NAMELESS.length : line.indexOf(" [") + 2;
  const at = instantAt(line, opened);
  const asked = opened + TIME_LENGTH + 3;
  if (at === null || place <= 0 || !line.startsWith('] "', asked - 3)) return null;
  const end = endOfQuoted(line, asked);
  const method = methodAt(line, asked);
  const protocol = line.lastIndexOf(" ", end);
  const target = asked + method.length + 1;
  if (method === "" || protocol < target || !line.startsWith(" HTTP/", protocol)) return null;
  const status = statusAt(line, end + 1);
  const sizeEnd = endOfSize(line, end + 6);
  if (status === null || sizeEnd === null) return null;
  const referer = line.startsWith(' "', sizeEnd) ? endOfQuoted(line, sizeEnd + 2) : -1;
  const agent = referer !== -1 && line.startsWith('" "', referer) ? endOfQuoted(line, referer + 3) : -1;
  return {
    at,
    client: line.slice(0, place),
    method,
    target: line.slice(target, protocol),
    host: null,
    status,
    bytes: line[end + 6] === "-" ? null : Number(line.slice(end + 6, sizeEnd)),
    durationSeconds: durationAfter(line, sizeEnd),
    place: null,
    referer: agent === -1 ? null : told(line, sizeEnd + 2, referer),
    userAgent: agent === -1 ? null : told(line, referer + 3, agent),
    requestFields: userIn(line, place, opened - 2),
    responseFields: NO_FIELDS,
  };
}

const NAMELESS = " - - [";
const TIME_LENGTH = 26;

// Whoever is named has shown who it is, by Authorization (RFC 7617).
function userIn(line: string, place: number, end: number): LoggedFields {
  if (line.startsWith(" - - ", place)) return NO_FIELDS;
  const user = line.slice(line.indexOf(" ", place + 1) + 1, end);
  return user === "-" || user === "" ? NO_FIELDS : [["authorization", `Basic ${user}`]];
}

// nginx writes \x22 for a quote, Apache and gunicorn \".
function endOfQuoted(line: string, from: number): number {
  for (let end = line.indexOf('"', from); end !== -1; end = line.indexOf('"', end + 1)) {
    if (line.charCodeAt(end - 1) !== BACKSLASH) return end;
  }
  return -1;
}

const BACKSLASH = 0x5c;

// A text that is not cut out of the line keeps nothing of it in memory.
function methodAt(line: string, from: number): string {
  if (line.startsWith("GET ", from)) return "GET";
  const end = line.indexOf(" ", from);
  return end === -1 ? "" : line.slice(from, end);
}

/** Three digits, with a blank before and behind them. */
function statusAt(line: string, from: number): number | null {
  if (line[from] !== " " || line[from + 4] !== " ") return null;
  const status = digitAt(line, from + 1) * 100 + digitAt(line, from + 2) * 10 + digitAt(line, from + 3);
  return Number.isNaN(status) ? null : status;
}

/** Where digits end, or a dash; null where there is neither. */
function endOfSize(line: string, from: number): number | null {
  if (line[from] === "-") return from + 1;
  let end = from;
  while (!Number.isNaN(digitAt(line, end))) end += 1;
  return end === from ? null : end;
}

function digitAt(line: string, index: number): number {
  const digit = line.charCodeAt(index) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : Number.NaN;
}

function told(line: string, start: number, end: number): string | null {
  return end === start || (end === start + 1 && line[start] === "-") ? null : line.slice(start, end);
}

function durationAfter(line: string, from: number): number | null {
  // Most end in a quote.
  if (Number.isNaN(digitAt(line, line.length - 1))) return null;
  const last = line.slice(Math.max(from, line.lastIndexOf(" ")) + 1);
  return last.length <= 12 && /^\d+\.\d+$/.test(last) ? Number(last) : null;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// Many lines have the same second.
let known = { text: "unknown", at: 0 };

/** `23/Nov/2026:10:00:00 +0000` */
function instantAt(line: string, start: number): number | null {
  if (line.startsWith(known.text, start)) return known.at;
  const text = line.slice(start, start + TIME_LENGTH);
  const month = MONTHS.indexOf(text.slice(3, 6)) + 1;
  const sign = text[21];
  if (text.length !== TIME_LENGTH || month === 0 || (sign !== "+" && sign !== "-")) return null;
  const zone = `${sign}${text.slice(22, 24)}:${text.slice(24, 26)}`;
  const iso = `${text.slice(7, 11)}-${String(month).padStart(2, "0")}-${text.slice(0, 2)}T${text.slice(12, 20)}${zone}`;
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return null;
  known = { text, at };
  return at;
}
