import { existsSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Server } from "node:http";
import express from "express";
import { parse } from "graphql";
import { defaultExamples, graphiqlRoutes, type GraphiqlOptions } from "../../src/platform/http/graphiql";

async function withPage(options: GraphiqlOptions, run: (origin: string) => Promise<void>): Promise<void> {
  const server = await new Promise<Server>((resolve) => {
    const started = express()
      .use(graphiqlRoutes(options))
      .listen(0, "127.0.0.1", () => resolve(started));
  });
  try {
    await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const settingsOf = (html: string): Record<string, unknown> & { scripts: string[] } => {
  const text = /id="settings">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
  expect(text).not.toContain("<");
  return JSON.parse(text) as Record<string, unknown> & { scripts: string[] };
};
const addresses = (html: string): string[] =>
  [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? "");

test("the root leads to the page, which nobody may keep or frame", () =>
  withPage({ demoSignIn: true }, async (origin) => {
    const root = await fetch(origin, { redirect: "manual" });
    expect([root.status, root.headers.get("location")]).toEqual([302, "/graphiql"]);
    const page = await fetch(`${origin}/graphiql`);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    expect(page.headers.get("referrer-policy")).toBe("same-origin");
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-|https?:|\*/);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "none";
    expect(await page.text()).toContain(`nonce="${nonce}"`);
    expect((await fetch(`${origin}/graphiql`)).headers.get("content-security-policy")).not.toBe(policy);
  }));

test("each file of the page is of this origin, has its type, and may be kept for a year", () =>
  withPage({ demoSignIn: false }, async (origin) => {
    const html = await (await fetch(`${origin}/graphiql`)).text();
    const files = [...addresses(html), ...settingsOf(html).scripts];
    expect(files).toHaveLength(7);
    const folder = files[0]?.replace(/[^/]+$/, "") ?? "";
    for (const file of [...files, `${folder}editor.mjs`, `${folder}identity.mjs`, `${folder}storage.mjs`]) {
      expect(file).toMatch(/^\/graphiql\/assets\/[0-9a-f]{12}\/[\w.-]+$/);
      const answer = await fetch(origin + file);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toMatch(/^(text\/javascript|text\/css|image\/svg\+xml)/);
      expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      const etag = answer.headers.get("etag") ?? "";
      expect(
        (await fetch(origin + file, { headers: { "if-none-match": etag, "cache-control": "max-age=0" } })).status,
      ).toBe(304);
    }
  }));

test("nothing else can be had below the page", () =>
  withPage({ demoSignIn: false }, async (origin) => {
    const html = await (await fetch(`${origin}/graphiql`)).text();
    const folder = addresses(html)[0]?.replace(/[^/]+$/, "") ?? "";
    for (const name of ["routes.ts", "package.json", "..%2froutes.ts", "%2e%2e%2f%2e%2e%2fpackage.json", "__proto__"]) {
      const answer = await fetch(origin + folder + name);
      expect([answer.status, answer.headers.get("cache-control")]).toEqual([404, "no-store"]);
      expect(await answer.text()).toBe("Not found\n");
    }
    expect((await fetch(`${origin}/graphiql/assets/000000000000/page.mjs`)).status).toBe(404);
  }));

test("the page asks for an actor, with a warning, or for a token, before it loads an editor", async () => {
  await withPage({ demoSignIn: true }, async (origin) => {
    const html = await (await fetch(`${origin}/graphiql`)).text();
    expect(html).toContain('<html lang="en-GB">');
    expect(html).toContain('<label for="who">Sign in as</label>');
    expect(html).toContain("anyone who reaches this page can act as anyone");
    expect(html).not.toContain('type="password"');
    expect(addresses(html).join()).not.toMatch(/react|graphiql\.min\.js/);
  });
  await withPage({ demoSignIn: false }, async (origin) => {
    const html = await (await fetch(`${origin}/graphiql`)).text();
    expect(html).toContain('<label for="who">Bearer token</label>');
    expect(html).not.toContain("Demonstration");
    expect(html).not.toContain("<select");
  });
});

test("only where everyone may ask for the schema is there a way on without signing in", async () => {
  for (const introspection of [undefined, "signed-in", "nobody", "everyone"] as const)
    await withPage({ demoSignIn: true, introspection }, async (origin) => {
      const html = await (await fetch(`${origin}/graphiql`)).text();
      expect(html.includes("Continue without signing in")).toBe(introspection === "everyone");
    });
});

test("an example cannot break out of the page, and none at all leaves no list", async () => {
  const hostile = { title: '"><img src=x>', query: "{ a } # </script><script>", variables: { a: "<!--" } };
  await withPage({ demoSignIn: true, examples: [hostile] }, async (origin) => {
    const html = await (await fetch(`${origin}/graphiql`)).text();
    expect(html).not.toContain("<img");
    const expected = { demoSignIn: true, introspection: "signed-in", examples: [hostile] };
    expect(settingsOf(html)).toMatchObject(expected);
  });
  await withPage({ demoSignIn: true, examples: [] }, async (origin) => {
    expect(await (await fetch(`${origin}/graphiql`)).text()).not.toContain("Things to try");
  });
});

test("the ready-made queries are GraphQL, the first two the contract's word for word", () => {
  for (const { query } of defaultExamples) expect(() => parse(query)).not.toThrow();
  const contract = join(__dirname, "../../../shared/contract");
  if (!existsSync(contract)) {
    console.warn("comparing the ready-made queries with the contract: skipped, ../shared is absent");
    return;
  }
  const files = ["my-agency-actions.graphql", "plan-overview.graphql"];
  const expected = files.map((file) => readFileSync(join(contract, file), "utf8").trim());
  expect(defaultExamples.slice(0, 2).map(({ query }) => query.trim())).toEqual(expected);
});
