import { validatorsOf } from "../cache/validation.ts";
import { discard } from "./body.ts";
import { type Job, type Refreshed, refresh } from "./refresh.ts";
import type { Shell } from "./shell.ts";

/**
 * Refreshes a stored response behind an answer (RFC 5861 §3), unless someone else does. Whatever part of it
 * this client wanted, the whole is asked for; the client's answer keeps the stored body for itself.
 */
export function refreshBehind(job: Job, shell: Shell): void {
  const { selected, exchange } = job;
  const leaseKey = selected.key ?? job.primary;
  if (!shell.leases.acquire(leaseKey, shell.clock())) return;
  const work = refresh(wholeJob(job), shell, () => {}).then(
    (refreshed) => conclude(refreshed, leaseKey, shell),
    () => shell.leases.failed(leaseKey),
  );
  exchange.waitUntil(work);
}

function wholeJob(job: Job): Job {
  const { head } = job.exchange;
  const headers = new Headers(head.headers);
  for (const name of ["range", "if-range"]) headers.delete(name);
  const stored = job.selected.response?.range === null ? job.selected.response : null;
  return {
    ...job,
    exchange: { ...job.exchange, head: { ...head, method: "GET", headers } },
    selected: { ...job.selected, response: stored, body: null },
    validators: stored && validatorsOf(stored),
  };
}

function conclude(refreshed: Refreshed, leaseKey: string, shell: Shell): void {
  if (refreshed.kind === "response") discard(refreshed.body);
  if (refreshed.kind === "passed") discard(refreshed.response.body);
  const failed = refreshed.kind === "failed" || refreshed.kind === "stale";
  if (failed || (refreshed.kind === "passed" && refreshed.response.status >= 500))
    shell.leases.failed(leaseKey);
  else shell.leases.succeeded(leaseKey);
}
