// The writing line: command menu with completion, reply bar, growing text field.

import { byId, make } from "./dom.js";

const input = byId("input");
const menu = byId("menu");
const button = byId("menu-button");

export class Composer {
  constructor(send) {
    this.send = send;
    this.commands = [];
    this.chosen = -1;
    byId("compose").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.pressed(event));
    button.addEventListener("click", () => (menu.hidden ? this.open(this.commands) : this.close()));
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target) && !button.contains(event.target) && event.target !== input) this.close();
    });
  }

  offer(commands) {
    this.commands = commands;
    button.hidden = commands.length === 0;
    this.close();
  }

  clear() {
    input.value = "";
    this.grow();
    this.close();
  }

  submit() {
    const text = input.value.trim();
    if (!text) return;
    this.clear();
    this.send(text);
  }

  typed() {
    this.grow();
    const word = input.value;
    if (!/^\/\w*$/.test(word)) return this.close();
    return this.open(this.commands.filter((one) => `/${one.command}`.startsWith(word.toLowerCase())));
  }

  pressed(event) {
    if (!menu.hidden && this.navigated(event)) {
      event.preventDefault();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    }
  }

  navigated(event) {
    const options = [...menu.children];
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown") this.mark((this.chosen + 1) % options.length);
    else if (event.key === "ArrowUp") this.mark((this.chosen + options.length - 1) % options.length);
    else if (event.key === "Tab" && !event.shiftKey) {
      input.value = `${options[Math.max(this.chosen, 0)].dataset.command} `;
      this.close();
    } else if (event.key === "Enter" && this.chosen >= 0) options[this.chosen].click();
    else return false;
    return true;
  }

  open(commands) {
    if (!commands.length) return this.close();
    menu.replaceChildren(...commands.map((one, index) => {
      const option = make("li", { role: "option", id: `option-${index}`, "aria-selected": "false" },
        make("strong", {}, `/${one.command}`), make("span", {}, one.description));
      option.dataset.command = `/${one.command}`;
      option.addEventListener("click", () => { this.clear(); this.send(`/${one.command}`); input.focus(); });
      return option;
    }));
    menu.hidden = false;
    for (const node of [input, button]) node.setAttribute("aria-expanded", "true");
    this.mark(input.value ? 0 : -1);
    input.focus();
    return undefined;
  }

  close() {
    menu.hidden = true;
    this.chosen = -1;
    for (const node of [input, button]) node.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  mark(index) {
    this.chosen = index;
    [...menu.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    if (index < 0) return;
    input.setAttribute("aria-activedescendant", `option-${index}`);
    menu.children[index].scrollIntoView({ block: "nearest" });
  }

  grow() {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 160)}px`;
  }
}
