// What was understood of a document, why, and what is unsure, with the line that settles it.

import { ask, pathOf } from "../client.js";
import { counted } from "../format.js";
import { html, useState } from "../library.js";
import { Copy } from "../parts/code.js";
import { LoadError, Nothing, useLoaded } from "../parts/loaded.js";
import { go, route, to } from "../router.js";
import { apis, steeredVersion } from "../store.js";

export function UnderstandingView() {
  const name = route.value.steps[1] ?? apis.value[0]?.name;
  const { value, error } = useLoaded(
    async (signal) => (name ? ask("GET", pathOf("explain", name), { signal }) : null),
    [name, steeredVersion.value],
  );
  return html`
    ${apis.value.length > 1 && html`<${ApiChoice} name=${name} />`}
    ${error && html`<${LoadError} error=${error} />`}
    ${value && html`<${Explanation} key=${value.api} explanation=${value} />`}
  `;
}

function ApiChoice({ name }) {
  return html`
    <label class="field narrow">API
      <select value=${name} onChange=${(event) => go(["understood", event.target.value])}>
        ${apis.value.map((each) => html`<option value=${each.name}>${each.name}</option>`)}
      </select>
    </label>
  `;
}

function Explanation({ explanation }) {
  const { api, source, operations, resources, stateful, unsettled } = explanation;
  return html`
    <p>${stateful} of ${counted(operations.length, "operation")} of <strong>${api}</strong> read or change records of ${counted(resources.length, "resource")}. The document is <code class="wraps">${source}</code>.</p>
    <${Unsettled} unsettled=${unsettled} />
    <${Resources} api=${api} resources=${resources} />
    <${Operations} operations=${operations} unsettled=${unsettled} />
  `;
}

function Unsettled({ unsettled }) {
  if (unsettled.length === 0) {
    return html`<section aria-labelledby="unsure"><h2 id="unsure">What is unsure</h2><${Nothing}>Nothing is.<//></section>`;
  }
  return html`
    <section aria-labelledby="unsure">
      <h2 id="unsure">What is unsure (${unsettled.length})</h2>
      <p>A line in <code>semantics.yaml</code> beside the document settles each: correct it where it is not right.
        <${Copy} label="Copy all" what="all lines as semantics.yaml" text=${semanticsOf(unsettled)} kind="inline" /></p>
      <ul class="unsettled">
        ${unsettled.map((each) => html`
          <li>
            <p><strong>${each.subject}</strong>: ${each.doubt}</p>
            <div class="line"><code>${each.line}</code> <${Copy} label="Copy" what=${`the line for ${each.subject}`} text=${`${each.part}:\n  ${each.line}\n`} /></div>
          </li>`)}
      </ul>
    </section>
  `;
}

/** Return the text of a semantics file with all lines. */
function semanticsOf(unsettled) {
  return ["resources", "operations"]
    .map((part) => [part, unsettled.filter((each) => each.part === part)])
    .filter(([, lines]) => lines.length > 0)
    .map(([part, lines]) => `${part}:\n${lines.map((each) => `  ${each.line}\n`).join("")}`)
    .join("");
}

function Resources({ api, resources }) {
  return html`
    <section aria-labelledby="resources">
      <h2 id="resources">Resources</h2>
      <div class="scrolls" tabindex="0" role="region" aria-label="Table of resources">
        <table>
          <thead><tr><th scope="col">Resource</th><th scope="col">Path</th><th scope="col">Key</th><th scope="col">Below</th><th scope="col">Why this key</th></tr></thead>
          <tbody>${resources.map((each) => html`
            <tr>
              <th scope="row"><a href=${to(["records", api, each.name])}>${each.name}</a></th>
              <td class="roomy"><code>${each.path || "none"}</code></td>
              <td><code>${each.key ?? "one record"}</code></td>
              <td>${each.parents.map((parent) => `${parent.parameter} of ${parent.resource ?? "anything"}`).join(", ") || "–"}</td>
              <td class="roomy">${each.weighed[0] ?? each.rule}${each.doubt && html` <em>a guess: ${each.doubt}</em>`}</td>
            </tr>`)}
          </tbody>
        </table>
      </div>
    </section>
  `;
}

function Operations({ operations, unsettled }) {
  const [words, setWords] = useState("");
  const [isUnsure, setUnsure] = useState(false);
  const doubts = new Set(unsettled.filter((each) => each.part === "operations").map((each) => each.subject));
  const found = operations.filter((each) => {
    const text = `${each.operation} ${each.kind} ${each.resource}`.toLowerCase();
    return text.includes(words.toLowerCase()) && (!isUnsure || doubts.has(each.operation));
  });
  return html`
    <section aria-labelledby="operations">
      <h2 id="operations">Operations</h2>
      <div class="toolbar" role="search">
        <label class="field grow">Filter<input id="search" type="search" placeholder="path, kind, resource" value=${words} onInput=${(event) => setWords(event.target.value)} /></label>
        <label class="check"><input type="checkbox" checked=${isUnsure} onChange=${(event) => setUnsure(event.target.checked)} /> unsure only</label>
      </div>
      <div class="scrolls" tabindex="0" role="region" aria-label="Table of operations">
        <table>
          <thead><tr><th scope="col">Operation</th><th scope="col">Kind</th><th scope="col">Resource</th><th scope="col">Query</th><th scope="col">Why</th></tr></thead>
          <tbody>${found.map((each) => html`
            <tr>
              <th scope="row" class="roomy"><code>${each.operation}</code></th>
              <td>${each.kind}</td>
              <td>${each.resource || "–"}</td>
              <td>${queryOf(each.query)}</td>
              <td>${each.reason}</td>
            </tr>`)}
          </tbody>
        </table>
      </div>
      <p class="count">${counted(found.length, "operation")}</p>
    </section>
  `;
}

/** Return what an operation makes of its query parameters, in words. */
function queryOf(query) {
  if (!query) {
    return "–";
  }
  const pages = query.paging ? [...query.paging.parameters, query.paging.size].filter(Boolean) : [];
  const filters = query.filters.map((filter) => filter.parameter);
  const parts = [["pages", pages], ["filters", filters], ["sorts", query.sort], ["searches", query.search], ["fields", query.fields], ["unused", query.unused]];
  return parts.filter(([, names]) => names.length > 0).map(([what, names]) => `${what}: ${names.join(", ")}`).join("; ") || "–";
}
