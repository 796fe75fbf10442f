// The last page of signing in, in a frame of a form: hands the form who is signed in, and the token of the new session.

const result = document.querySelector("[data-signed-in]");

if (result && parent !== window) {
  const token = result.querySelector("[name=csrfmiddlewaretoken]").value;
  const { signedIn: person, name } = result.dataset;
  parent.postMessage({ desk: "signed-in", person, name, token }, location.origin);
}
