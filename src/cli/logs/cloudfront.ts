import { fieldsOf, type LoggedRequest, NO_FIELDS, numberOf, type ReadLine } from "./record.ts";

const FIELDS_LINE = "#Fields:";

/** Whether a line is the head of a CloudFront standard log, or of another in W3C's extended format. */
export function isExtendedHead(line: string): boolean {
  return line.startsWith(FIELDS_LINE) || line.startsWith("#Version:");
}

/** Reads CloudFront's standard logs: tabs between values, whose names stand in a line that begins with `#Fields:`. */
export function cloudFrontReader(): ReadLine {
  let places: ReadonlyMap<string, number> = new Map();
  return (line) => {
    if (line.startsWith(FIELDS_LINE)) {
      const names = line.slice(FIELDS_LINE.length).trim().split(/\s+/);
      places = new Map(names.map((name, place) => [name, place]));
    }
    if (line.startsWith("#")) return null;
    const values = line.split("\t");
    return requestOf((name) => {
      const place = places.get(name);
      const value = place === undefined ? undefined : values[place];
      return value === undefined || value === "-" ? null : value;
    });
  };
}

function requestOf(named: (name: string) => string | null): LoggedRequest | null {
  const at = Date.parse(`${named("date")}T${named("time")}Z`);
  const method = named("cs-method");
  const path = named("cs-uri-stem");
  const status = numberOf(named("sc-status"));
  if (Number.isNaN(at) || method === null || path === null || status === null) return null;
  const query = named("cs-uri-query");
  const agent = named("cs(User-Agent)");
  return {
    at,
    client: named("c-ip"),
    method,
    target: query === null ? path : `${path}?${query}`,
    host: named("x-host-header") ?? named("cs(Host)"),
    status,
    bytes: numberOf(named("sc-content-len")) ?? numberOf(named("sc-bytes")),
    durationSeconds: numberOf(named("time-taken")),
    place: named("x-edge-location"),
    referer: named("cs(Referer)"),
    userAgent: agent === null ? null : agent.replaceAll("%20", " "),
    requestFields: fieldsOf({ cookie: named("cs(Cookie)") }),
    responseFields:
      named("sc-content-type") === null ? NO_FIELDS : fieldsOf({ "content-type": named("sc-content-type") }),
  };
}
