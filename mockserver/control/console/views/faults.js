// Plan what goes wrong: faults, delays, and replies of one's own.

import { ask, pathOf, space } from "../client.js";
import { html, useState } from "../library.js";
import { JsonEditor } from "../parts/editor.js";
import { LoadError, Nothing, useLoaded } from "../parts/loaded.js";
import { route } from "../router.js";
import { apis, attempt, callsVersion, steeredVersion } from "../store.js";

/** What may go wrong, each with the word of the control API and what is said of it. */
const EFFECTS = {
  status: { label: "Refuse with a status", input: "number", value: "503" },
  latency: { label: "Wait", input: "text", value: "2s" },
  reset: { label: "Cut the connection" },
  truncate: { label: "Send half of the body" },
  malformed: { label: "Send a body that is no JSON" },
  drip: { label: "Send the body slowly, over", input: "text", value: "2s" },
  lost_write: { label: "Answer well and store nothing" },
  stale_read: { label: "Read from before the last change" },
  duplicate: { label: "Carry a write out twice" },
};
const STUB = `{
  "request": {"method": "GET", "urlPath": "/hello"},
  "response": {"status": 200, "jsonBody": {"hello": "world"}}
}`;

export function FaultsView() {
  const { value, error } = useLoaded(loaded, [space.value, steeredVersion.value, callsVersion.value]);
  const { value: operations } = useLoaded(operationsOf, [JSON.stringify(apis.value)]);
  if (error) {
    return html`<${LoadError} error=${error} />`;
  }
  if (!value) {
    return null;
  }
  return html`
    <div class="columns">
      <div>
        <${NewFault} operations=${operations ?? []} />
        <${Delay} settings=${value.settings} />
      </div>
      <div>
        <${FaultList} faults=${value.faults} />
        <${Stubs} stubs=${value.mappings} />
      </div>
    </div>
  `;
}

async function loaded(signal) {
  const [{ faults }, { settings }, { mappings }] = await Promise.all(
    ["/faults", "/settings", "/mappings"].map((path) => ask("GET", path, { signal })),
  );
  return { faults, settings, mappings };
}

async function operationsOf(signal) {
  const explained = await Promise.all(apis.value.map((api) => ask("GET", pathOf("explain", api.name), { signal })));
  return explained.flatMap((each) => each.operations.map((operation) => operation.operation));
}

