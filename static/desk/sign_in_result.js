// The last page of signing in, in a frame of a form: hands the form who is signed in, and the token of the new session.

const told = document.querySelector("[data-signed-in]");

if (told && parent !== window) {
  const token = told.querySelector("[name=csrfmiddlewaretoken]").value;
  const { signedIn: person, name } = told.dataset;
  parent.postMessage({ desk: "signed-in", person, name, token }, location.origin);
}
