// Steers a mock from JavaScript, with nothing but fetch. Usage: node client.mjs URL; prints "done" when all holds.
import assert from "node:assert/strict";

const [url] = process.argv.slice(2);
const key = { "X-Api-Key": "bookshop-key" };
const space = `${url}/__space/node`;

async function admin(method, path, body) {
  const reply = await fetch(`${url}/__admin${path}${path.includes("?") ? "&" : "?"}space=node`, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  assert.ok(reply.ok, `${method} ${path}: ${reply.status}`);
  return reply.status === 204 ? null : reply.json();
}

async function shelves() {
  return (await (await fetch(`${space}/shelves`, { headers: key })).json()).total;
}

assert.equal((await admin("GET", "/health")).status, "healthy");
assert.equal(await shelves(), 3);

const { name } = await admin("POST", "/snapshots", {});
await admin("PUT", "/state/bookshop/shelves", { id: 9, name: "Poetry" });
assert.equal(await shelves(), 4);
await admin("POST", `/snapshots/${name}/restore`);
assert.equal(await shelves(), 3);

const verdict = await admin("POST", "/requests/verify", { pattern: { operation: "GET /shelves" }, times: 3 });
assert.ok(verdict.holds, verdict.explanation);

await admin("POST", "/faults", { operation: "GET /shelves", status: 503, times: 1 });
assert.equal((await fetch(`${space}/shelves`, { headers: key })).status, 503);
assert.equal((await fetch(`${space}/shelves`, { headers: key })).status, 200);

assert.equal((await admin("POST", "/clock/freeze", { moment: "2026-01-01T00:00:00Z" })).frozen, true);
await admin("POST", "/reset");
assert.equal((await admin("POST", "/requests/count", {})).count, 0);
assert.equal((await admin("GET", "/clock")).frozen, false);
console.log("done");
