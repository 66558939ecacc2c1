// What the model sees: its 28 x 28 pixels, and the likeliest letters. The app sends this only while the section
// is open.

export class Seen {
  // look(on): tells the app whether to send it.
  constructor(root, look) {
    Object.assign(this, { root, timesMs: [] });
    this.paper = root.querySelector(".crop").getContext("2d");
    root.addEventListener("toggle", () => look(root.open));
  }

  get open() {
    return this.root.open;
  }

  show(seen, nowMs) {
    this.timesMs = [...this.timesMs.filter((ms) => nowMs - ms < 2000), nowMs];
    if (!seen) return;
    this.root.querySelector(".none").hidden = true;
    this.root.querySelector(".opinions").hidden = false;
    const span = (nowMs - this.timesMs[0]) / 1000;
    const rate = span > 0 ? Math.round((this.timesMs.length - 1) / span) : 0;
    this.root.querySelector(".rate").textContent = `${rate} frames a second`;
    this.crop(seen.crop);
    this.table(seen.readers, seen.rows);
  }

  clear() {
    this.timesMs = [];
    this.root.querySelector(".none").hidden = false;
    this.root.querySelector(".opinions").hidden = true;
    this.root.querySelector(".rate").textContent = "";
  }

  crop(base64) {
    if (!base64) return this.paper.clearRect(0, 0, 28, 28);
    const gray = atob(base64);
    const picture = this.paper.createImageData(28, 28);
    for (let n = 0; n < gray.length; n++) {
      picture.data.fill(gray.charCodeAt(n), 4 * n, 4 * n + 3);
      picture.data[4 * n + 3] = 255;
    }
    this.paper.putImageData(picture, 0, 0);
  }

  table(readers, rows) {
    const percent = (share) => `${Math.round(share * 100)}%`;
    const head = this.root.querySelector("thead tr");
    head.replaceChildren(cell("th", "letter"), cell("td", ""), ...readers.map((name) => cell("th", name, "share")));
    this.root.querySelector("tbody").replaceChildren(
      ...rows.map(([letter, ...shares]) => {
        const row = document.createElement("tr");
        const bar = Object.assign(document.createElement("div"), { className: "bar" });
        bar.style.width = percent(shares[0]);
        const place = cell("td", "");
        place.style.width = "40%";
        place.append(bar);
        row.append(cell("th", letter), place, ...shares.map((share) => cell("td", percent(share), "share")));
        return row;
      }),
    );
  }
}

function cell(kind, text, className = "") {
  const made = Object.assign(document.createElement(kind), { textContent: text, className });
  if (kind === "th") made.scope = className ? "col" : "row";
  return made;
}
