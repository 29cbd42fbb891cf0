// One record: what it is, the calls that made it so, and what can be done with it.

import { ask, pathOf } from "../client.js";
import { html, useEffect, useRef, useState } from "../library.js";
import { Code, Copy } from "../parts/code.js";
import { confirmed } from "../parts/dialog.js";
import { JsonEditor } from "../parts/editor.js";
import { LoadError, Nothing, useLoaded } from "../parts/loaded.js";
import { go, to } from "../router.js";
import { attempt, recordsVersion } from "../store.js";
import { CallRow } from "./calls.js";

export function RecordDetail({ api, resource, tenant, recordKey, under }) {
  const [isEditing, setEditing] = useState(false);
  const title = useRef(null);
  const path = pathOf("state", api, resource);
  const own = recordKey ? path + pathOf(recordKey) : path;
  const query = { under, tenant };
  const { value: record, error } = useLoaded((signal) => loaded(own, recordKey, query, signal), [own, under.join("/"), recordsVersion.value]);
  useEffect(() => {
    title.current?.focus();
  }, [own]);
  const save = async (value) => {
    const isSaved = await attempt(
      () => ask("PUT", path, { query: { ...query, masked: true, key: recordKey }, body: value }),
      `The record is saved.`,
    );
    setEditing(!isSaved);
  };
  const remove = async () => {
    const text = "The record and all below it are removed, without a call of the API.";
    if (await confirmed(`Delete ${resource} ${recordKey}?`, text, "Delete")) {
      const isGone = await attempt(() => ask("DELETE", own, { query }), `The record is deleted.`);
      if (isGone) {
        go(["records", api, resource], tenant ? { tenant } : {});
      }
    }
  };
  return html`
    <section class="detail" aria-label=${`Record ${recordKey}`}>
      <a class="back" href=${to(["records", api, resource], tenant ? { tenant } : {})}>Close</a>
      <h2 ref=${title} tabindex="-1">${resource} ${recordKey}${under.length > 0 ? ` below ${under.join("/")}` : ""}</h2>
      ${error && html`<${LoadError} error=${error} />`}
      ${record && !error && isEditing && html`
        <${JsonEditor} label="The record as JSON; *** stands for a secret that stays as it is" text=${JSON.stringify(record, null, 2)} action="Save" save=${save} cancel=${() => setEditing(false)} />
      `}
      ${record && !error && !isEditing && html`
        <div class="actions">
          <button type="button" class="primary" onClick=${() => setEditing(true)}>Edit</button>
          <${Copy} label="Copy" what="the record" text=${JSON.stringify(record, null, 2)} />
          <button type="button" class="danger" aria-label="Delete the record" onClick=${remove}>Delete</button>
        </div>
        <${Code} text=${JSON.stringify(record)} label="The record" />
      `}
      <${History} path=${`${path}${pathOf(recordKey)}/history`} query=${query} isKeyed=${recordKey !== ""} />
    </section>
  `;
}

/** Return the record of a key; without one that of a resource that has a single record. */
async function loaded(own, key, query, signal) {
  if (key) {
    return ask("GET", own, { query: { ...query, masked: true }, signal });
  }
  const { records } = await ask("GET", own, { query: { ...query, masked: true, limit: 1 }, signal });
  return records[0] ?? null;
}

function History({ path, query, isKeyed }) {
  const { value } = useLoaded(
    async (signal) => (isKeyed ? ask("GET", path, { query, signal }) : { requests: [] }),
    [path, query.under.join("/"), recordsVersion.value],
  );
  if (!value) {
    return null;
  }
  return html`
    <h3>How it came about</h3>
    ${value.requests.length === 0 && html`<${Nothing}>No call that the journal knows has changed it: it was there at the start, or was put by hand.<//>`}
    <ol class="calls">${value.requests.map((call) => html`<${CallRow} key=${call.id} call=${call} />`)}</ol>
  `;
}
