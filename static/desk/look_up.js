// Looks something up on the server while somebody writes.

/**
 * Returns the JSON that `address` answers to `parameters` (an object of names and values). Raises an Error whose message
 * is for people. Who is signed out hears of it on the page: a `desk:signed-out` event is sent to the document.
 */
export async function fetchJson(address, parameters) {
  let answer, data;
  try {
    answer = await fetch(`${address}?${new URLSearchParams(parameters)}`, { headers: { Accept: "application/json" }, redirect: "manual" });
    if (answer.headers.get("content-type")?.startsWith("application/json")) data = await answer.json();
  } catch {
    throw new Error("No connection. Your text is safe.");
  }
  if (answer.ok && data) return data;
  if (data?.signed_out || answer.type === "opaqueredirect") document.dispatchEvent(new CustomEvent("desk:signed-out"));
  throw new Error(data?.error ?? "Can’t look this up right now. Your text is safe.");
}
