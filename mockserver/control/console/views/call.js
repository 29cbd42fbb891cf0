// One call: request and reply side by side, what came of it, and what can be done with it.

import { ask, askText, pathOf } from "../client.js";
import { durationOf, timeOf } from "../format.js";
import { html, useEffect, useRef } from "../library.js";
import { Code, Copy } from "../parts/code.js";
import { LoadError, useLoaded } from "../parts/loaded.js";
import { go, to } from "../router.js";
import { attempt, complain, tell } from "../store.js";
import { Status } from "./calls.js";

export function CallDetail({ id }) {
  const { value: call, error } = useLoaded((signal) => ask("GET", pathOf("requests", id), { signal }), [id]);
  const title = useRef(null);
  useEffect(() => {
    title.current?.focus();
  }, [call?.id]);
  return html`
    <section class="detail" aria-label=${`Call ${id}`}>
      <a class="back" href=${to(["calls"])}>Close</a>
      ${error && html`<${LoadError} error=${error} />`}
      ${call && html`
        <h2 ref=${title} tabindex="-1" class="call-title">
          <${Status} status=${call.response.status} /> <span class="method">${call.request.method}</span> <span class="path">${call.request.url}</span>
        </h2>
        <${Facts} call=${call} />
        <${Actions} call=${call} />
        <${Texts} title="Why it was refused" texts=${call.violations} kind="problem" />
        <${Texts} title="Where the reply breaks its schema" texts=${call.disagreements ?? []} kind="warning" />
        <${Texts} title="What nothing was done with" texts=${call.notes} kind="warning" />
        ${!call.wasMatched && html`<${NearOperations} id=${id} />`}
        <${Changes} call=${call} />
        <div class="sides">
          <${Side} title="Request" message=${call.request} query=${call.request.query} />
          <${Side} title="Reply" message=${call.response} />
        </div>
      `}
    </section>
  `;
}

function Facts({ call }) {
  const facts = [
    ["Operation", call.operation || "none"],
    ["Kind", call.kind || "none"],
    ["API", call.api || "none"],
    ["At", timeOf(call.request.loggedDate)],
    ["Took", durationOf(call.duration_ms)],
    ["Number", call.id],
  ];
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function Actions({ call }) {
  const said = (language) => askText(pathOf("requests", call.id, "snippet"), { language });
  const forget = async () => {
    await attempt(() => ask("DELETE", pathOf("requests", call.id)), `Call ${call.id} is forgotten.`);
    go(["calls"]);
  };
  return html`
    <div class="actions">
      <button type="button" class="primary" onClick=${() => replay(call)}>Replay</button>
      <${Copy} label="Copy as curl" what="the call as curl" text=${() => said("curl")} />
      <${Copy} label="Copy as pytest" what="the call as a test" text=${() => said("pytest")} />
      ${call.operation && html`<a class="button" href=${to(["faults"], { operation: call.operation })}>Plan a fault</a>`}
      <button type="button" class="danger" onClick=${forget}>Forget</button>
    </div>
  `;
}

async function replay(call) {
  try {
    const again = await ask("POST", pathOf("requests", call.id, "replay"));
    tell(`Call ${call.id} was made once more, and answered ${again.response.status || "not at all"}.`);
    go(["calls", again.id]);
  } catch (error) {
    complain(error);
  }
}

function Texts({ title, texts, kind }) {
  if (texts.length === 0) {
    return null;
  }
  return html`
    <div class=${kind}>
      <h3>${title}</h3>
      <ul>${texts.map((text) => html`<li>${text}</li>`)}</ul>
    </div>
  `;
}

/** The operations that come nearest to a call that met none. */
function NearOperations({ id }) {
  const { value } = useLoaded((signal) => ask("GET", "/requests/unmatched/near-misses", { signal }), [id]);
  const miss = value?.nearMisses.find((each) => each.request.id === id);
  if (!miss) {
    return null;
  }
  return html`<${Texts} title="It met no operation. Near ones" texts=${miss.operations.length > 0 ? miss.operations : ["none is near"]} kind="warning" />`;
}

function Changes({ call }) {
  if (call.changes.length === 0) {
    return null;
  }
  return html`
    <h3>Records that it changed</h3>
    <ul class="changes">${call.changes.map((change) => html`<${Change} change=${change} api=${call.api} />`)}</ul>
  `;
}

function Change({ change, api }) {
  const { resource, key, parents } = change;
  const place = parents.length > 0 ? ` below ${parents.join("/")}` : "";
  const name = `${resource} ${key}${place}`;
  const verb = change.change === "put" ? "put" : "removed";
  return html`<li>${verb} <a href=${to(["records", api, resource], { key, under: parents })}>${name}</a></li>`;
}

function Side({ title, message, query = [] }) {
  return html`
    <section class="side" aria-label=${title}>
      <h3>${title}</h3>
      ${query.length > 0 && html`<${Pairs} title="Query" pairs=${query} />`}
      <${Body} title=${title} message=${message} />
      <${Pairs} title="Headers" pairs=${Object.entries(message.headers)} />
    </section>
  `;
}

function Body({ title, message }) {
  if (message.bodyAsBase64) {
    const bytes = Math.round(message.bodyAsBase64.length * 0.75);
    return html`<p class="nothing">About ${bytes.toLocaleString()} bytes that are no text.</p>`;
  }
  if (!message.body) {
    return html`<p class="nothing">No body.</p>`;
  }
  return html`<${Code} text=${message.body} label=${`Body of the ${title.toLowerCase()}`} />`;
}

function Pairs({ title, pairs }) {
  if (pairs.length === 0) {
    return html`<p class="nothing">No ${title.toLowerCase()}.</p>`;
  }
  return html`
    <table class="pairs">
      <caption>${title}</caption>
      <tbody>${pairs.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody>
    </table>
  `;
}
