// The letter in its ring, and the text with its buttons and keys.

import { keep, recall } from "./storage.js";
import { merged, news } from "./text.js";

const STORED = "fingerspell.text"; // of this tab, so that a restart of the app, or a reload, loses nothing
const KEYS = { " ": "space", backspace: "delete", k: "copy", p: "speak" };
const TYPING_MS = 600, SAID_MS = 2000;

export class Board {
  // command(command): sends a change of the text.
  constructor(root, command) {
    Object.assign(this, { root, command, known: "", signed: null, hold: "", suggestion: "" });
    this.find = (selector) => root.querySelector(selector);
    this.field = this.find("textarea");
    this.listening = new AbortController();
    const options = { signal: this.listening.signal };
    root.addEventListener("click", (event) => this.click(event), options);
    this.field.addEventListener("input", () => this.typed(), options);
    this.field.addEventListener("blur", () => this.edited(), options);
    window.addEventListener("keydown", (event) => this.key(event), options);
    if (this.field.value) this.typed(); // before this script was there
  }

  close() {
    if (this.spells) this.edited();
    clearTimeout(this.saying);
    this.listening.abort();
  }

  get spells() {
    return !this.root.classList.contains("alone");
  }

  // The text as the browser has kept it. What is typed and not sent yet goes first.
  keptText() {
    if (!this.spells) return "";
    this.edited();
    return this.field.value || (recall("sessionStorage", STORED) ?? "");
  }

  // settled: the app has heard of every change that was made here.
  showText({ text, signed, suggestion }, settled) {
    if (this.signed !== null && signed > this.signed) {
      this.root.classList.remove("popped");
      void this.root.offsetWidth; // so that the animation begins anew
      this.root.classList.add("popped");
      this.find(".announced").textContent = news(this.known, text);
    }
    this.signed = signed;
    if (settled && text !== this.known) {
      const typing = this.root.getRootNode().activeElement === this.field;
      this.field.value = merged(this.field.value, this.known, text, typing);
      this.known = text;
      this.field.scrollTop = this.field.scrollHeight;
      if (this.spells) keep("sessionStorage", STORED, text);
    }
    this.suggestion = suggestion ?? "";
    this.showSuggestion();
  }

  showLetter({ letter, said, hold, counted }) {
    const large = this.find(".letter");
    const text = letter ?? "–";
    if (large.textContent !== text) {
      large.textContent = text;
      large.classList.toggle("read", letter !== null);
      large.style.setProperty("--share", Math.min(1, 1.6 / text.length)); // a sign of one's own has a longer name
    }
    const place = this.find(".said");
    if (place.textContent !== said) place.textContent = said;
    this.showHold(hold, counted);
  }

  showNothing() {
    this.showLetter({ letter: null, said: "", hold: null, counted: null });
  }

  showHold(hold, counted) {
    const id = hold ? hold.letter + hold.since_s : (counted ?? "");
    if (id === this.hold) return;
    this.hold = id;
    const fill = this.find(".fill");
    fill.style.transition = "none";
    fill.style.opacity = hold || counted ? 1 : 0;
    fill.style.strokeDashoffset = hold ? 1 - hold.progress : counted ? 0 : 1;
    if (!hold) return;
    fill.getBoundingClientRect(); // so that the transition begins here
    fill.style.transition = `stroke-dashoffset ${hold.left_s}s linear`;
    fill.style.strokeDashoffset = 0;
  }

  showSuggestion() {
    const place = this.find(".perhaps");
    if (this.saying || place.dataset.word === this.suggestion) return;
    place.dataset.word = this.suggestion;
    place.replaceChildren();
    if (!this.suggestion) return;
    const take = Object.assign(document.createElement("button"), { type: "button", textContent: this.suggestion });
    take.onclick = () => this.command({ do: "edit", before: this.known, after: take.textContent });
    place.append("Perhaps ", take, "?");
  }

  click(event) {
    const button = event.target.closest("button[data-do]");
    if (button) this.perform(button.dataset.do);
  }

  key(event) {
    const at = event.composedPath()[0];
    if (at.closest?.("input, textarea, select, [contenteditable], [role=combobox], [role=slider]")) return;
    if (event.key === " " && at.closest?.("button, a, summary, [role=button], [role=tab]")) return;
    const control = event.ctrlKey || event.metaKey;
    const key = event.key?.toLowerCase();
    let name = control || event.altKey ? null : KEYS[key];
    if (control && key === "z") name = "undo";
    if (event.shiftKey && key === "backspace") name = "clear";
    if (!name || !this.spells) return;
    event.preventDefault();
    this.perform(name);
  }

  async perform(name) {
    if (name === "copy") this.say((await this.copy()) ? "Copied" : "The browser does not let this page copy");
    else if (name === "speak") this.speak();
    else this.command({ do: name });
  }

  typed() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.edited(), TYPING_MS);
  }

  edited() {
    clearTimeout(this.typing);
    if (this.field.value === this.known) return;
    this.command({ do: "edit", before: this.known, after: this.field.value });
    this.known = this.field.value;
    keep("sessionStorage", STORED, this.known);
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.field.value);
      return true;
    } catch {
      this.field.select();
      return document.execCommand("copy");
    }
  }

  speak() {
    if (!window.speechSynthesis) return this.say("This browser cannot speak");
    speechSynthesis.cancel();
    const words = this.field.value;
    if (words.trim()) speechSynthesis.speak(new SpeechSynthesisUtterance(words.toLowerCase()));
  }

  // Shows a short message for two seconds where the suggestion stands.
  say(words) {
    this.find(".announced").textContent = words;
    const place = this.find(".perhaps");
    place.textContent = words;
    delete place.dataset.word;
    clearTimeout(this.saying);
    this.saying = setTimeout(() => {
      this.saying = null;
      this.showSuggestion();
    }, SAID_MS);
  }
}
