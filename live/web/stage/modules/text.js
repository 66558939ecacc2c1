// The text has two authors: the app adds signed letters while the person types.

// Returns what the text field should show after the app's text has changed from `known` to `latest`. Text that is being
// typed stays, and newly signed letters come after it. shown: what the field shows. typing: whether it has the focus.
export function mergeText(shown, known, latest, typing) {
  if (shown === known) return latest;
  if (latest.startsWith(known)) return shown + latest.slice(known.length);
  return typing ? shown : latest;
}

// Returns what a screen reader announces when the text grows from `known` to `latest`: the new letters.
export function newLetters(known, latest) {
  const added = latest.startsWith(known) ? latest.slice(known.length) : latest.slice(-1);
  return added.trim() || "space";
}

// Returns what a screen reader announces when the text changes without a new letter.
export function changedText(known, latest) {
  if (latest.startsWith(known)) return newLetters(known, latest);
  return latest ? `text: ${latest}` : "the text is empty";
}

// Shows a text with **bold** parts in an element. An unchanged text is not replaced, because a screen reader would
// repeat it.
export function showMarked(element, text) {
  if (element.marked === text) return;
  element.marked = text;
  element.replaceChildren(
    ...text.split("**").map((part, n) => {
      return n % 2 ? Object.assign(document.createElement("strong"), { textContent: part }) : part;
    }),
  );
}
