// Edit a JSON value: a text in, the value that somebody made of it out.

import { html, useEffect, useRef, useState } from "../library.js";

/**
 * A form with a JSON text. `save` gets the value, and returns a promise of whether it was taken;
 * Control and Enter save, Escape leaves. What can be left has the focus when it opens.
 */
export function JsonEditor({ label, text, action, save, cancel, children }) {
  const area = useRef(null);
  const [draft, setDraft] = useState(text);
  const [isBusy, setBusy] = useState(false);
  const form = useRef(null);
  const wrong = wrongOf(draft);
  useEffect(() => {
    if (cancel) {
      area.current.focus();
    }
  }, []);
  const submit = async (event) => {
    event.preventDefault();
    if (wrong) {
      return;
    }
    setBusy(true);
    await save(JSON.parse(draft));
    setBusy(false);
  };
  const press = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      form.current.requestSubmit();
    } else if (event.key === "Escape" && cancel) {
      event.stopPropagation();
      cancel();
    }
  };
  return html`
    <form ref=${form} class="editor" onSubmit=${submit} onKeyDown=${press}>
      ${children}
      <label class="field">${label}
        <textarea
          ref=${area}
          rows=${Math.min(24, Math.max(6, draft.split("\n").length + 1))}
          spellcheck="false"
          autocomplete="off"
          aria-invalid=${wrong ? "true" : "false"}
          aria-describedby="editor-wrong"
          value=${draft}
          onInput=${(event) => setDraft(event.target.value)}
        ></textarea>
      </label>
      <p id="editor-wrong" class="wrong" aria-live="polite">${wrong}</p>
      <div class="actions">
        <button type="submit" class="primary" disabled=${isBusy || Boolean(wrong)}>${action}</button>
        ${cancel && html`<button type="button" onClick=${cancel}>Cancel</button>`}
        <span class="hint">Ctrl+Enter: ${action}${cancel ? ", Escape: Cancel" : ""}</span>
      </div>
    </form>
  `;
}

function wrongOf(text) {
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return `This is no JSON: ${error.message}`;
  }
}
