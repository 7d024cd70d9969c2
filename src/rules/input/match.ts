/** How the rules file says which requests a rule is for. */

/** A regular expression in JavaScript's syntax, to be found anywhere in a value unless anchored. */
export interface Expression {
  /** Up to 512 characters; no repetition inside a repetition, which could take exponentially long. */
  readonly matches: string;
  /** Whether capitals and small letters are the same. Default: `false`. */
  readonly ignoreCase?: boolean;
}

/** `true`: present. `false`: absent. A string: equal to it. A list: equal to one of them. Or an expression. */
export type FieldTest = boolean | string | readonly string[] | Expression;

/** A request method in capitals. The union is for completion; any other method is accepted also. */
export type Method =
  | "GET"
  | "HEAD"
  | "POST"
  | "PUT"
  | "PATCH"
  | "DELETE"
  | "OPTIONS"
  | "QUERY"
  | (string & Record<never, never>);

/** Which requests a rule is for. Every key that is written must hold; a key left out holds always. */
export interface MatchInput {
  /** Pathname pattern or patterns in URLPattern syntax: `/products/:id`, `/blog/*`. Default: every path. */
  readonly path?: string | readonly string[];
  /** Extension or extensions of the path's last segment, without the dot: `["css", "js"]`. Default: any. */
  readonly extension?: string | readonly string[];
  /** Method or methods; GET includes HEAD. Default: every method, so that a pass rule covers writes too. */
  readonly method?: Method | readonly Method[];
  /** Host name without port, or `*.example.com` for every name below it. Default: every host. */
  readonly host?: string | readonly string[];
  /** Tests of query parameters by name: `{ page: true, preview: false }`. Default: none. */
  readonly query?: Readonly<Record<string, FieldTest>>;
  /** Tests of request header fields by name, which may be written in any case. Default: none. */
  readonly headers?: Readonly<Record<string, FieldTest>>;
  /** Tests of cookies by name. Default: none. */
  readonly cookies?: Readonly<Record<string, FieldTest>>;
  /** ISO 3166-1 country code or codes of the client; "T1" is Tor. Default: every country. */
  readonly country?: string | readonly string[];
  /** AF, AN, AS, EU, NA, OC, SA. Default: every continent. */
  readonly continent?: string | readonly string[];
  /** Number or numbers of the client's autonomous system. Default: every one. */
  readonly asn?: number | readonly number[];
  /** TLS version or versions, such as `"TLSv1.3"`. Default: every one. */
  readonly tlsVersion?: string | readonly string[];
  /** `true`: a bot. `false`: none. `"verified"`, `"unverified"`, or a verified bot's category. Default: both. */
  readonly bot?: boolean | string | readonly string[];
  /** Client addresses, or networks in CIDR notation: `["192.0.2.0/24", "2001:db8::/32"]`. Default: every one. */
  readonly ip?: string | readonly string[];
  /** None of these may hold all of what it says. */
  readonly not?: MatchInput | readonly MatchInput[];
  /** At least one of these must hold. */
  readonly any?: readonly MatchInput[];
  /** Each of these must hold. */
  readonly all?: readonly MatchInput[];
}
