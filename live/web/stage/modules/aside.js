// What a page shows beside the picture: drawings, a line of text, a progress bar.

import { showMarked } from "./text.js";

export class Aside {
  constructor(root) {
    this.root = root;
    this.shown = []; // what each figure shows, so that only new drawings replace old ones
  }

  show({ text, progress, pictures }) {
    this.root.hidden = false;
    showMarked(this.root.querySelector(".message"), text);
    const bar = this.root.querySelector("progress");
    bar.hidden = progress === null;
    bar.value = progress ?? 0;
    const row = this.root.querySelector(".drawings");
    while (row.childElementCount > pictures.length) row.lastElementChild.remove();
    pictures.forEach((picture, n) => {
      const key = picture.alt + picture.svg;
      if (this.shown[n] === key && row.children[n]) return;
      this.shown[n] = key;
      const drawing = figure(picture);
      if (row.children[n]) row.children[n].replaceWith(drawing);
      else row.append(drawing);
    });
  }

  hide() {
    this.root.hidden = true;
  }
}

// A drawing with its caption. Without an svg: an empty square.
function figure({ svg, alt, caption }) {
  const element = document.createElement("figure");
  if (svg) {
    const source = `data:image/svg+xml;base64,${btoa(unescape(encodeURIComponent(svg)))}`;
    element.append(Object.assign(document.createElement("img"), { src: source, alt }));
  } else {
    element.append(Object.assign(document.createElement("div"), { className: "empty" }));
  }
  element.append(Object.assign(document.createElement("figcaption"), { textContent: caption }));
  return element;
}
