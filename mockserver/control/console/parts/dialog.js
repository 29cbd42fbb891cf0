// Ask people: a question in, their answer out.

import { html, signal, useEffect, useRef } from "../library.js";

/** The question that is open: `{title, text, action, isDangerous, field, resolve}`. */
const question = signal(null);

/** Ask whether to do something that cannot be undone. */
export function confirmed(title, text, action) {
  return new Promise((resolve) => {
    question.value = { title, text, action, isDangerous: true, resolve };
  });
}

/** Ask for a text; null when there is none. */
export function asked(title, text, action, field) {
  return new Promise((resolve) => {
    question.value = { title, text, action, field, resolve };
  });
}

/** Shows the question that is open. */
export function QuestionDialog() {
  const open = question.value;
  if (open === null) {
    return null;
  }
  const close = (answer) => {
    question.value = null;
    open.resolve(answer);
  };
  return html`<${Question} key=${open.title} question=${open} close=${close} />`;
}

function Question({ question: open, close }) {
  const input = useRef(null);
  const refuse = () => close(open.field ? null : false);
  const accept = (event) => {
    event.preventDefault();
    close(open.field ? input.current.value.trim() : true);
  };
  return html`
    <${Dialog} title=${open.title} onClose=${refuse}>
      <form onSubmit=${accept}>
        <p>${open.text}</p>
        ${open.field &&
        html`<label class="field">${open.field.label}
          <input ref=${input} type=${open.field.type ?? "text"} maxlength="200" autocomplete="off" spellcheck="false" required autofocus />
        </label>`}
        <div class="actions">
          <button type="submit" class=${open.isDangerous ? "danger" : "primary"}>${open.action}</button>
          <button type="button" onClick=${refuse}>Cancel</button>
        </div>
      </form>
    <//>
  `;
}

/** A modal dialog with a title; the browser keeps the focus in it, and Escape closes it. */
export function Dialog({ title, onClose, children }) {
  const element = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    element.current.showModal();
    return () => before?.focus?.();
  }, []);
  const cancel = (event) => {
    event.preventDefault();
    onClose();
  };
  return html`
    <dialog ref=${element} aria-labelledby="dialog-title" onCancel=${cancel}>
      <h2 id="dialog-title">${title}</h2>
      ${children}
    </dialog>
  `;
}
