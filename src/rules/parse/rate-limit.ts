import type { RateLimit, Template } from "../../cache/policy.ts";
import { object } from "../shape/compound.ts";
import { byDefault, choice, type Shape, whole } from "../shape/shape.ts";
import { binding } from "../shape/texts.ts";
import { template } from "./template.ts";

const BY_ADDRESS: Template = Object.freeze({
  source: "{ip}",
  parts: Object.freeze([Object.freeze({ from: "ip" as const })]),
});

/** Cloudflare's rate limit binding. */
export const rateLimit: Shape<RateLimit> = object(
  "RateLimitInput",
  {
    binding,
    limit: whole(1, 1_000_000_000),
    period: choice("10s", "60s", 10, 60),
    by: byDefault(
      "{ip}",
      template({
        allowed: "a template of whom to count, not empty",
        places: ["param", "query", "request", "ip", "country", "host"],
        accepts: () => true,
      }),
    ),
  },
  (values) => {
    const { binding: name, limit, period } = values;
    if (name === undefined || limit === undefined || period === undefined) return undefined;
    return Object.freeze<RateLimit>({
      binding: name,
      limit,
      periodSeconds: period === "10s" || period === 10 ? 10 : 60,
      by: values.by ?? BY_ADDRESS,
    });
  },
  { required: ["binding", "limit", "period"] },
);
