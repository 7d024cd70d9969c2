/** What is taken to be so where a log is silent. Every report repeats it. */
export interface Assumptions {
  /** Where a logged target has no host. */
  readonly host: string;
  readonly dataCentres: number;
  /** What a data centre holds, in bytes; beyond it, what was used longest ago goes. */
  readonly storeBytes: number;
  /** How long the origin takes. */
  readonly originSeconds: number;
  /** The size of an answer that is nowhere told. */
  readonly bytes: number;
  /** After so many seconds a resource is another; zero: never. */
  readonly changeSeconds: number;
  /** How much later than others that came after it a request may be logged, and is still replayed in its place. */
  readonly windowSeconds: number;
  /** Fields of the origin's answers that the log does not have. */
  readonly responseFields: readonly (readonly [name: string, value: string])[];
  /** CPU of the Worker for one request, in milliseconds. */
  readonly cpuMs: number;
}

/** What is taken to be so where the caller says nothing. */
export const DEFAULT_ASSUMPTIONS: Assumptions = {
  host: "api.example.com",
  dataCentres: 1,
  storeBytes: 1024 ** 3,
  originSeconds: 0.2,
  bytes: 2048,
  changeSeconds: 0,
  windowSeconds: 5,
  responseFields: [],
  cpuMs: 1,
};

/** US dollars beyond what the Workers Paid plan includes (developers.cloudflare.com/workers/platform/pricing, 2026). */
export const PRICES = { perMillionRequests: 0.3, perMillionCpuMs: 0.02 } as const;

/** The assumptions as a report says them. */
export function sentencesOf(assumed: Assumptions): readonly string[] {
  const {
    dataCentres,
    storeBytes,
    originSeconds,
    bytes,
    changeSeconds,
    windowSeconds,
    responseFields,
    cpuMs,
  } = assumed;
  const fields = responseFields.map(([name, value]) => `${name}: ${value}`).join(", ");
  return [
    `addresses without a host are of ${assumed.host}`,
    `${dataCentres} data centre${dataCentres === 1 ? "" : "s, each client always in the same"}; each holds ${Math.round(storeBytes / 1024 ** 2)} MiB, and what was used longest ago goes first`,
    `where the log does not say: the origin takes ${originSeconds} s, and answers with ${bytes} bytes`,
    changeSeconds === 0 ? "no resource ever changes" : `every resource changes each ${changeSeconds} s`,
    windowSeconds === 0
      ? "lines are in the order of their requests"
      : `lines are up to ${windowSeconds} s out of order, and are put in order`,
    fields === ""
      ? "the origin sends no header fields but those in the log, an ETag and a Date"
      : `the origin also sends ${fields}`,
    "an answer of 304 or 206 in the log stands for a whole one; what is logged of errors is what the origin would have said",
    `a request costs ${cpuMs} ms of CPU`,
  ];
}
