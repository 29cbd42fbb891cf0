// The documents that are played, and pages that show them.

import { pathOf, root } from "../client.js";
import { html, useEffect, useState } from "../library.js";
import { apis } from "../store.js";

export function DocumentsView() {
  const hasPages = usePages();
  return html`
    <div class="scrolls" tabindex="0" role="region" aria-label="Table of documents">
      <table>
        <thead><tr><th scope="col">API</th><th scope="col">Operations</th><th scope="col">With state</th><th scope="col">Document</th></tr></thead>
        <tbody>
          ${apis.value.map((api) => html`
            <tr>
              <th scope="row">${api.name}</th>
              <td>${api.operations}</td>
              <td>${api.stateful}</td>
              <td><${Links} place=${`${root}/docs${pathOf(api.name)}`} file="openapi.json" hasPages=${hasPages} /></td>
            </tr>`)}
          <tr>
            <th scope="row">Control API</th>
            <td></td><td></td>
            <td><${Links} place=${`${root}/docs`} document=${`${root}/openapi.yaml`} file="openapi.yaml" hasPages=${hasPages} /></td>
          </tr>
        </tbody>
      </table>
    </div>
    ${hasPages === false && html`<p class="hint">Swagger UI comes with an extra: <code>pip install 'understudy[ui]'</code></p>`}
  `;
}

function Links({ place, document: address = `${place}/openapi.json`, file, hasPages }) {
  return html`
    ${hasPages && html`<a href=${`${place}/`}>Swagger UI</a> · `}
    <a href=${address}>${file}</a>
  `;
}

/** Tell whether the files of Swagger UI are installed; null until that is known. */
function usePages() {
  const [hasPages, setPages] = useState(null);
  useEffect(() => {
    fetch(`${root}/docs/static/swagger-ui.css`, { method: "HEAD" }).then(
      (reply) => setPages(reply.ok),
      () => setPages(false),
    );
  }, []);
  return hasPages;
}
