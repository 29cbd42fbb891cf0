// What the views share: the calls of the space as they come, what is played, and what is to be told.

import { ask, isTokenWanted, space } from "./client.js";
import { batch, effect, signal } from "./library.js";
import { follow } from "./stream.js";

const MOST_CALLS = 1000;
const SETTLING_MS = 150;
const SILENCE_MS = 2500;

/** The calls of the space, the latest first, without headers and bodies. */
export const calls = signal([]);
/** `starting`, `live` or `lost`. */
export const connection = signal("starting");
/** Counts how often calls came, several at once as one. */
export const callsVersion = signal(0);
/** Counts how often records may have changed. */
export const recordsVersion = signal(0);
/** Counts how often something was steered: a clock, a fault, a space, a record by hand. */
export const steeredVersion = signal(0);
/** The APIs that are played. */
export const apis = signal([]);
/** The names of the spaces beside the first. */
export const spaces = signal([]);
/** A sentence for people: `{text, isError}`, null where there is none. */
export const notice = signal(null);
/** What a screen reader says of what happens by itself. */
export const announcement = signal("");

/** Tell what was done. */
export function tell(text) {
  notice.value = { text, isError: false };
}

/** Tell why something could not be done; a token that is wanted is asked for instead. */
export function complain(error) {
  if (error.name !== "AbortError" && error.status !== 401) {
    notice.value = { text: error.message, isError: true };
  }
}

/** Do something and tell of it; returns whether it could be done. */
export async function attempt(work, text) {
  try {
    await work();
  } catch (error) {
    complain(error);
    return false;
  }
  if (text) {
    tell(text);
  }
  return true;
}

/** Read anew what is played and which spaces there are. */
export async function refresh() {
  const [played, known] = await Promise.all([ask("GET", "/apis"), ask("GET", "/spaces")]);
  batch(() => {
    apis.value = played.apis;
    spaces.value = known.spaces;
  });
}

/** Keep what is shared up to date, for whichever space is looked at. */
export function begin() {
  effect(() => {
    const name = space.value;
    if (isTokenWanted.value) {
      return undefined;
    }
    return watch(name);
  });
}

function watch(name) {
  let stop = () => {};
  let isOver = false;
  calls.value = [];
  connection.value = "starting";
  const start = async () => {
    try {
      await Promise.all([refresh(), loadCalls()]);
    } catch (error) {
      complain(error);
      connection.value = "lost";
      if (error.status === 0 && !isOver) {
        setTimeout(start, 2000);
      }
      return;
    }
    if (!isOver && space.peek() === name) {
      const after = calls.peek()[0]?.id ?? 0;
      stop = follow("/events", { brief: true, after }, handle, tellConnection);
    }
  };
  start();
  return () => {
    isOver = true;
    stop();
  };
}

async function loadCalls() {
  const name = space.peek();
  const known = new Set(calls.peek().map((call) => call.id));
  const { requests } = await ask("GET", "/requests", { query: { brief: true, limit: MOST_CALLS } });
  if (space.peek() !== name) {
    return;
  }
  requests.forEach((call) => known.add(call.id));
  const since = calls.peek().filter((call) => !known.has(call.id));
  calls.value = [...since, ...requests].slice(0, MOST_CALLS);
}

function tellConnection(isThere) {
  connection.value = isThere ? "live" : "lost";
}

function handle(name, data) {
  if (name === "call") {
    noteCall(data);
  } else if (name === "change") {
    settle();
  }
}

function noteCall(call) {
  if (calls.value.some((known) => known.id === call.id)) {
    return;
  }
  calls.value = [call, ...calls.value].slice(0, MOST_CALLS);
  count(call);
  announce(call);
}

let counting = null;
let hasChanges = false;

/** Count calls, and whether they changed records, once for several that come together. */
function count(call) {
  hasChanges ||= call.changes.length > 0;
  counting ??= setTimeout(() => {
    callsVersion.value += 1;
    recordsVersion.value += hasChanges ? 1 : 0;
    hasChanges = false;
    counting = null;
  }, SETTLING_MS);
}

let settling = null;

/** Read anew what may have changed, once for several changes that come together. */
function settle() {
  settling ??= setTimeout(() => {
    settling = null;
    steeredVersion.value += 1;
    recordsVersion.value += 1;
    Promise.all([refresh(), loadCalls()]).catch(complain);
  }, SETTLING_MS);
}

let unsaid = 0;
let saying = null;

/** Say how many calls came, not more often than one can listen to. */
function announce(call) {
  unsaid += 1;
  saying ??= setTimeout(() => {
    const latest = calls.peek()[0] ?? call;
    const what = `${latest.request.method} ${latest.request.path}, ${latest.response.status}`;
    announcement.value = unsaid === 1 ? `New call: ${what}` : `${unsaid} new calls, the last: ${what}`;
    unsaid = 0;
    saying = null;
  }, SILENCE_MS);
}
