/** What is stored of a request holds no credentials; the origin gets them as they were. */
import { describe, expect, it } from "vitest";
import { changedHead } from "../../../src/cache/request/request.ts";
import { dropFields } from "../../../src/http/fields.ts";
import { hideCredentials, revealCredentials } from "../../../src/proxy/access/credentials.ts";
import { fieldsOf, request } from "../../cache/support.ts";
import { configWith } from "../../support/config.ts";

const SENT = {
  Authorization: "Bearer secret-of-ann",
  Cookie: "session=id-of-ann; theme=dark",
  Accept: "*/*",
};
const hide = (fields: Record<string, string>) => hideCredentials(request(fields), configWith());

describe("credentials in the engine", () => {
  it("are digests, the same for the same and different for others", async () => {
    const [ann, again, bob] = await Promise.all([
      hide(SENT),
      hide(SENT),
      hide({ ...SENT, Authorization: "Bearer secret-of-bob", Cookie: "session=id-of-bob; theme=dark" }),
    ]);
    expect(fieldsOf(again.head.headers)).toEqual(fieldsOf(ann.head.headers));
    for (const name of ["authorization", "cookie"]) {
      expect(ann.head.headers.get(name)).not.toMatch(/ann|dark/);
      expect(ann.head.headers.get(name)).not.toBe(bob.head.headers.get(name));
    }
    expect(ann.head.headers.get("accept")).toBe("*/*");
  });

  it("keep the names of cookies", async () => {
    const { head } = await hide(SENT);
    expect(head.headers.get("cookie")).toMatch(/^session=[0-9a-f]{64}; theme=[0-9a-f]{64}$/);
  });

  it("are themselves for the origin, with all else as it has become", async () => {
    const { head, credentials } = await hide({ ...SENT, Range: "bytes=0-1" });
    const headers = dropFields(head.headers, ["range"]);
    expect(fieldsOf(revealCredentials(changedHead(head, { headers }), credentials).headers)).toEqual(
      fieldsOf(request(SENT).headers),
    );
  });

  it("are absent where they were absent", async () => {
    const { head, credentials } = await hide({ Accept: "*/*" });
    expect(fieldsOf(revealCredentials(head, credentials).headers)).toEqual({ accept: "*/*" });
  });
});
