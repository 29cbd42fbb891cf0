// Say values as people read them.

const TIME = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hour12: false,
});

/** Return the time of day of a moment in milliseconds since 1970. */
export function timeOf(moment) {
  return TIME.format(new Date(moment));
}

/** Return a duration in milliseconds. */
export function durationOf(milliseconds) {
  if (milliseconds < 1000) {
    return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
  }
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Return the class of a status: 2 for success, 4 for a refusal, 0 where there was no reply. */
export function classOf(status) {
  return Math.floor(status / 100);
}

/** Return a count with its noun. */
export function counted(number, noun, nouns = `${noun}s`) {
  return `${number.toLocaleString()} ${number === 1 ? noun : nouns}`;
}

/** Return a text in lines where it is JSON, else the text. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Return a value in one line, as a cell of a table shows it. */
export function brief(value) {
  if (value === undefined) {
    return "";
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Return the pieces of a JSON text: `[kind, text]`, the kind is empty for what stands between. */
export function piecesOf(text) {
  const pieces = [];
  let end = 0;
  for (const found of text.matchAll(TOKENS)) {
    const [whole, quoted, colon] = found;
    pieces.push(["", text.slice(end, found.index)]);
    if (quoted) {
      pieces.push([colon ? "name" : "text", quoted], ["", colon ?? ""]);
    } else {
      pieces.push(["value", whole]);
    }
    end = found.index + whole.length;
  }
  pieces.push(["", text.slice(end)]);
  return pieces;
}
