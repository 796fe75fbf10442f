// Looks something up on the server while somebody writes.

/**
 * Returns the JSON that `address` answers to `asked` (an object of names and values). Raises an Error whose message is
 * for people. Who is signed out hears of it on the page: a `desk:signed-out` event is sent to the document.
 */
export async function lookUp(address, asked) {
  let answer, said;
  try {
    answer = await fetch(`${address}?${new URLSearchParams(asked)}`, { headers: { Accept: "application/json" }, redirect: "manual" });
    if (answer.headers.get("content-type")?.startsWith("application/json")) said = await answer.json();
  } catch {
    throw new Error("No connection. Your text is untouched.");
  }
  if (answer.ok && said) return said;
  if (said?.signed_out || answer.type === "opaqueredirect") document.dispatchEvent(new CustomEvent("desk:signed-out"));
  throw new Error(said?.error ?? "Nothing can be looked up now. Your text is untouched.");
}
