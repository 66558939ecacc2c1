// What the browser keeps for this page. If its settings forbid that, the page works without.

// store: "localStorage", for good, or "sessionStorage", for this tab. Returns null if nothing is kept.
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
