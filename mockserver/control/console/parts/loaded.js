// Load what a view shows, and load it anew when what it depends on has changed.

import { isTokenWanted } from "../client.js";
import { html, useEffect, useState } from "../library.js";

/** Return `{value, error}` of an asynchronous `load`; the old value stays until the new one is there. */
export function useLoaded(load, dependencies) {
  const [state, setState] = useState({ value: null, error: null });
  useEffect(() => {
    const controller = new AbortController();
    const take = (next) => {
      if (!controller.signal.aborted) {
        setState(next);
      }
    };
    load(controller.signal).then(
      (value) => take({ value, error: null }),
      (error) => take({ value: null, error }),
    );
    return () => controller.abort();
  }, [...dependencies, isTokenWanted.value]);
  return state;
}

/** Show why something could not be loaded. */
export function LoadError({ error }) {
  return html`<p class="problem" role="alert">${error.message}</p>`;
}

/** Show that there is nothing, and what to do about it. */
export function Nothing({ children }) {
  return html`<p class="nothing">${children}</p>`;
}
