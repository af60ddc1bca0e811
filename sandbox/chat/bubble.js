// One message as a bubble: quote, photo or document, text, time, inline keyboard.

import { alertBox, byId, call, clockTime, make, toast } from "./dom.js";
import { formatted } from "./entities.js";

const ANSWER_SECONDS = 15;

export function summary(message) {
  const file = message.files[0];
  const named = file ? (file.kind === "photo" ? "Photo" : file.file_name) : "";
  return [named, message.text || message.caption || ""].filter(Boolean).join(" · ");
}

export function bubble(message, context) {
  const mine = message.from.id === context.person.id && !message.by_bot;
  const service = serviceText(message);
  if (service) return make("li", { class: "service", "data-id": message.message_id }, make("span", {}, service));
  const body = make("div", { class: "bubble" });
  if (!mine && context.group) body.append(make("strong", { class: "author" }, name(message.from)));
  if (message.reply_to) body.append(quote(message.reply_to, context));
  for (const file of message.files) body.append(file.kind === "photo" ? photo(file, message) : paper(file));
  const text = message.text ?? message.caption;
  const entities = message.text === null ? message.caption_entities : message.entities;
  if (text) body.append(make("div", { class: "text" }, formatted(text, entities, context.send)));
  body.append(stamp(message));
  const item = make("li", {
    class: `row ${mine ? "mine" : "theirs"}${message.files.some((file) => file.kind === "photo") ? " has-photo" : ""}`,
    "data-id": message.message_id,
    "aria-label": `${mine ? "You" : name(message.from)}, ${clockTime(message.date)}`,
  }, make("div", { class: "stack" }, body, ...keyboard(message, context)));
  item.append(make("button", {
    type: "button", class: "reply", "aria-label": "Reply to this message", onclick: () => context.reply(message),
  }, "↩"));
  return item;
}

function name(user) {
  return user.title || [user.first_name, user.last_name].filter(Boolean).join(" ");
}

function serviceText(message) {
  if (message.new_chat_members) return `${message.new_chat_members.map(name).join(", ")} joined the group`;
  if (message.text === null && message.caption === null && !message.files.length) return "The chat was upgraded";
  return "";
}

function stamp(message) {
  const node = make("span", { class: "stamp" });
  if (message.edit_date) node.append(make("i", {}, "edited "));
  const moment = new Date(message.date * 1000);
  node.append(make("time", { datetime: moment.toISOString(), title: moment.toLocaleString() }, clockTime(message.date)));
  return node;
}

function quote(id, context) {
  const original = context.find(id);
  return make("button", { type: "button", class: "quote", onclick: () => context.jump(id) },
    make("strong", {}, original ? name(original.from) : "Message"),
    make("span", {}, original ? summary(original) : "Deleted message"));
}

function photo(file, message) {
  const image = make("img", {
    src: file.url, width: file.width, height: file.height, alt: message.caption || "Photo sent by the bot",
  });
  const show = () => {
    const large = byId("viewer-image");
    large.src = file.url;
    large.alt = image.alt;
    byId("viewer").showModal();
  };
  return make("button", { type: "button", class: "photo", "aria-label": "Open the photo", onclick: show }, image);
}

function paper(file) {
  const size = file.file_size < 1024 ? `${file.file_size} B` : `${(file.file_size / 1024).toFixed(1)} KB`;
  const kind = (file.file_name.split(".").pop() || "").slice(0, 4);
  return make("a", { class: "paper", href: file.url, download: file.file_name },
    make("span", { class: "paper-icon", "aria-hidden": "true" }, kind),
    make("span", { class: "paper-text" }, make("strong", {}, file.file_name), make("span", {}, size)));
}

function keyboard(message, context) {
  if (!message.buttons.length) return [];
  const rows = message.buttons.map((row) => make("div", { class: "keys-row" },
    ...row.map((button) => key(button, message, context))));
  return [make("div", { class: "keys", role: "group", "aria-label": "Buttons of this message" }, ...rows)];
}

function key(button, message, context) {
  if (button.url) {
    return make("a", { class: "key link", href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.text);
  }
  const node = make("button", { type: "button", class: "key" }, button.text);
  node.addEventListener("click", () => tap(node, button, message, context));
  return node;
}

async function tap(node, button, message, context) {
  if (button.callback_data === undefined) return toast("This kind of button does nothing in the simulator.");
  if (node.classList.contains("busy")) return undefined;
  node.classList.add("busy");
  node.setAttribute("aria-busy", "true");
  try {
    const { answer } = await call("POST", `/user/${context.person.id}/tap`, {
      chat_id: message.chat_id, message_id: message.message_id, data: button.callback_data, wait: ANSWER_SECONDS,
    });
    if (!answer) toast("The bot did not answer.");
    else if (answer.text) (answer.show_alert ? alertBox : toast)(answer.text);
  } catch (error) {
    toast(error.message);
  } finally {
    node.classList.remove("busy");
    node.removeAttribute("aria-busy");
  }
  return undefined;
}
