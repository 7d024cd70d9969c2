/**
 * The rules of this cache: the file to edit. Rules are tried from the top and the first that matches decides.
 * Where a rule is silent, and where no rule matches, the origin's own headers decide. Every key is explained
 * in docs/rules.md, and an editor completes them.
 */
import { defineRules } from "./rules/rule.ts";

export default defineRules({
  rules: [
    // What belongs to one user is never stored, whatever its headers say. No method is named, so that this
    // covers writes too.
    {
      name: "user",
      match: { path: ["/user", "/user/*"] },
      cache: false,
    },

    // The lifetime stays the origin's. Past it, a stale list is served for 30 seconds while it is refreshed,
    // and for an hour while the origin fails. Tracking parameters (utm_source and their kin) neither split the
    // cache nor reach the origin. Where you know every parameter that the origin reads, `include` them instead.
    {
      name: "product-list",
      match: { path: "/products" },
      query: { tracking: "drop" },
      staleWhileRevalidate: "30s",
      staleIfError: "1h",
      tags: ["products"],
    },
    {
      name: "product",
      match: { path: "/products/:id" },
      staleWhileRevalidate: "30s",
      staleIfError: "1h",
      tags: ["products"],
    },

    {
      name: "blog",
      match: { path: ["/blog", "/blog/*"] },
      staleWhileRevalidate: "30s",
      staleIfError: "1h",
      tags: ["blog"],
    },

    // To have every successful write make all copies tagged "products" go, in all data centres, add to the two rules:
    // invalidates: ["products"]
    //
    // To cache what the origin gives no lifetime:
    // { name: "prices", match: { path: "/prices/*", method: "GET" }, edgeTtl: "10m", browserTtl: "1m" },
  ],
});
