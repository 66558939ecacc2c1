// The board: the letter in its ring, and the text with its buttons and keys.

import { Corrections } from "./corrections.js";
import { keep, recall } from "./storage.js";
import { changedText, mergeText, newLetters } from "./text.js";

const TEXT_KEY = "fingerspell.text"; // in sessionStorage: the text survives a reload, and a restart of the app
const KEYS = { " ": "space", backspace: "delete", k: "copy", p: "speak" };
const TYPING_MS = 600; // after a pause of this length, the edit is sent
const NOTICE_MS = 2000; // how long a short message stays

export class Board {
  // send(command): sends a change of the text.
  constructor(root, send) {
    // known: the app's text, as far as this page knows. signed: how many letters have counted. hold: identifies the
    // hold that the ring shows. keys: whether single keys act on the text.
    Object.assign(this, { root, send, known: "", signed: null, hold: "", suggestion: "", keys: true });
    this.find = (selector) => root.querySelector(selector);
    this.field = this.find("textarea");
    this.corrections = new Corrections(root, (at, letter, other) => this.replace(at, letter, other));
    this.listening = new AbortController(); // ends all listeners at once
    const options = { signal: this.listening.signal };
    root.addEventListener("click", (event) => this.onClick(event), options);
    this.field.addEventListener("input", () => this.onInput(), options);
    this.field.addEventListener("blur", () => this.sendEdit(), options);
    window.addEventListener("keydown", (event) => this.onKey(event), options);
    window.addEventListener("pagehide", () => this.spells && this.sendEdit(), options); // a reload does not close()
  }

  close() {
    if (this.spells) this.sendEdit();
    clearTimeout(this.notice);
    this.listening.abort();
  }

  // Whether the page shows the text.
  get spells() {
    return !this.root.classList.contains("without-text");
  }

  // Returns the text that this browser has kept. Before that, sends an edit that is not sent yet.
  keptText() {
    if (!this.spells) return "";
    this.sendEdit();
    return this.field.value || (recall("sessionStorage", TEXT_KEY) ?? "");
  }

  // settled: whether the app has confirmed every change that was made here.
  showText({ text, signed, suggestion, choices, corrected }, settled) {
    const announced = this.find(".announced");
    if (this.signed !== null && signed > this.signed) {
      this.root.classList.remove("popped");
      void this.root.offsetWidth; // makes the browser start the animation again
      this.root.classList.add("popped");
      announced.textContent = newLetters(this.known, text);
    } else if (this.spells && this.signed !== null && settled && text !== this.known) {
      announced.textContent = changedText(this.known, text);
    }
    this.signed = signed;
    this.field.readOnly = false; // until the app has answered, the kept text is not shown, and an edit would replace it
    if (settled && text !== this.known) {
      const typing = this.root.getRootNode().activeElement === this.field;
      this.showMerged(mergeText(this.field.value, this.known, text, typing), typing);
      this.known = text;
      if (this.spells) keep("sessionStorage", TEXT_KEY, text);
    }
    this.suggestion = suggestion ?? "";
    this.showSuggestion();
    const remembered = settled && this.corrections.show(choices, corrected);
    if (remembered) announced.textContent = remembered;
  }

  // Shows this text in the field. typing: a cursor or selection before the end stays where it is.
  showMerged(text, typing) {
    const { value, selectionStart, selectionEnd, selectionDirection, scrollTop } = this.field;
    if (value === text) return;
    const stays = typing && selectionStart < value.length;
    this.field.value = text;
    if (stays) this.field.setSelectionRange(selectionStart, selectionEnd, selectionDirection);
    this.field.scrollTop = stays ? scrollTop : this.field.scrollHeight;
  }

  // Replaces the letter at this position of the text, as if another one was typed over it.
  replace(at, letter, other) {
    this.sendEdit();
    const letters = [...this.known];
    if (letters[at] !== letter) return; // it was changed a moment ago
    letters[at] = other;
    this.send({ do: "edit", before: this.known, after: letters.join("") });
  }

  showLetter({ letter, said, hold, counted }) {
    const large = this.find(".letter");
    const text = letter ?? "–";
    if (large.textContent !== text) {
      large.textContent = text;
      large.classList.toggle("read", letter !== null);
      large.style.setProperty("--share", Math.min(1, 1.6 / text.length)); // a custom sign may have a longer name
    }
    const line = this.find(".said");
    if (line.textContent !== said) line.textContent = said;
    this.showHold(hold, counted);
  }

