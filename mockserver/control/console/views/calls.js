// The calls of the space as they come: filter them, find them by a pattern, look at one.

import { ask, mockUrl, send } from "../client.js";
import { classOf, counted, durationOf, timeOf } from "../format.js";
import { html, useEffect, useRef, useState } from "../library.js";
import { JsonEditor } from "../parts/editor.js";
import { confirmed } from "../parts/dialog.js";
import { Nothing } from "../parts/loaded.js";
import { go, route, to } from "../router.js";
import { attempt, calls, complain, tell } from "../store.js";
import { CallDetail } from "./call.js";

const SHOWN = 200;
const EXAMPLE = '{\n  "method": "POST",\n  "status": "4XX"\n}';

export function CallsView() {
  const chosen = route.value.steps[1];
  const [words, setWords] = useState("");
  const [status, setStatus] = useState("");
  const [isUnmatched, setUnmatched] = useState(false);
  const [frozen, setFrozen] = useState(null);
  const [pattern, setPattern] = useState(null);
  const listed = frozen ?? calls.value;
  const wanted = { words: words.toLowerCase(), status, isUnmatched, ids: pattern?.ids };
  const found = listed.filter((call) => fits(call, wanted));
  const waiting = frozen ? calls.value.length - frozen.length : 0;
  return html`
    <div class=${chosen ? "split has-detail" : "split"}>
      <section class="list" aria-label="Calls">
        <div class="toolbar" role="search">
          <label class="field grow">Filter
            <input id="search" type="search" placeholder="path, method, operation …" value=${words} onInput=${(event) => setWords(event.target.value)} />
          </label>
          <label class="field">Status
            <select value=${status} onChange=${(event) => setStatus(event.target.value)}>
              <option value="">all</option>
              ${["2", "3", "4", "5"].map((each) => html`<option value=${each}>${each}XX</option>`)}
              <option value="0">no reply</option>
            </select>
          </label>
          <label class="check"><input type="checkbox" checked=${isUnmatched} onChange=${(event) => setUnmatched(event.target.checked)} /> unmatched only</label>
        </div>
        <div class="toolbar">
          <button type="button" aria-pressed=${frozen ? "true" : "false"} onClick=${() => setFrozen(frozen ? null : calls.value)}>
            ${frozen ? `Go on (${waiting} new)` : "Pause"}
          </button>
          <button type="button" aria-expanded=${pattern ? "true" : "false"} onClick=${() => setPattern(pattern ? null : {})}>Pattern</button>
          <button type="button" onClick=${() => save("jsonl")}>Save as JSON Lines</button>
          <button type="button" onClick=${() => save("har")}>Save as HAR</button>
          <button type="button" class="danger" disabled=${calls.value.length === 0} onClick=${forget}>Forget all</button>
        </div>
        ${pattern && html`<${PatternSearch} pattern=${pattern} setPattern=${setPattern} />`}
        <p class="count">${counted(found.length, "call")}${found.length < listed.length ? ` of ${listed.length.toLocaleString()}` : ""}</p>
        ${found.length > 0 ? html`<${CallList} found=${found.slice(0, SHOWN)} chosen=${chosen} />` : html`<${NoCalls} />`}
        ${found.length > SHOWN && html`<p class="hint">The latest ${SHOWN} are shown: filter to see others.</p>`}
      </section>
      ${chosen && html`<${CallDetail} key=${chosen} id=${chosen} />`}
    </div>
  `;
}

function fits(call, { words, status, isUnmatched, ids }) {
  const { method, url } = call.request;
  if (ids && !ids.has(call.id)) {
    return false;
  }
  if (isUnmatched && call.wasMatched) {
    return false;
  }
  if (status && classOf(call.response.status) !== Number(status)) {
    return false;
  }
  const text = `${method} ${decoded(url)} ${call.operation} ${call.kind} ${call.api} ${call.response.status}`;
  return text.toLowerCase().includes(words);
}

