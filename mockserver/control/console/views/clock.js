// What time it is for the mock, and states to come back to.

import { ask, pathOf, space } from "../client.js";
import { html, useEffect, useState } from "../library.js";
import { asked, confirmed } from "../parts/dialog.js";
import { LoadError, Nothing, useLoaded } from "../parts/loaded.js";
import { attempt, steeredVersion } from "../store.js";

const SECOND_MS = 1000;

export function ClockView() {
  return html`<div class="columns"><${Clock} /><${Snapshots} /></div>`;
}

function Clock() {
  const { value, error } = useLoaded((signal) => read(signal), [space.value, steeredVersion.value]);
  const now = useNow(value);
  const freeze = async (event) => {
    event.preventDefault();
    const moment = new FormData(event.target).get("moment");
    const body = moment ? { moment: `${moment.length === 16 ? `${moment}:00` : moment}Z` } : {};
    await attempt(() => ask("POST", "/clock/freeze", { body }), "The clock is frozen.");
  };
  const advance = async (event) => {
    event.preventDefault();
    const given = new FormData(event.target);
    const body = { [given.get("unit")]: Number(given.get("number")) };
    await attempt(() => ask("POST", "/clock/advance", { body }), "The clock is advanced.");
  };
  const resume = () => attempt(() => ask("POST", "/clock/resume"), "The clock runs as ever.");
  return html`
    <section aria-labelledby="clock">
      <h2 id="clock">Clock</h2>
      ${error && html`<${LoadError} error=${error} />`}
      ${value && html`<p class="now"><time dateTime=${now}>${now}</time> <span class="hint">${value.frozen ? "frozen" : "running"}</span></p>`}
      <form class="toolbar" onSubmit=${freeze}>
        <label class="field">Freeze it at (UTC; now where empty)<input name="moment" type="datetime-local" step="1" /></label>
        <button type="submit">Freeze</button>
      </form>
      <form class="toolbar" onSubmit=${advance}>
        <label class="field">Advance it by<input name="number" type="number" step="any" required defaultValue="1" /></label>
        <label class="field">Unit
          <select name="unit" defaultValue="hours">
            ${["seconds", "minutes", "hours", "days"].map((unit) => html`<option value=${unit} selected=${unit === "hours"}>${unit}</option>`)}
          </select>
        </label>
        <button type="submit">Advance</button>
      </form>
      <button type="button" onClick=${resume}>Resume</button>
    </section>
  `;
}

/** Return what the clock shows, and when it was read. */
async function read(signal) {
  const clock = await ask("GET", "/clock", { signal });
  return { ...clock, read: Date.now() };
}

/** Return the present moment of the mock, each second anew while its clock goes. */
function useNow(clock) {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  if (!clock) {
    return "";
  }
  const passed = clock.frozen ? 0 : Date.now() - clock.read;
  return new Date(Date.parse(clock.now) + passed).toISOString().replace(/\.\d+Z$/, "Z");
}

function Snapshots() {
  const { value, error } = useLoaded((signal) => ask("GET", "/snapshots", { signal }), [space.value, steeredVersion.value]);
  const take = async () => {
    const name = await asked("Take a snapshot", "Records and clock of this space as they are now.", "Take", { label: "Name" });
    if (name) {
      await attempt(() => ask("POST", "/snapshots", { body: { name } }), `The snapshot ${name} is taken.`);
    }
  };
  const restore = (name) => attempt(() => ask("POST", `${pathOf("snapshots", name)}/restore`), `The state is that of ${name}.`);
  const drop = async (name) => {
    if (await confirmed(`Delete the snapshot ${name}?`, "The state that it holds is lost.", "Delete")) {
      await attempt(() => ask("DELETE", pathOf("snapshots", name)), `The snapshot ${name} is deleted.`);
    }
  };
  return html`
    <section aria-labelledby="snapshots">
      <h2 id="snapshots">Snapshots</h2>
      ${error && html`<${LoadError} error=${error} />`}
      <div class="actions">
        <button type="button" class="primary" onClick=${take}>Take a snapshot</button>
        <button type="button" class="danger" onClick=${resetSpace}>Reset this space</button>
      </div>
      ${value?.snapshots.length === 0 && html`<${Nothing}>There is none. A reset goes back to the start in any case.<//>`}
      <ul class="cards">
        ${value?.snapshots.map((each) => html`
          <li key=${each.name}>
            <div><strong>${each.name}</strong> <span class="hint">of ${each.space || "the first space"}</span></div>
            <div class="actions">
              <button type="button" onClick=${() => restore(each.name)} aria-label=${`Restore ${each.name}`}>Restore</button>
              <button type="button" class="danger" onClick=${() => drop(each.name)} aria-label=${`Delete ${each.name}`}>Delete</button>
            </div>
          </li>`)}
      </ul>
    </section>
  `;
}

/** Put the space back to its start, when people are sure. */
export async function resetSpace() {
  const name = space.value || "the first space";
  const text = "Records, clock, quotas and faults go back to the start; calls and replies of your own are forgotten.";
  if (await confirmed(`Reset ${name}?`, text, "Reset")) {
    await attempt(() => ask("POST", "/reset"), "The space is as it was at the start.");
  }
}
