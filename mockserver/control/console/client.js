// Talk to the control API: a method and a path in, what it answers out.

import { signal } from "./library.js";

const PLACE = /^(.*?)(?:\/__space\/([^/]+))?\/__admin(?:\/|$)/;
const TOKEN = "understudy-admin-token";
const [, mountedAt, spaceInPath] = PLACE.exec(location.pathname) ?? ["", "", undefined];
const spaceInQuery = new URLSearchParams(location.search).get("space");

/** Where the control API is. */
export const root = `${mountedAt}/__admin`;
/** The space that is looked at; empty for the first one. */
export const space = signal(spaceInQuery ?? decodeURIComponent(spaceInPath ?? ""));
/** Whether the control API asks for its token. */
export const isTokenWanted = signal(false);

/** Why the control API refused something, in its own words. */
export class Refusal extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

/** Return the value that the control API answers with, null where it has none. */
export async function ask(method, path, { query = {}, body, signal: abort } = {}) {
  const reply = await send(method, path, { query, body, abort });
  return reply.status === 204 ? null : reply.json();
}

/** Return the text that the control API answers with. */
export async function askText(path, query = {}) {
  const reply = await send("GET", path, { query });
  return reply.text();
}

/** Return a reply of success; throws a Refusal for any other one. */
export async function send(method, path, { query = {}, body, abort, headers = {} } = {}) {
  const sent = { ...authorization(), ...headers };
  if (body !== undefined) {
    sent["Content-Type"] = "application/json";
  }
  let reply;
  try {
    reply = await fetch(address(path, query), {
      method,
      headers: sent,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: abort,
      cache: "no-store",
    });
  } catch (error) {
    if (error.name === "AbortError") {
      throw error;
    }
    throw new Refusal(0, "The mock does not answer. Is it still running?");
  }
  if (reply.status === 401) {
    isTokenWanted.value = true;
  }
  if (!reply.ok) {
    throw new Refusal(reply.status, await reasonOf(reply));
  }
  return reply;
}

/** Tell whether a token was given; where one is wanted all the same, that is not the right one. */
export function hasToken() {
  return sessionStorage.getItem(TOKEN) !== null;
}

/** Keep the admin token as long as the tab is open. */
export function useToken(token) {
  sessionStorage.setItem(TOKEN, token);
  isTokenWanted.value = false;
}

/** Look at another space, and let the address of the page name it. */
export function enterSpace(name) {
  const url = new URL(location.href);
  url.pathname = `${root}/`;
  url.searchParams.delete("space");
  if (name) {
    url.searchParams.set("space", name);
  }
  history.replaceState(null, "", url);
  space.value = name;
}

/** Return the URL under which clients reach the space that is looked at. */
export function mockUrl() {
  const prefix = space.value ? `/__space/${encodeURIComponent(space.value)}` : "";
  return `${location.origin}${mountedAt}${prefix}`;
}

/** Return a path of steps, each encoded. */
export function pathOf(...steps) {
  return steps.map((step) => `/${encodeURIComponent(step)}`).join("");
}

function address(path, query) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ space: space.value, ...query })) {
    const values = Array.isArray(value) ? value : [value];
    const given = values.filter((each) => each !== "" && each !== undefined && each !== null);
    given.forEach((each) => parameters.append(name, each));
  }
  const text = parameters.toString();
  return text ? `${root}${path}?${text}` : `${root}${path}`;
}

function authorization() {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { Authorization: `Bearer ${token}` } : {};
}

async function reasonOf(reply) {
  const text = await reply.text();
  try {
    const problem = JSON.parse(text);
    return problem.detail ?? problem.title ?? text;
  } catch {
    return text || `The mock answered ${reply.status}.`;
  }
}