/** Return a URL as people read it; as it is where it is not well encoded. */
function decoded(url) {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
}

function CallList({ found, chosen }) {
  const list = useRef(null);
  useEffect(() => {
    list.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const press = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const links = [...list.current.querySelectorAll("a")];
      const next = links[links.indexOf(document.activeElement) + step];
      next?.focus();
      event.preventDefault();
    }
  };
  return html`
    <ol ref=${list} class="calls" onKeyDown=${press}>
      ${found.map((call) => html`<${CallRow} key=${call.id} call=${call} isChosen=${call.id === chosen} />`)}
    </ol>
  `;
}

/** A line that leads to a call. */
export function CallRow({ call, isChosen }) {
  const { method, url, loggedDate } = call.request;
  const { status } = call.response;
  return html`
    <li>
      <a href=${to(["calls", call.id])} aria-current=${isChosen ? "true" : undefined}>
        <${Status} status=${status} />
        <span class="method">${method}</span>
        <span class="path">${url}</span>
        <span class="kind">${call.operation ? call.kind : "no operation"}${call.violations.length > 0 ? ", refused" : ""}</span>
        <span class="took">${durationOf(call.duration_ms)}</span>
        <time dateTime=${new Date(loggedDate).toISOString()}>${timeOf(loggedDate)}</time>
      </a>
    </li>
  `;
}

/** The status of a reply, its class told by color and by number. */
export function Status({ status }) {
  return html`<span class=${`status status-${classOf(status)}`}>${status || "none"}</span>`;
}

function NoCalls() {
  if (calls.value.length > 0) {
    return html`<${Nothing}>No call is like that.<//>`;
  }
  return html`<${Nothing}>No calls yet. Clients reach this space at <code>${mockUrl()}</code>; what they ask shows here at once.<//>`;
}

/** Finds calls by a pattern in WireMock's words, and tells what came nearest where there are none. */
function PatternSearch({ pattern, setPattern }) {
  const find = async (value) => {
    try {
      const { requests } = await ask("POST", "/requests/find", { body: value });
      const near = requests.length > 0 ? [] : await nearest(value);
      setPattern({ ids: new Set(requests.map((call) => call.id)), near, count: requests.length });
    } catch (error) {
      complain(error);
    }
  };
  return html`
    <section class="panel" aria-label="Find by pattern">
      <${JsonEditor} label="Pattern, in the words of the control API" text=${EXAMPLE} action="Find" save=${find} cancel=${() => setPattern(null)} />
      <div aria-live="polite">
        ${pattern.ids && html`<p>${counted(pattern.count, "call")} of this pattern.</p>`}
        ${pattern.near?.length > 0 && html`
          <h2>Near misses</h2>
          <ul class="misses">${pattern.near.map((miss) => html`<${Miss} key=${miss.request.id} miss=${miss} />`)}</ul>
        `}
      </div>
    </section>
  `;
}

function Miss({ miss }) {
  const { request, response, id } = miss.request;
  return html`
    <li><a href=${to(["calls", id])}>${request.method} ${request.url}, ${response.status}</a>: ${miss.differences.join("; ")}</li>
  `;
}

async function nearest(pattern) {
  const { nearMisses } = await ask("POST", "/near-misses/request-pattern", { body: pattern });
  return nearMisses;
}

async function forget() {
  if (await confirmed("Forget all calls?", "The journal of this space begins anew; records stay.", "Forget")) {
    await attempt(() => ask("DELETE", "/requests"), "All calls are forgotten.");
    go(["calls"]);
  }
}

async function save(format) {
  try {
    const reply = await send("GET", "/requests/export", { query: { format } });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await reply.blob());
    link.download = `calls.${format}`;
    link.click();
    URL.revokeObjectURL(link.href);
    tell(`Saved as ${link.download}.`);
  } catch (error) {
    complain(error);
  }
}