function FaultList({ faults }) {
  const drop = (fault) => attempt(() => ask("DELETE", pathOf("faults", String(fault.id))), "The fault is gone.");
  const clear = () => attempt(() => ask("DELETE", "/faults"), "All faults are gone.");
  return html`
    <section aria-labelledby="planned">
      <h2 id="planned">Planned faults</h2>
      ${faults.length === 0 && html`<${Nothing}>Nothing goes wrong on purpose.<//>`}
      <ul class="cards">
        ${faults.map((fault) => html`
          <li key=${fault.id}>
            <div><strong>${effectOf(fault)}</strong> <span>${matchOf(fault)}</span></div>
            <div class="hint">matched ${fault.met} calls, struck ${fault.struck}</div>
            <button type="button" class="danger" aria-label=${`Remove the fault: ${effectOf(fault)}`} onClick=${() => drop(fault)}>Remove</button>
          </li>`)}
      </ul>
      ${faults.length > 1 && html`<button type="button" class="danger" onClick=${clear}>Remove all</button>`}
    </section>
  `;
}

const MATCH = ["name", "api", "operation", "method", "path", "chance", "nth", "every", "times"];
const COUNTED = ["id", "met", "struck"];

function effectOf(fault) {
  const words = Object.entries(fault).filter(([word]) => !MATCH.includes(word) && !COUNTED.includes(word));
  return words.map(([word, value]) => (value === true ? word : `${word} ${JSON.stringify(value)}`)).join(", ");
}

function matchOf(fault) {
  const words = MATCH.filter((word) => word in fault).map((word) => `${word} ${fault[word]}`);
  return words.length > 0 ? `where ${words.join(", ")}` : "for all calls";
}

function NewFault({ operations }) {
  const [effect, setEffect] = useState("status");
  const chosen = route.value.query.get("operation") ?? "";
  const add = async (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    const fault = { [effect]: valueOf(effect, given.get("value")) };
    if (given.get("operation")) {
      fault.operation = given.get("operation");
    }
    for (const word of ["times", "chance"]) {
      if (given.get(word)) {
        fault[word] = Number(given.get(word));
      }
    }
    await attempt(() => ask("POST", "/faults", { body: fault }), "The fault is planned.");
  };
  const { input, value } = EFFECTS[effect];
  return html`
    <section aria-labelledby="new-fault">
      <h2 id="new-fault">Plan a fault</h2>
      <form class="stacked" onSubmit=${add}>
        <label class="field">What goes wrong
          <select name="effect" value=${effect} onChange=${(event) => setEffect(event.target.value)}>
            ${Object.entries(EFFECTS).map(([word, each]) => html`<option value=${word}>${each.label}</option>`)}
          </select>
        </label>
        ${input && html`<label class="field" key=${effect}>${effect === "status" ? "Status" : "How long (250ms, 2s)"}<input name="value" type=${input} required defaultValue=${value} min="200" max="599" /></label>`}
        <label class="field">At which operation
          <input name="operation" list="operations-known" placeholder="all of them" defaultValue=${chosen} key=${chosen} />
        </label>
        <datalist id="operations-known">${operations.map((label) => html`<option value=${label}></option>`)}</datalist>
        <div class="pair">
          <label class="field">Times at most<input name="times" type="number" min="1" placeholder="always" /></label>
          <label class="field">Chance (0 to 1)<input name="chance" type="number" min="0" max="1" step="any" placeholder="1" /></label>
        </div>
        <div class="actions"><button type="submit" class="primary">Plan it</button></div>
      </form>
    </section>
  `;
}

function valueOf(effect, text) {
  const { input } = EFFECTS[effect];
  if (input === "number") {
    return Number(text);
  }
  return input ? text : true;
}

function Delay({ settings }) {
  const hold = async (event) => {
    event.preventDefault();
    const text = new FormData(event.target).get("delay");
    const body = { ...settings, fixedDelay: text === "" ? null : Number(text) };
    await attempt(() => ask("POST", "/settings", { body }), text ? `Every reply waits ${text} ms.` : "No reply waits.");
  };
  return html`
    <section aria-labelledby="delay">
      <h2 id="delay">Delay of every reply</h2>
      <form class="toolbar" onSubmit=${hold}>
        <label class="field">Milliseconds<input name="delay" type="number" min="0" placeholder="none" defaultValue=${settings.fixedDelay ?? ""} key=${settings.fixedDelay} /></label>
        <button type="submit">Set</button>
      </form>
      ${settings.delayDistribution && html`<p class="hint">and a spread of ${JSON.stringify(settings.delayDistribution)}</p>`}
    </section>
  `;
}

function Stubs({ stubs }) {
  const [version, setVersion] = useState(0);
  const add = async (body) => {
    if (await attempt(() => ask("POST", "/mappings", { body }), "The reply is planned.")) {
      setVersion(version + 1);
    }
  };
  const drop = (stub) => attempt(() => ask("DELETE", pathOf("mappings", stub.id)), "The reply is gone.");
  return html`
    <section aria-labelledby="stubs">
      <h2 id="stubs">Replies of your own</h2>
      <p class="hint">They answer in the place of the API, in WireMock's words.</p>
      <ul class="cards">
        ${stubs.map((stub) => html`
          <li key=${stub.id}>
            <div><code class="wraps">${JSON.stringify(stub.request ?? {})}</code> → <strong>${stub.response.status ?? 200}</strong></div>
            <div class="hint">answered ${stub.answered}${stub.times ? ` of ${stub.times}` : ""}</div>
            <button type="button" class="danger" aria-label=${`Remove the reply to ${JSON.stringify(stub.request ?? {})}`} onClick=${() => drop(stub)}>Remove</button>
          </li>`)}
      </ul>
      <${JsonEditor} key=${version} label="Request and response" text=${STUB} action="Add the reply" save=${add} />
    </section>
  `;
}
