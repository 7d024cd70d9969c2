/** Never a wrong answer: who has written reads what was written, and so does everyone after. */
import { describe, expect, test } from "vitest";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

const HOUR = { "Cache-Control": "max-age=3600" };

const { script, ask, received, path } = stage({
  vars: { SELVEDGE_SECRET: "a secret that is thirty-two characters long" },
  rules: {
    rules: [
      { name: "list", match: { path: "/:shop/products", method: "GET" }, tags: ["{shop}:products"] },
      {
        name: "product",
        match: { path: "/:shop/products/:id", method: "GET" },
        tags: ["{shop}:product:{id}"],
        key: { headers: ["x-currency"] },
      },
      {
        name: "write",
        match: { path: "/:shop/products/:id", method: ["PUT", "DELETE"] },
        invalidates: ["{shop}:products", "{shop}:product:{id}", "/{shop}/stock/{id}", "offers"],
      },
      {
        name: "app",
        match: { path: ["/:shop/menu", "/:shop/prices"], method: "GET", headers: { "x-app": true } },
        key: { host: false },
      },
      { name: "order", match: { path: "/:shop/menu", method: "POST" }, invalidates: ["/{shop}/prices"] },
      {
        name: "flood",
        match: { path: "/flood/*", method: "POST" },
        originPurges: "honor",
        invalidates: ["flood"],
      },
      { name: "told", match: { path: "/told/*", method: "POST" }, originPurges: "honor" },
      { name: "note", match: { path: "/notes/*", method: "POST" }, readYourWrites: "10s" },
    ],
  },
});

/** Asks until it is a hit, so that what is stored behind the answer has been stored. */
async function warm(target: string, headers: Record<string, string> = {}): Promise<string> {
  let body = "";
  await eventually(async () => {
    const answer = await ask(target, { headers });
    body = answer.body;
    return outcomeOf(answer) === "hit";
  });
  return body;
}

let shops = 0;
function shop(): string {
  const name = `/shop${++shops}`;
  for (const target of ["/products", "/products/1", "/products/2", "/stock/1", "/stock/2", "/offers"]) {
    script(name + target, { headers: HOUR, body: "before" }, { headers: HOUR, body: "after" });
  }
  return name;
}

