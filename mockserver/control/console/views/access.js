// How clients get in: the URL of the space, and the credentials that the mock knows.

import { ask, mockUrl } from "../client.js";
import { html } from "../library.js";
import { Copy } from "../parts/code.js";
import { LoadError, Nothing, useLoaded } from "../parts/loaded.js";
import { apis, steeredVersion } from "../store.js";

const POLICIES = {
  known: "lets in who has one of these credentials",
  any: "lets in whatever credential is sent",
  off: "asks nobody for credentials",
};

export function AccessView() {
  const { value, error } = useLoaded((signal) => ask("GET", "/credentials", { signal }), [steeredVersion.value]);
  return html`
    ${error && html`<${LoadError} error=${error} />`}
    ${apis.value.map((api) => html`<${ApiAccess} key=${api.name} api=${api} told=${value} />`)}
  `;
}

function ApiAccess({ api, told }) {
  const urls = api.bases.length > 0 ? api.bases : [""];
  const known = told?.credentials.filter((each) => each.api === api.name) ?? [];
  const policy = told?.policies[api.name];
  return html`
    <section aria-labelledby=${`access-${api.name}`}>
      <h2 id=${`access-${api.name}`}>${api.name}</h2>
      <ul class="plain">${urls.map((base) => html`<li><${Line} text=${mockUrl() + base} what="the URL" /></li>`)}</ul>
      ${policy && html`<p>${api.name} ${POLICIES[policy]}.</p>`}
      ${policy === "known" && known.length === 0 && html`<${Nothing}>Its document asks for no credentials.<//>`}
      <ul class="cards">${known.map((credential) => html`<${Credential} credential=${credential} />`)}</ul>
    </section>
  `;
}

function Credential({ credential }) {
  const { scheme, type, value, scopes, headers, query } = credential;
  const isTold = value !== "***";
  const isLogin = type === "login";
  return html`
    <li>
      <div><strong>${scheme}</strong> <span class="hint">${type}${scopes ? `, may ${scopes.join(", ") || "nothing"}` : ""}</span></div>
      ${!isTold && html`<p class="hint">Given at the start; it is told to nobody.</p>`}
      ${isTold && isLogin && html`<${Line} text=${value} what="name and password" />`}
      ${Object.entries(headers).map(([name, text]) => html`<${Line} text=${`${name}: ${text}`} what=${`the header ${name}`} />`)}
      ${Object.entries(query).map(([name, text]) => html`<${Line} text=${`${name}=${encodeURIComponent(text)}`} what=${`the query parameter ${name}`} />`)}
    </li>
  `;
}

function Line({ text, what }) {
  return html`<div class="line"><code>${text}</code> <${Copy} label="Copy" what=${what} text=${text} /></div>`;
}
