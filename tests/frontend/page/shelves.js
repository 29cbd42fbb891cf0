// Lists the shelves of the API that `?api=URL` names, and adds one. Cookies go along.
const api = new URLSearchParams(location.search).get("api");

async function call(method, body) {
  const reply = await fetch(`${api}/shelves`, {
    method,
    credentials: "include",
    headers: { "X-Api-Key": "bookshop-key", "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const value = await reply.json();
  if (!reply.ok) throw new Error(value.detail);
  return value;
}

async function show() {
  const page = await call("GET");
  const items = page.items.map((shelf) => {
    const item = document.createElement("li");
    item.textContent = shelf.name;
    return item;
  });
  document.getElementById("shelves").replaceChildren(...items);
}

document.getElementById("new").addEventListener("submit", async (event) => {
  event.preventDefault();
  const told = document.getElementById("told");
  try {
    await call("POST", { name: new FormData(event.target).get("name") });
    told.textContent = "added";
  } catch (error) {
    told.textContent = error.message;
  }
  await show();
});

await show();
