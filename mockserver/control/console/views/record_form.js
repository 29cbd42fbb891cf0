// Add a record: what is there already is the pattern for it.

import { ask, pathOf } from "../client.js";
import { html, useState } from "../library.js";
import { JsonEditor } from "../parts/editor.js";
import { LoadError, useLoaded } from "../parts/loaded.js";
import { go } from "../router.js";
import { attempt } from "../store.js";

export function NewRecord({ api, resource, tenant, close }) {
  const { value: draft, error } = useLoaded((signal) => draftOf(api, resource, tenant, signal), [api, resource, tenant]);
  const [keys, setKeys] = useState(null);
  const above = keys ?? draft?.parents ?? [];
  const save = async (record) => {
    const under = above.map((parent) => parent.key);
    const isSaved = await attempt(
      () => ask("PUT", pathOf("state", api, resource), { query: { under, tenant }, body: placed(record, above) }),
      "The record is added.",
    );
    if (isSaved) {
      close();
      const key = draft.keyName ? String(valueAt(record, draft.keyName) ?? "") : "";
      go(["records", api, resource], { ...(key ? { key, under } : {}), ...(tenant ? { tenant } : {}) });
    }
  };
  const change = (at, key) => setKeys(above.map((parent, place) => (place === at ? { ...parent, key } : parent)));
  return html`
    <section class="detail" aria-label="New record">
      <h2>New record of ${resource}</h2>
      ${error && html`<${LoadError} error=${error} />`}
      ${draft && html`
        <${JsonEditor} label="The record as JSON" text=${draft.text} action="Add" save=${save} cancel=${close}>
          ${above.map((parent, at) => html`
            <label class="field">${parent.name}
              <input required value=${parent.key} onInput=${(event) => change(at, event.target.value)} />
            </label>`)}
        <//>
      `}
    </section>
  `;
}

/** Return what a new record begins with: the last one, with the next key. */
async function draftOf(api, resource, tenant, signal) {
  const explanation = await ask("GET", pathOf("explain", api), { signal });
  const shown = explanation.resources.find((each) => each.name === resource);
  const keyName = shown?.key ?? null;
  const query = { sort: keyName ? `-${keyName}` : "", limit: 1, masked: true, tenant };
  const { records, places } = await ask("GET", pathOf("state", api, resource), { query, signal });
  const record = withoutMasks(records[0] ?? {});
  if (keyName && !keyName.includes(".")) {
    record[keyName] = nextKey(records[0]?.[keyName]);
  }
  const parents = (shown?.parents ?? []).map((parent, at) => ({
    name: parent.parameter,
    key: places[0]?.parents[at] ?? "",
  }));
  return { keyName, parents, text: JSON.stringify(record, null, 2) };
}

/** Return a record that names the parents that it is below, where it has properties for them. */
function placed(record, parents) {
  const named = parents.filter((parent) => parent.name in record);
  const keys = named.map(({ name, key }) => [name, typeof record[name] === "number" ? Number(key) : key]);
  return { ...record, ...Object.fromEntries(keys) };
}

/** Return a value with nothing in the place of what is hidden. */
function withoutMasks(value) {
  if (Array.isArray(value)) {
    return value.map(withoutMasks);
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, withoutMasks(inside)]));
  }
  return value === "***" ? "" : value;
}

function nextKey(last) {
  if (typeof last === "number" || last === undefined) {
    return (last ?? 0) + 1;
  }
  return /^\d+$/.test(last) ? String(Number(last) + 1) : crypto.randomUUID?.() ?? `${last}-2`;
}

function valueAt(record, dotted) {
  return dotted.split(".").reduce((value, name) => value?.[name], record);
}
