// The webhooks and callbacks that were due, and what came of each.

import { ask, space } from "../client.js";
import { html } from "../library.js";
import { Code } from "../parts/code.js";
import { LoadError, Nothing, useLoaded } from "../parts/loaded.js";
import { attempt, callsVersion, steeredVersion } from "../store.js";

export function SentView() {
  const { value, error } = useLoaded(
    (signal) => ask("GET", "/sent", { query: { masked: true }, signal }),
    [space.value, steeredVersion.value, callsVersion.value],
  );
  if (error) {
    return html`<${LoadError} error=${error} />`;
  }
  if (!value) {
    return null;
  }
  if (value.sent.length === 0) {
    return html`<${Nothing}>No webhook and no callback was due. What the document names is sent when that happens.<//>`;
  }
  const forget = () => attempt(() => ask("DELETE", "/sent"), "They are forgotten.");
  return html`
    <div class="actions"><button type="button" class="danger" onClick=${forget}>Forget all</button></div>
    <ul class="cards wide">${value.sent.toReversed().map((message) => html`<${Message} message=${message} />`)}</ul>
  `;
}

function Message({ message }) {
  const { event, method, url, at, operation, attempts, problems, body, delivered } = message;
  return html`
    <li>
      <div><strong>${event}</strong> <span class="wraps">${url ? `${method} ${url}` : "nobody had asked for it"}</span></div>
      <div class="hint">${at}, by ${operation}; ${delivered ? "delivered" : "not delivered"}${attempts.length > 0 ? ` (${attempts.map((each) => each.status ?? each.reason).join(", ")})` : ""}</div>
      ${problems.length > 0 && html`<ul class="warning">${problems.map((text) => html`<li>${text}</li>`)}</ul>`}
      <${Code} text=${JSON.stringify(body)} label=${`Body of ${event}`} />
    </li>
  `;
}
