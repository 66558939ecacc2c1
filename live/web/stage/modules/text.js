// Two write the text at once: the app adds signed letters while the person types.

// What the text field shows when the app's text has changed from `known` to `now`. What is being typed stays, and
// letters that were signed meanwhile come after it. shown: what the field shows. typing: it has the focus.
export function mergeText(shown, known, now, typing) {
  if (shown === known) return now;
  if (now.startsWith(known)) return shown + now.slice(known.length);
  return typing ? shown : now;
}

// What a screen reader announces when the text has grown from `known` to `now`: the new letters.
export function newLetters(known, now) {
  const added = now.startsWith(known) ? now.slice(known.length) : now.slice(-1);
  return added.trim() || "space";
}

// Shows a text with **bold** parts in an element. The same text is not shown again, or a screen reader would repeat it.
export function showMarked(element, text) {
  if (element.marked === text) return;
  element.marked = text;
  element.replaceChildren(
    ...text.split("**").map((part, n) => {
      return n % 2 ? Object.assign(document.createElement("strong"), { textContent: part }) : part;
    }),
  );
}
