// What the browser keeps for this page. Where its settings allow none, the page works without.

// store: "localStorage", for good, or "sessionStorage", for this tab. Returns null where there is nothing.
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
  } catch {} // not allowed, or full
}