  // Shows letters that are read but not settled: pale, after the text. They lie above the field, where .settled takes up
  // the room of the text.
  showPending(pending) {
    this.find(".text-field").classList.toggle("has-pending", pending !== "");
    this.find(".pending").textContent = pending;
    this.find(".settled").textContent = pending && this.field.value;
    const above = this.find(".above-text");
    above.style.width = `${this.field.clientWidth}px`; // without a scrollbar
    above.scrollTop = this.field.scrollTop;
  }

  showNothing() {
    this.showPending("");
    this.showLetter({ letter: null, said: "", hold: null, counted: null });
  }

  // Fills the ring to the progress of the hold at once, then evenly until the letter counts.
  showHold(hold, counted) {
    const id = hold ? hold.letter + hold.since_s : (counted ?? "");
    if (id === this.hold) return;
    this.hold = id;
    const fill = this.find(".fill");
    fill.style.transition = "none";
    fill.style.opacity = hold || counted ? 1 : 0;
    fill.style.strokeDashoffset = hold ? 1 - hold.progress : counted ? 0 : 1;
    if (!hold) return;
    fill.getBoundingClientRect(); // makes the browser start the transition here
    fill.style.transition = `stroke-dashoffset ${hold.left_s}s linear`;
    fill.style.strokeDashoffset = 0;
  }

  showSuggestion() {
    const line = this.find(".suggestion");
    if (this.notice || line.dataset.word === this.suggestion) return;
    line.dataset.word = this.suggestion;
    line.replaceChildren();
    if (!this.suggestion) return;
    const accept = Object.assign(document.createElement("button"), { type: "button", textContent: this.suggestion });
    accept.onclick = () => this.send({ do: "edit", before: this.known, after: accept.textContent });
    line.append("Did you mean ", accept, "?");
  }

  onClick(event) {
    const button = event.target.closest("button[data-do]");
    if (button) this.perform(button.dataset.do);
  }

  // Keys act on the text, unless the focused element uses them itself.
  onKey(event) {
    const focus = event.composedPath()[0];
    if (focus.closest?.("input, textarea, select, [contenteditable], [role=combobox], [role=slider]")) return;
    if (event.key === " " && focus.closest?.("button, a, summary, [role=button], [role=tab]")) return;
    const control = event.ctrlKey || event.metaKey;
    const key = event.key?.toLowerCase();
    let name = control || event.altKey ? null : KEYS[key];
    if (event.shiftKey && key === "backspace") name = "clear";
    if (!this.keys) name = null; // speech input may press single keys
    if (control && key === "z") name = "undo";
    if (!name || !this.spells) return;
    event.preventDefault();
    this.perform(name);
  }

  async perform(name) {
    if (name === "copy") this.showNotice((await this.copy()) ? "Copied" : "Your browser does not allow copying");
    else if (name === "speak") this.speak();
    else this.send({ do: name });
  }

  onInput() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.sendEdit(), TYPING_MS);
  }

  // Sends what was typed as one edit.
  sendEdit() {
    clearTimeout(this.typing);
    if (this.field.value === this.known) return;
    this.send({ do: "edit", before: this.known, after: this.field.value });
    this.known = this.field.value;
    keep("sessionStorage", TEXT_KEY, this.known);
  }

  // Returns whether the text was copied. Older browsers, and pages without https, lack navigator.clipboard.
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
    if (!window.speechSynthesis) return this.showNotice("Your browser cannot read text aloud");
    speechSynthesis.cancel();
    const text = this.field.value.toLowerCase(); // some voices spell out words in capitals
    if (text.trim()) speechSynthesis.speak(new SpeechSynthesisUtterance(text));
  }

  // Shows a short message for two seconds in place of the suggestion.
  showNotice(text) {
    this.find(".announced").textContent = text;
    const line = this.find(".suggestion");
    line.textContent = text;
    delete line.dataset.word;
    clearTimeout(this.notice);
    this.notice = setTimeout(() => {
      this.notice = null;
      this.showSuggestion();
    }, NOTICE_MS);
  }
}
