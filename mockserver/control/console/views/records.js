// The records of a resource: search, sort, page through them, look at one, add one.

import { ask, pathOf, space } from "../client.js";
import { brief, counted } from "../format.js";
import { html, useEffect, useRef, useState } from "../library.js";
import { confirmed } from "../parts/dialog.js";
import { LoadError, Nothing, useLoaded } from "../parts/loaded.js";
import { go, route, to } from "../router.js";
import { apis, attempt, recordsVersion } from "../store.js";
import { RecordDetail } from "./record.js";
import { NewRecord } from "./record_form.js";

const PAGE = 25;
const MOST_COLUMNS = 8;

export function RecordsView() {
  const { steps, query } = route.value;
  const [, api, resource] = steps;
  const tenant = query.get("tenant") ?? "";
  const played = apis.value.find((each) => each.name === api);
  if (!api && apis.value.length > 0) {
    const first = apis.value.find((each) => each.resources.length > 0) ?? apis.value[0];
    return html`<div class="split"><${Resources} tenant="" /><${Nothing}>Choose a resource of ${first.name}.<//></div>`;
  }
  return html`
    <div class="resources-and-records">
      <${Resources} api=${api} resource=${resource} tenant=${tenant} />
      ${played && resource && html`<${Records} key=${`${space.value}/${api}/${resource}/${tenant}`} api=${api} resource=${resource} tenant=${tenant} query=${query} />`}
      ${played && !resource && html`<${Nothing}>Choose a resource.<//>`}
    </div>
  `;
}

function Resources({ api, resource, tenant }) {
  const list = useRef(null);
  useEffect(() => {
    list.current.querySelector('[aria-current="page"]')?.scrollIntoView({ block: "nearest" });
  }, [api, resource, apis.value]);
  return html`
    <nav ref=${list} class="resources" aria-label="Resources">
      ${apis.value.map((each) => html`<${ResourcesOfApi} key=${each.name} played=${each} isOpen=${each.name === api} resource=${resource} tenant=${each.name === api ? tenant : ""} />`)}
    </nav>
  `;
}

function ResourcesOfApi({ played, isOpen, resource, tenant }) {
  const { value } = useLoaded(
    (signal) => ask("GET", pathOf("state", played.name), { query: { tenant }, signal }),
    [played.name, tenant, recordsVersion.value, space.value],
  );
  const counts = value?.resources ?? {};
  const open = (event) => {
    event.preventDefault();
    go(["records", played.name, ...(resource ? [resource] : [])], tenantQuery(new FormData(event.target).get("tenant")));
  };
  return html`
    <h2>${played.name}</h2>
    ${played.tenant && html`
      <form class="tenant" onSubmit=${open}>
        <label class="field">Tenant (${played.tenant})<input name="tenant" value=${tenant} placeholder="the first one" /></label>
        <button type="submit">Show</button>
      </form>
    `}
    ${played.resources.length === 0 && html`<${Nothing}>No resource was found in it: see what was understood.<//>`}
    <ul>
      ${played.resources.map((name) => html`
        <li><a href=${to(["records", played.name, name], tenantQuery(tenant))} aria-current=${isOpen && name === resource ? "page" : undefined}>
          <span>${name}</span> <span class="number">${counts[name] ?? ""}</span>
        </a></li>`)}
    </ul>
  `;
}

function tenantQuery(tenant) {
  return tenant ? { tenant } : {};
}

function Records({ api, resource, tenant, query }) {
  const [words, setWords] = useState("");
  const [sort, setSort] = useState("");
  const [offset, setOffset] = useState(0);
  const [isAdding, setAdding] = useState(false);
  const path = pathOf("state", api, resource);
  const { value, error } = useLoaded(
    (signal) => ask("GET", path, { query: { search: words, sort, offset, limit: PAGE, masked: true, tenant }, signal }),
    [path, words, sort, offset, recordsVersion.value],
  );
  const key = query.get("key");
  const under = query.getAll("under");
  const place = { api, resource, tenant };
  const search = (event) => {
    setOffset(0);
    setWords(event.target.value);
  };
  const clear = async () => {
    const text = `All records of ${resource} in this space, and all below them, are removed.`;
    if (await confirmed(`Remove all ${resource}?`, text, "Remove all")) {
      await attempt(() => ask("DELETE", path, { query: { tenant } }), `All ${resource} are removed.`);
    }
  };
  return html`
    <div class=${key === null && !isAdding ? "split" : "split has-detail"}>
      <section class="list" aria-label=${`Records of ${resource}`}>
        <div class="toolbar" role="search">
          <label class="field grow">Search
            <input id="search" type="search" placeholder="in all values" value=${words} onInput=${search} />
          </label>
          <button type="button" class="primary" onClick=${() => setAdding(true)}>Add a record</button>
          <button type="button" class="danger" onClick=${clear} disabled=${!value?.meta.total}>Remove all</button>
        </div>
        ${error && html`<${LoadError} error=${error} />`}
        ${value && html`<${RecordTable} ...${{ value, place, sort, setSort, chosen: key, under }} />`}
        ${value && html`<${Pager} total=${value.meta.total} offset=${offset} setOffset=${setOffset} />`}
      </section>
      ${isAdding && html`<${NewRecord} ...${place} close=${() => setAdding(false)} />`}
      ${!isAdding && key !== null && html`<${RecordDetail} key=${`${key}/${under.join("/")}`} ...${place} recordKey=${key} under=${under} />`}
    </div>
  `;
}

function RecordTable({ value, place, sort, setSort, chosen, under }) {
  const { records, places } = value;
  if (records.length === 0) {
    return html`<${Nothing}>There is no such record.<//>`;
  }
  const columns = columnsOf(records);
  const hasParents = places.some((each) => each.parents.length > 0);
  const isChosen = (each) => each.key === chosen && each.parents.join("/") === under.join("/");
  return html`
    <div class="scrolls" tabindex="0" role="region" aria-label="Table of records">
      <table class="records">
        <thead><tr>
          <th scope="col">Record</th>
          ${hasParents && html`<th scope="col">Below</th>`}
          ${columns.map((name) => html`<${SortableHead} name=${name} sort=${sort} setSort=${setSort} />`)}
        </tr></thead>
        <tbody>
          ${records.map((record, at) => html`
            <tr key=${`${places[at].parents.join("/")}/${places[at].key}`} class=${isChosen(places[at]) ? "chosen" : ""}>
              <th scope="row"><${RecordLink} place=${place} at=${places[at]} isChosen=${isChosen(places[at])} /></th>
              ${hasParents && html`<td>${places[at].parents.join(" / ")}</td>`}
              ${columns.map((name) => html`<td><span class="cell" title=${brief(record[name])}>${brief(record[name])}</span></td>`)}
            </tr>`)}
        </tbody>
      </table>
    </div>
  `;
}