describe("a write invalidates reads", () => {
  test("what has the tags, and the path whatever its query, and nothing else", async () => {
    const name = shop();
    const targets = ["/products", "/products/2", "/stock/1", "/stock/1?unit=kg", "/stock/2"];
    for (const target of targets) await warm(name + target);
    script(`${name}/products/1`, { status: 204 });
    await ask(`${name}/products/1`, { method: "PUT", body: "x" });
    const outcomes = await Promise.all(targets.map(async (target) => outcomeOf(await ask(name + target))));
    expect(outcomes).toEqual(["purged", "hit", "purged", "purged", "hit"]);
  });

  test("every copy of a URL, whatever else is in its key", async () => {
    const name = shop();
    await warm(`${name}/products/1`, { "X-Currency": "EUR" });
    await warm(`${name}/products/1`, { "X-Currency": "USD" });
    await ask(`${name}/products/1`, { method: "DELETE" });
    const bodies = ["EUR", "USD"].map((currency) =>
      ask(`${name}/products/1`, { headers: { "X-Currency": currency } }),
    );
    expect((await Promise.all(bodies)).map(outcomeOf)).not.toContain("hit");
  });

  test("what the origin itself has tagged", async () => {
    const name = shop();
    script(`${name}/offers`, { headers: { ...HOUR, "Cache-Tag": "offers" } });
    await warm(`${name}/offers`);
    script(`${name}/products/9`, { status: 200 });
    await ask(`${name}/products/9`, { method: "PUT", body: "x" });
    expect(outcomeOf(await ask(`${name}/offers`))).toBe("purged");
  });

  test("what the origin names in its answer, where the rule lets it, and the client does not see that", async () => {
    const name = shop();
    await warm(`${name}/products`);
    const named = { "Selvedge-Purge": `other, ${name.slice(1)}:products` };
    const ignored = await ask(path("/untold", { status: 201, headers: named }), {
      method: "POST",
      body: "x",
    });
    const before = outcomeOf(await ask(`${name}/products`));
    const obeyed = await ask(path("/told", { status: 201, headers: named }), { method: "POST", body: "x" });
    expect([before, outcomeOf(await ask(`${name}/products`))]).toEqual(["hit", "purged"]);
    expect([ignored, obeyed].map(({ headers }) => headers["selvedge-purge"])).toEqual([undefined, undefined]);
  });

  test("what is stored by another rule than the writer's own reads fall under", async () => {
    const name = shop();
    const targets = [`${name}/menu`, `${name}/prices`];
    for (const target of targets) {
      script(target, { headers: HOUR });
      await warm(target, { "X-App": "1" });
    }
    await ask(`${name}/menu`, { method: "POST", body: "x" });
    const answers = targets.map((target) => ask(target, { headers: { "X-App": "1" } }));
    expect((await Promise.all(answers)).map(outcomeOf)).not.toContain("hit");
  });

  test("what Location names, however it spells it", async () => {
    const target = path("/a~b", { headers: HOUR });
    await warm(target);
    const Location = target.replace("~", "%7e");
    await ask(path("/created", { status: 201, headers: { Location } }), { method: "POST", body: "x" });
    expect(outcomeOf(await ask(target))).not.toBe("hit");
  });

  test("more than the log takes at once", async () => {
    const target = path("/a", { headers: { ...HOUR, "Cache-Tag": "flood" } });
    const last = path("/a", { headers: { ...HOUR, "Cache-Tag": "t2499" } });
    await Promise.all([warm(target), warm(last)]);
    const named = Array.from({ length: 2500 }, (_, number) => `t${number}`).join(",");
    await ask(path("/flood", { status: 201, headers: { "Selvedge-Purge": named } }), {
      method: "POST",
      body: "x",
    });
    expect([outcomeOf(await ask(target)), outcomeOf(await ask(last))]).toEqual(["purged", "purged"]);
  });

  test("also where one of the paths is longer than the log takes: that one as a prefix, the others as they are", async () => {
    const name = shop();
    const id = `${"x".repeat(3000)}`;
    script(`${name}/offers`, { headers: { ...HOUR, "Cache-Tag": "offers" } });
    script(`${name}/stock/${id}`, { headers: HOUR });
    await warm(`${name}/offers`);
    await warm(`${name}/stock/${id}`);
    script(`${name}/products/${id}`, { status: 204 });
    await ask(`${name}/products/${id}`, { method: "PUT", body: "x" });
    const answers = [ask(`${name}/offers`), ask(`${name}/stock/${id}`)];
    expect((await Promise.all(answers)).map(outcomeOf)).toEqual(["purged", "purged"]);
  });

  test("not where the origin said that the write failed", async () => {
    const name = shop();
    await warm(`${name}/products`);
    script(`${name}/products/1`, { status: 409 });
    await ask(`${name}/products/1`, { method: "PUT", body: "x" });
    expect(outcomeOf(await ask(`${name}/products`))).toBe("hit");
  });
});

describe("readYourWrites", () => {
  test("the writer alone is not served what is older than its write, and the origin never sees its cookie", async () => {
    const read = path("/read", { headers: HOUR });
    await warm(read);
    const written = await ask(path("/notes", { status: 201 }), { method: "POST", body: "x" });
    const cookie = (written.headers["set-cookie"] ?? "").split(";", 1)[0] ?? "";
    expect(written.headers["set-cookie"]).toContain("HttpOnly");
    const [other, writer] = [await ask(read), await ask(read, { headers: { Cookie: `a=b; ${cookie}` } })];
    expect([outcomeOf(other), outcomeOf(writer)]).toEqual(["hit", "read-your-writes"]);
    expect(received(read).at(-1)?.headers["cookie"]).toBe("a=b");
    await eventually(async () => outcomeOf(await ask(read, { headers: { Cookie: cookie } })) === "hit");
  });

  test("a cookie that we have not signed changes nothing", async () => {
    const read = path("/read", { headers: HOUR });
    await warm(read);
    const forged = `selvedge-written=${Date.now()}.AAAA`;
    expect(outcomeOf(await ask(read, { headers: { Cookie: forged } }))).toBe("hit");
  });
});
