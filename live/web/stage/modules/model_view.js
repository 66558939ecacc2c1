// What the model sees: its 28 x 28 pixels, and the likeliest letters. The app sends this only while the section
// is open.

const RATE_MS = 2000; // the frame rate is measured over this time

export class ModelView {
  // look(on): tells the app whether to send it.
  constructor(root, look) {
    Object.assign(this, { root, timesMs: [] }); // timesMs: when the readings of the last RATE_MS arrived
    this.context = root.querySelector(".crop").getContext("2d");
    root.addEventListener("toggle", () => look(root.open));
  }

  get open() {
    return this.root.open;
  }

  show(seen, nowMs) {
    this.timesMs = [...this.timesMs.filter((ms) => nowMs - ms < RATE_MS), nowMs];
    if (!seen) return;
    this.root.querySelector(".placeholder").hidden = true;
    this.root.querySelector(".opinions").hidden = false;
    const span = (nowMs - this.timesMs[0]) / 1000;
    const rate = span > 0 ? Math.round((this.timesMs.length - 1) / span) : 0;
    this.root.querySelector(".rate").textContent = `${rate} frames a second`;
    this.showCrop(seen.crop);
    this.showTable(seen.readers, seen.rows);
  }

  clear() {
    this.timesMs = [];
    this.root.querySelector(".placeholder").hidden = false;
    this.root.querySelector(".opinions").hidden = true;
    this.root.querySelector(".rate").textContent = "";
  }

  // base64: of 28 x 28 grey bytes; null without a crop.
  showCrop(base64) {
    if (!base64) return this.context.clearRect(0, 0, 28, 28);
    const grey = atob(base64);
    const picture = this.context.createImageData(28, 28);
    for (let n = 0; n < grey.length; n++) {
      picture.data.fill(grey.charCodeAt(n), 4 * n, 4 * n + 3);
      picture.data[4 * n + 3] = 255;
    }
    this.context.putImageData(picture, 0, 0);
  }

  // columns: the names of the columns. rows: a letter, then its probability in each column.
  showTable(columns, rows) {
    const percent = (share) => `${Math.round(share * 100)}%`;
    const head = this.root.querySelector("thead tr");
    head.replaceChildren(
      cell("th", "letter", "", "col"),
      cell("td", ""),
      ...columns.map((name) => cell("th", name, "share", "col")),
    );
    this.root.querySelector("tbody").replaceChildren(
      ...rows.map(([letter, ...shares]) => {
        const row = document.createElement("tr");
        const bar = Object.assign(document.createElement("div"), { className: "bar" });
        bar.style.width = percent(shares[0]);
        const barCell = cell("td", "");
        barCell.style.width = "40%";
        barCell.append(bar);
        row.append(cell("th", letter), barCell, ...shares.map((share) => cell("td", percent(share), "share")));
        return row;
      }),
    );
  }
}

// scope: of a header cell.
function cell(tag, text, className = "", scope = "row") {
  const element = Object.assign(document.createElement(tag), { textContent: text, className });
  if (tag === "th") element.scope = scope;
  return element;
}
