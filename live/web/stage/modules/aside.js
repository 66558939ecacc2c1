// What a page shows beside the picture: drawings, a line of text, a progress bar.

import { showMarked } from "./text.js";

export class Aside {
  constructor(root) {
    this.root = root;
    this.svgs = [];
  }

  show({ text, progress, pictures }) {
    this.root.hidden = false;
    showMarked(this.root.querySelector(".told"), text);
    const bar = this.root.querySelector("progress");
    bar.hidden = progress === null;
    bar.value = progress ?? 0;
    const place = this.root.querySelector(".drawings");
    while (place.childElementCount > pictures.length) place.lastElementChild.remove();
    pictures.forEach((picture, n) => {
      const key = picture.alt + picture.svg;
      if (this.svgs[n] === key && place.children[n]) return;
      this.svgs[n] = key;
      const drawn = figure(picture);
      if (place.children[n]) place.children[n].replaceWith(drawn);
      else place.append(drawn);
    });
  }

  hide() {
    this.root.hidden = true;
  }
}

function figure({ svg, alt, caption }) {
  const drawn = document.createElement("figure");
  if (svg) {
    const source = `data:image/svg+xml;base64,${btoa(unescape(encodeURIComponent(svg)))}`;
    drawn.append(Object.assign(document.createElement("img"), { src: source, alt }));
  } else {
    drawn.append(Object.assign(document.createElement("div"), { className: "empty" }));
  }
  drawn.append(Object.assign(document.createElement("figcaption"), { textContent: caption }));
  return drawn;
}