function RecordLink({ place, at, isChosen }) {
  const { api, resource, tenant } = place;
  const query = { key: at.key, under: at.parents, ...tenantQuery(tenant) };
  return html`<a href=${to(["records", api, resource], query)} aria-current=${isChosen ? "true" : undefined}>${at.key || "the record"}</a>`;
}

function SortableHead({ name, sort, setSort }) {
  const direction = { [name]: "ascending", [`-${name}`]: "descending" }[sort];
  const next = { ascending: `-${name}`, descending: "" }[direction] ?? name;
  const arrow = { ascending: " ↑", descending: " ↓" }[direction] ?? "";
  return html`
    <th scope="col" aria-sort=${direction ?? "none"}>
      <button type="button" class="plain" onClick=${() => setSort(next)}>${name}<span aria-hidden="true">${arrow}</span></button>
    </th>
  `;
}

function Pager({ total, offset, setOffset }) {
  const last = Math.min(offset + PAGE, total);
  return html`
    <div class="pager" role="group" aria-label="Pages">
      <button type="button" disabled=${offset === 0} onClick=${() => setOffset(Math.max(0, offset - PAGE))}>Previous</button>
      <span aria-live="polite">${total > PAGE ? `${offset + 1} to ${last} of ${total.toLocaleString()}` : counted(total, "record")}</span>
      <button type="button" disabled=${last >= total} onClick=${() => setOffset(offset + PAGE)}>Next</button>
    </div>
  `;
}

/** Return the properties that are worth a column: those of most records, plain values first. */
function columnsOf(records) {
  const weights = new Map();
  for (const record of records) {
    Object.entries(record).forEach(([name, value], at) => {
      const isPlain = value === null || typeof value !== "object";
      const weight = (isPlain ? 1 : 0.2) - at / 1000;
      weights.set(name, (weights.get(name) ?? 0) + weight);
    });
  }
  const heaviest = [...weights].sort((one, other) => other[1] - one[1]).slice(0, MOST_COLUMNS);
  const names = new Set(heaviest.map(([name]) => name));
  return [...weights.keys()].filter((name) => names.has(name));
}
