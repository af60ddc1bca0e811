// Formatted text: entities (UTF-16 offsets, as JavaScript strings count) become nested elements.

import { make } from "./dom.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE = /^(https?|tg):/i;

export function formatted(text, entities, onCommand) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fill(fragment, text, 0, text.length, sorted, onCommand);
  return fragment;
}

function fill(parent, text, begin, end, entities, onCommand) {
  let at = begin;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    index += 1;
    if (to <= from) continue;
    const inner = [];
    while (index < entities.length && entities[index].offset < to) {
      inner.push(entities[index]);
      index += 1;
    }
    parent.append(text.slice(at, from));
    const node = element(entity, text.slice(from, to), onCommand);
    fill(node, text, from, to, inner, onCommand);
    parent.append(node);
    // A block already ends its line: the newline after it would show as an empty one.
    at = BLOCKS.has(entity.type) && text[to] === "\n" ? to + 1 : to;
  }
  parent.append(text.slice(at, end));
}

function element(entity, covered, onCommand) {
  if (entity.type === "text_link" || entity.type === "url") {
    const url = entity.url || covered;
    if (!SAFE.test(url)) return make("span");
    return make("a", { href: url, target: "_blank", rel: "noopener noreferrer" });
  }
  if (entity.type === "bot_command" && onCommand) {
    return make("button", { type: "button", class: "command", onclick: () => onCommand(covered) });
  }
  if (entity.type === "spoiler") return spoiler();
  if (entity.type === "expandable_blockquote") return expandable();
  if (entity.type === "mention" || entity.type === "hashtag") return make("span", { class: "tag" });
  const node = make(TAGS[entity.type] || "span");
  if (entity.language) node.dataset.language = entity.language;
  return node;
}

function spoiler() {
  const node = make("span", {
    class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text, press to reveal",
  });
  const reveal = () => {
    node.classList.add("shown");
    node.removeAttribute("role");
    node.removeAttribute("tabindex");
    node.removeAttribute("aria-label");
  };
  node.addEventListener("click", reveal);
  node.addEventListener("keydown", (event) => { if (event.key === "Enter") reveal(); });
  return node;
}

function expandable() {
  const node = make("blockquote", { class: "folded", tabindex: "0", role: "button", "aria-expanded": "false" });
  const toggle = () => {
    const folded = node.classList.toggle("folded");
    node.setAttribute("aria-expanded", String(!folded));
  };
  node.addEventListener("click", toggle);
  node.addEventListener("keydown", (event) => { if (event.key === "Enter") toggle(); });
  return node;
}
