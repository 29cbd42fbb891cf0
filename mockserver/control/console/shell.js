// What is around the views: the space, the ways to the views, and what is told.

import { ask, enterSpace, hasToken, isTokenWanted, pathOf, space, useToken } from "./client.js";
import { html, useEffect, useRef, useState } from "./library.js";
import { asked, confirmed, Dialog, QuestionDialog } from "./parts/dialog.js";
import { go, route, to } from "./router.js";
import { announcement, attempt, connection, notice, spaces } from "./store.js";
import { AccessView } from "./views/access.js";
import { CallsView } from "./views/calls.js";
import { ClockView, resetSpace } from "./views/clock.js";
import { DocumentsView } from "./views/documents.js";
import { FaultsView } from "./views/faults.js";
import { RecordsView } from "./views/records.js";
import { SentView } from "./views/sent.js";
import { UnderstandingView } from "./views/understanding.js";

const VIEWS = {
  calls: ["Calls", CallsView],
  records: ["Records", RecordsView],
  understood: ["Understood", UnderstandingView],
  faults: ["Faults", FaultsView],
  clock: ["Clock and snapshots", ClockView],
  sent: ["Webhooks", SentView],
  access: ["Access", AccessView],
  documents: ["Documents", DocumentsView],
};
const NAMES = Object.keys(VIEWS);
const MOST_SPACES = 200;
const NOTICE_MS = 6000;

