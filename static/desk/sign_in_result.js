// The last page of signing in: tells the forms that wait for it who is signed in, and the token of the new session.

const SIGNED_IN = "desk-signed-in";

const result = document.querySelector("[data-signed-in]");

if (result) {
  const token = result.querySelector("[name=csrfmiddlewaretoken]").value;
  const { signedIn: person, name } = result.dataset;
  new BroadcastChannel(SIGNED_IN).postMessage({ person, name, token });
  // In a window of its own, which the sign-in page in the frame has opened, as for single sign-on.
  if (parent === window) result.querySelector("[data-other-window]").hidden = false;
}
