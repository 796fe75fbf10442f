// Short names in references, such as topic:kelmar-barrier: the form carries what each of them means.

import { form } from "./draft_form.js";

/**
 * Returns the reference to an object by a short name, and adds it to those that the form carries. A name that means
 * another object already gets a number, as on the server.
 */
export function makeReference(kind, name, uid) {
  const carried = form.elements.reference_names;
  const known = new Map(carried.value.split(" ").map((part) => part.split("=")));
  let reference = `${kind}:${name}`;
  for (let number = 2; known.has(reference) && known.get(reference) !== uid; number += 1) reference = `${kind}:${name}.${number}`;
  if (!known.has(reference)) carried.value = `${carried.value} ${reference}=${uid}`.trim();
  return reference;
}
