// Where in the console one is, by the part of the address behind `#`: `#/records/bookshop/books?key=5`.

import { signal } from "./library.js";

/** The steps of the path and the query of the present place. */
export const route = signal(read());

addEventListener("hashchange", () => {
  route.value = read();
});

/** Return the address of a place. */
export function to(steps, query = {}) {
  const path = steps.map(encodeURIComponent).join("/");
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      parameters.append(name, each);
    }
  }
  const text = parameters.toString();
  return text ? `#/${path}?${text}` : `#/${path}`;
}

/** Go to a place. */
export function go(steps, query = {}) {
  location.hash = to(steps, query);
}

function read() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const steps = path.split("/").filter(Boolean).map(decodeURIComponent);
  return { steps, query: new URLSearchParams(query ?? "") };
}
