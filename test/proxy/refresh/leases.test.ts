import { describe, expect, it } from "vitest";
import { Leases } from "../../../src/proxy/refresh/leases.ts";

const LEASE_MS = 50_000;
const RETRY_MS = 5_000;

describe("the lease of a refresh behind an answer", () => {
  it("is held by one at a time", () => {
    const leases = new Leases(LEASE_MS, RETRY_MS);
    expect([leases.acquire("a", 0), leases.acquire("a", LEASE_MS - 1), leases.acquire("b", 0)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("that is lost is taken over when it expires", () => {
    const leases = new Leases(LEASE_MS, RETRY_MS);
    leases.acquire("a", 0);
    expect([leases.acquire("a", LEASE_MS), leases.acquire("a", LEASE_MS + 1)]).toEqual([true, false]);
  });

  it("is free again after a success", () => {
    const leases = new Leases(LEASE_MS, RETRY_MS);
    leases.acquire("a", 0);
    leases.succeeded("a");
    expect(leases.acquire("a", 1)).toBe(true);
  });

  it("keeps others away for a while after a failure, and counts failures in a row", () => {
    const leases = new Leases(LEASE_MS, RETRY_MS);
    leases.acquire("a", 0);
    expect(leases.failed("a", 100)).toBe(1);
    expect([leases.acquire("a", 100 + RETRY_MS - 1), leases.acquire("a", 100 + RETRY_MS)]).toEqual([
      false,
      true,
    ]);
    expect(leases.failed("a", 6000)).toBe(2);
    leases.succeeded("a");
    expect(leases.failed("a", 7000)).toBe(1);
  });
});
