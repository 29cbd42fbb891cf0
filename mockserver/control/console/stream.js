// Follow server-sent events (HTML standard, section 9.2) by fetch, which sends the token in a header
// as EventSource cannot.

import { send } from "./client.js";

const SOONEST_MS = 500;
const LATEST_MS = 8000;

/**
 * Follow the events of a path until the function that is returned is called. `handle` gets the name
 * and the data of each, `tell` whether the stream is there; after a break it goes on behind the last
 * event that came.
 */
export function follow(path, query, handle, tell) {
  const controller = new AbortController();
  keepOn(path, query, handle, tell, controller.signal);
  return () => controller.abort();
}

async function keepOn(path, query, handle, tell, abort) {
  let last = query.after;
  let wait = SOONEST_MS;
  while (!abort.aborted) {
    try {
      const reply = await send("GET", path, { query: { ...query, after: last }, abort });
      tell(true);
      wait = SOONEST_MS;
      for await (const event of eventsOf(reply.body, abort)) {
        last = event.id ?? last;
        handle(event.name, JSON.parse(event.data));
      }
    } catch (error) {
      if (error.status === 401 || error.status === 403) {
        tell(false);
        return;
      }
    }
    if (!abort.aborted) {
      tell(false);
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(wait * 2, LATEST_MS);
    }
  }
}

async function* eventsOf(body, abort) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!abort.aborted) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    const parts = (text + value).split("\n\n");
    text = parts.pop();
    for (const part of parts) {
      const event = eventOf(part);
      if (event.data) {
        yield event;
      }
    }
  }
}

function eventOf(text) {
  const event = { name: "message", data: "" };
  for (const line of text.split("\n")) {
    const at = line.indexOf(": ");
    const field = line.slice(0, at);
    const value = line.slice(at + 2);
    if (field === "event") {
      event.name = value;
    } else if (field === "data") {
      event.data += value;
    } else if (field === "id") {
      event.id = value;
    }
  }
  return event;
}
