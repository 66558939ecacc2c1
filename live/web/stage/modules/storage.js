// What the browser stores for this page. If its settings forbid that, the page works without it.

// store: "localStorage" (for good) or "sessionStorage" (for this tab). Returns null if nothing is stored.
export function recall(store, key) {
  try {
    return window[store].getItem(key);
  } catch {
    return null;
  }
}

export function keep(store, key, value) {
  try {
    window[store].setItem(key, value);
  } catch {} // forbidden, or full
}
