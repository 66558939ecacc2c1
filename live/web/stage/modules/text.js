// Merges the two writers of the text: the app adds signed letters while the person types.

// What the text field shows when the app's text has changed from `known` to `now`. What is being typed stays, and
// letters that were signed meanwhile come after it.
export function merged(shown, known, now, typing) {
  if (shown === known) return now;
  if (now.startsWith(known)) return shown + now.slice(known.length);
  return typing ? shown : now;
}

// What to announce when the text has grown from `known` to `now`: the new letters.
export function news(known, now) {
  const more = now.startsWith(known) ? now.slice(known.length) : now.slice(-1);
  return more.trim() || "space";
}

// Puts a text with **bold** parts into an element.
export function showMarked(element, text) {
  if (element.marked === text) return;
  element.marked = text;
  element.replaceChildren(
    ...text.split("**").map((part, n) => (n % 2 ? Object.assign(document.createElement("strong"), { textContent: part }) : part)),
  );
}
