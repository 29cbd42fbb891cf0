// The console: look inside a mock and steer it, from a browser.

import { html, render } from "./library.js";
import { Shell } from "./shell.js";
import { begin } from "./store.js";

const place = document.getElementById("app");
place.replaceChildren();
render(html`<${Shell} />`, place);
begin();