export function Shell() {
  const name = NAMES.includes(route.value.steps[0]) ? route.value.steps[0] : "calls";
  const [title, View] = VIEWS[name];
  const [isHelpOpen, setHelp] = useState(false);
  const heading = useRef(null);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${title} – Understudy`;
    if (!isFirst.current) {
      notice.value = null;
      heading.current.focus();
    }
    isFirst.current = false;
  }, [name]);
  useKeys(() => setHelp(true));
  return html`
    <a class="skip" href="#main" onClick=${(event) => focusMain(event, heading)}>Skip to the content</a>
    <header>
      <p class="brand"><img src="console/icon.svg" alt="" width="28" height="28" /> Understudy</p>
      <${SpaceChoice} />
      <${Connection} />
      <button type="button" class="help" onClick=${() => setHelp(true)} aria-haspopup="dialog">Keys</button>
    </header>
    <nav class="views" aria-label="Views">
      <ul>${NAMES.map((each) => html`<li><a href=${to([each])} aria-current=${each === name ? "page" : undefined}>${VIEWS[each][0]}</a></li>`)}</ul>
    </nav>
    <main id="main">
      <h1 ref=${heading} tabindex="-1">${title}</h1>
      <${View} />
    </main>
    <${Notice} />
    <p class="unseen" role="status">${announcement.value}</p>
    <${QuestionDialog} />
    ${isTokenWanted.value && html`<${TokenDialog} />`}
    ${isHelpOpen && html`<${HelpDialog} close=${() => setHelp(false)} />`}
  `;
}

function focusMain(event, heading) {
  event.preventDefault();
  heading.current.focus();
}

function SpaceChoice() {
  const known = spaces.value.slice(-MOST_SPACES);
  const names = known.includes(space.value) || !space.value ? known : [...known, space.value];
  const open = async () => {
    const name = await asked("Open a space", "It is made where it is not there. Tests that use the pytest plugin have one each.", "Open", { label: "Name" });
    if (name && (await attempt(() => ask("PUT", pathOf("spaces", name)), `The space ${name} is open.`))) {
      enterSpace(name);
    }
  };
  const drop = async () => {
    const name = space.value;
    if (await confirmed(`Delete the space ${name}?`, "Its records, its calls and its faults are forgotten.", "Delete")) {
      await attempt(() => ask("DELETE", pathOf("spaces", name)), `The space ${name} is deleted.`);
      enterSpace("");
    }
  };
  return html`
    <div class="spaces" role="group" aria-label="Space">
      <label class="field inline">Space
        <select value=${space.value} onChange=${(event) => enterSpace(event.target.value)}>
          <option value="">first space</option>
          ${names.map((name) => html`<option value=${name}>${name}</option>`)}
        </select>
      </label>
      <button type="button" aria-label="Open … a space" onClick=${open}>Open …</button>
      <button type="button" aria-label="Reset the space" onClick=${resetSpace}>Reset</button>
      ${space.value && html`<button type="button" class="danger" aria-label="Delete the space" onClick=${drop}>Delete</button>`}
    </div>
  `;
}

const CONNECTIONS = { starting: "starts", live: "live", lost: "not connected" };

function Connection() {
  const state = connection.value;
  return html`<p class=${`connection ${state}`} role="status">${CONNECTIONS[state]}</p>`;
}

function Notice() {
  const told = notice.value;
  useEffect(() => {
    if (!told || told.isError) {
      return undefined;
    }
    const timer = setTimeout(() => (notice.value = null), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [told]);
  return html`
    <div class="notices">
      <div role="status">${told && !told.isError && html`<p class="notice">${told.text}</p>`}</div>
      <div role="alert">${told?.isError && html`
        <p class="notice error">${told.text} <button type="button" onClick=${() => (notice.value = null)}>Dismiss</button></p>`}
      </div>
    </div>
  `;
}

function TokenDialog() {
  const input = useRef(null);
  const accept = (event) => {
    event.preventDefault();
    useToken(input.current.value.trim());
  };
  return html`
    <${Dialog} title="The admin token" onClose=${() => {}}>
      <form onSubmit=${accept}>
        <p>This mock was started with an <code>--admin-token</code>. It is kept until this tab is closed, and is sent to this mock alone.</p>
        ${hasToken() && html`<p class="problem" role="alert">The token that was given is not the right one.</p>`}
        <label class="field">Token<input ref=${input} type="password" autocomplete="off" required autofocus /></label>
        <div class="actions"><button type="submit" class="primary">Use it</button></div>
      </form>
    <//>
  `;
}

const SINGLE_KEYS = "understudy-single-keys";
const KEYS = [
  ["Alt and 1 to 8", "go to a view"],
  ["/", "go to the search"],
  ["?", "show this"],
  ["↑ ↓", "go along a list of calls"],
  ["Enter", "open what has the focus"],
  ["Escape", "close a dialog, an editor, what is shown beside a list"],
  ["Ctrl and Enter", "save what is edited"],
];

function HelpDialog({ close }) {
  const isOn = localStorage.getItem(SINGLE_KEYS) !== "off";
  const change = (event) => localStorage.setItem(SINGLE_KEYS, event.target.checked ? "on" : "off");
  return html`
    <${Dialog} title="Keys" onClose=${close}>
      <dl class="keys">${KEYS.map(([keys, what]) => html`<div><dt><kbd>${keys}</kbd></dt><dd>${what}</dd></div>`)}</dl>
      <label class="check"><input type="checkbox" defaultChecked=${isOn} onChange=${change} /> single keys (/ and ?) work</label>
      <div class="actions"><button type="button" class="primary" autofocus onClick=${close}>Close</button></div>
    <//>
  `;
}

/** Let keys lead to the views, to the search, and out of what is open. */
function useKeys(showHelp) {
  useEffect(() => {
    const press = (event) => {
      const isTyping = event.target.closest("input, textarea, select, dialog");
      if (event.altKey && NAMES[Number(event.key) - 1]) {
        event.preventDefault();
        go([NAMES[Number(event.key) - 1]]);
      } else if (isTyping || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      } else if (event.key === "Escape") {
        document.querySelector("a.back")?.click();
      } else if (localStorage.getItem(SINGLE_KEYS) !== "off") {
        pressSingle(event, showHelp);
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

function pressSingle(event, showHelp) {
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("search")?.focus();
  } else if (event.key === "?") {
    showHelp();
  }
}
