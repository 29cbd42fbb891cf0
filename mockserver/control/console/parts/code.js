// Show code and copy it.

import { piecesOf, pretty } from "../format.js";
import { html, useState } from "../library.js";
import { complain, tell } from "../store.js";

const LONGEST = 200_000;
const COLORED = 60_000;

/** A button that copies a text, or the text that a function brings. */
export function Copy({ label, text, what, kind = "" }) {
  const copy = async () => {
    try {
      await write(typeof text === "function" ? await text() : text);
      tell(`Copied ${what}.`);
    } catch (error) {
      complain(error);
    }
  };
  return html`<button type="button" class=${kind} aria-label=${`${label}: ${what}`} onClick=${copy}>${label}</button>`;
}

/** Put a text on the clipboard; the second way is for pages that came over plain HTTP from elsewhere. */
async function write(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** A text as code; JSON is laid out and colored. */
export function Code({ text, label, isJson = true }) {
  const [isWhole, setWhole] = useState(false);
  const laidOut = isJson ? pretty(text) : text;
  const shown = isWhole ? laidOut : laidOut.slice(0, LONGEST);
  const pieces = isJson && shown.length < COLORED ? piecesOf(shown) : [["", shown]];
  return html`
    <pre class="code" tabindex="0" role="region" aria-label=${label}><code>${pieces.map(colored)}</code></pre>
    ${shown.length < laidOut.length &&
    html`<button type="button" onClick=${() => setWhole(true)}>Show all ${laidOut.length.toLocaleString()} characters</button>`}
  `;
}

function colored([kind, text]) {
  return kind ? html`<span class=${`json-${kind}`}>${text}</span>` : text;
}
