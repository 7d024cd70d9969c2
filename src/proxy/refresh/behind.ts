import { changedHead } from "../../cache/request/request.ts";
import { validatorsOf } from "../../cache/validation.ts";
import { Fields } from "../../http/field-section.ts";
import { discard } from "../../store/discard.ts";
import { logRefreshFailure } from "../events/events.ts";
import type { Shell } from "../shell.ts";
import type { Job, Refreshed } from "./job.ts";

/**
 * Refreshes a stored response behind an answer (RFC 5861 §3), unless someone else does. Whatever part of it
 * this client wanted, the whole is asked for; the client's answer keeps the stored body for itself.
 */
export function refreshBehind(job: Job, shell: Shell): void {
  const { selected, exchange } = job;
  const leaseKey = selected.key ?? job.key;
  if (!shell.leases.acquire(leaseKey, shell.clock())) return;
  const work = refreshWhole(job, shell).then(
    (refreshed) => conclude(refreshed, leaseKey, job, shell),
    (error) => fail(String(error), leaseKey, job, shell),
  );
  exchange.waitUntil(work);
}

// The answer that it stands behind waits for nothing, not even for the way to the origin to be loaded.
async function refreshWhole(job: Job, shell: Shell): Promise<Refreshed> {
  const { refresh } = shell.beyondHits.atHand ?? (await shell.beyondHits.load());
  return refresh(wholeJob(job), shell, () => {});
}

function wholeJob(job: Job): Job {
  const { head } = job.exchange;
  const headers = new Fields(head.headers);
  for (const name of ["range", "if-range"]) headers.delete(name);
  const stored = job.selected.response?.range === null ? job.selected.response : null;
  return {
    ...job,
    exchange: { ...job.exchange, head: changedHead(head, { method: "GET", headers }) },
    selected: { ...job.selected, response: stored, body: null },
    validators: stored && validatorsOf(stored),
  };
}

async function conclude(refreshed: Refreshed, leaseKey: string, job: Job, shell: Shell): Promise<void> {
  if (refreshed.kind === "response") discard(refreshed.body);
  if (refreshed.kind === "passed") discard(refreshed.response.body);
  const complaint = await complaintOf(refreshed);
  if (complaint === null) shell.leases.succeeded(leaseKey);
  else fail(complaint, leaseKey, job, shell);
}

/** Why the stored response could not be refreshed, or null where it was, or was replaced. */
async function complaintOf(refreshed: Refreshed): Promise<string | null> {
  switch (refreshed.kind) {
    case "response":
      // The lease is held until the copy is in place, not until its head has come.
      return (await refreshed.settled).kind === "stored" ? null : "body cut short";
    case "passed":
      return refreshed.response.status >= 500 ? `status ${refreshed.response.status}` : null;
    case "stale":
      return refreshed.originStatus === null ? "no answer" : `status ${refreshed.originStatus}`;
    case "failed":
      return refreshed.reason;
    default:
      return refreshed satisfies never;
  }
}

// The copy stays in use while its window lasts, and the lease keeps others from asking again at once.
function fail(complaint: string, leaseKey: string, { exchange }: Job, shell: Shell): void {
  const failures = shell.leases.failed(leaseKey, shell.clock());
  shell.stats.refreshFailed();
  logRefreshFailure({ url: exchange.head.url.pathname, complaint, failures }, shell.config.log);
}
