// The page: one stream of events, one person at a time, one chat open.

import { bubble, summary } from "./bubble.js";
import { Composer } from "./composer.js";
import { byId, call, dayName, initials, make, toast } from "./dom.js";

const OPENS_AS = 1002;
const NEAR = 120;
const ACTION_SECONDS = 6;

const state = {
  people: [], bot: {}, description: {}, chats: [], person: null, chatId: 0,
  messages: new Map(), unread: new Map(), reply: null, missed: 0, live: false,
};
const log = byId("log");
const scroll = byId("scroll");
const composer = new Composer((text) => send(text));
let actionTimer = 0;

const fullName = (one) => [one.first_name, one.last_name].filter(Boolean).join(" ");
const chatMessages = (chatId) => state.messages.get(chatId) || new Map();
const openChat = () => state.chats.find((chat) => chat.chat_id === state.chatId);
const nearBottom = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
const unreadOf = (personId) => [...state.unread].reduce(
  (sum, [key, count]) => sum + (key.startsWith(`${personId}:`) ? count : 0), 0);

async function send(text) {
  const reply = state.reply?.message_id;
  setReply(null);
  try {
    await call("POST", `/user/${state.person.id}/message`, { text, chat_id: state.chatId, reply_to: reply });
  } catch (error) {
    toast(error.message);
  }
}

async function act(path) {
  try {
    await call("POST", `/user/${state.person.id}/${path}`, {});
  } catch (error) {
    toast(error.message);
  }
}

function setReply(message) {
  state.reply = message;
  byId("reply-bar").hidden = !message;
  if (!message) return;
  byId("reply-name").textContent = message.by_bot ? state.bot.first_name : fullName(message.from);
  byId("reply-text").textContent = summary(message);
  byId("input").focus();
}

function context() {
  return {
    person: state.person,
    group: state.chatId < 0,
    find: (id) => chatMessages(state.chatId).get(id),
    jump,
    reply: setReply,
    send,
  };
}

function jump(id) {
  const node = log.querySelector(`[data-id="${Number(id)}"]`);
  if (!node) return;
  node.scrollIntoView({ block: "center", behavior: "smooth" });
  node.classList.add("flash");
  setTimeout(() => node.classList.remove("flash"), 1200);
}

function drawMessages() {
  const shown = [...chatMessages(state.chatId).values()].filter((one) => one.audience.includes(state.person.id));
  const nodes = [];
  let day = "";
  for (const message of shown) {
    const next = dayName(message.date);
    if (next !== day) nodes.push(separator(next));
    day = next;
    nodes.push(bubble(message, context()));
  }
  log.replaceChildren(...nodes);
  toBottom();
}

const separator = (day) => make("li", { class: "service day", "data-day": day }, make("span", {}, day));

function toBottom() {
  state.missed = 0;
  scroll.scrollTop = scroll.scrollHeight;
  drawDown();
}

function drawDown() {
  byId("down").hidden = nearBottom();
  const count = byId("down-count");
  count.hidden = state.missed === 0;
  count.textContent = state.missed;
}

function drawPeople() {
  byId("people").replaceChildren(...state.people.map((person) => entry({
    label: fullName(person), note: person.note || `id ${person.id}`, tone: person.id % 6,
    current: person.id === state.person.id, unread: person.id === state.person.id ? 0 : unreadOf(person.id),
    onclick: () => become(person.id),
  })));
}

function drawChats() {
  byId("chats").replaceChildren(...state.chats.map((chat) => {
    const last = [...chatMessages(chat.chat_id).values()].at(-1);
    return entry({
      label: chat.title || state.bot.first_name, note: last ? summary(last) : "no messages yet", tone: "bot",
      current: chat.chat_id === state.chatId, unread: state.unread.get(`${state.person.id}:${chat.chat_id}`) || 0,
      onclick: () => enter(chat.chat_id),
    });
  }));
}

function entry({ label, note, tone, current, unread, onclick }) {
  const button = make("button", { type: "button", "aria-current": current ? "true" : false, onclick },
    make("span", { class: `avatar ${tone === "bot" ? "bot" : `tone-${tone}`}`, "aria-hidden": "true" }, initials(label)),
    make("span", { class: "entry-text" }, make("strong", {}, label), make("span", {}, note)));
  if (unread) button.append(make("span", { class: "badge", "aria-label": `${unread} unread` }, String(unread)));
  return make("li", {}, button);
}

function drawFrame() {
  const chat = openChat();
  if (!chat) return;
  const isPrivate = chat.type === "private";
  byId("head-name").textContent = chat.title || state.bot.first_name;
  byId("head-avatar").textContent = initials(chat.title || state.bot.first_name);
  drawStatus();
  const absent = isPrivate && chat.bot === "absent";
  const kicked = isPrivate && chat.bot === "kicked";
  byId("start").hidden = !absent;
  byId("unblock").hidden = !kicked;
  byId("compose").hidden = absent || kicked;
  byId("block").hidden = !isPrivate || absent || kicked;
  byId("intro").hidden = !absent;
  byId("intro-text").textContent = state.description[state.person.language_code] || state.description.default
    || "Press Start to find out.";
}

function drawStatus() {
  const chat = openChat();
  byId("head-status").textContent = chat.type === "private" ? "bot" : `${chat.members.length} people and the bot`;
}

async function become(personId) {
  state.person = state.people.find((one) => one.id === personId);
  setReply(null);
  composer.clear();
  await loadChats();
  await enter(personId);
}

async function loadChats() {
  state.chats = (await call("GET", `/user/${state.person.id}/chats`)).chats;
}

async function enter(chatId) {
  state.chatId = chatId;
  state.unread.delete(`${state.person.id}:${chatId}`);
  setReply(null);
  drawFrame();
  drawPeople();
  drawChats();
  drawMessages();
  await loadMenu();
  if (!byId("compose").hidden) byId("input").focus({ preventScroll: true });
}

async function loadMenu() {
  const found = await call("GET", `/commands?user=${state.person.id}&chat_id=${state.chatId}`);
  composer.offer(found.commands);
}

function onMessage(event) {
  const messages = chatMessages(event.chat_id);
  state.messages.set(event.chat_id, messages);
  const known = messages.has(event.message_id);
  messages.set(event.message_id, known ? { ...event, audience: messages.get(event.message_id).audience } : event);
  if (!known) countUnread(event);
  if (!state.live || event.chat_id !== state.chatId || !event.audience.includes(state.person.id)) return;
  const stay = nearBottom();
  const node = bubble(event, context());
  const old = known && log.querySelector(`[data-id="${event.message_id}"]`);
  if (old) {
    node.classList.add("changed");
    old.replaceWith(node);
  } else {
    const day = dayName(event.date);
    const days = log.querySelectorAll(".day");
    if (days[days.length - 1]?.dataset.day !== day) log.append(separator(day));
    node.classList.add("fresh");
    log.append(node);
    if (event.by_bot) clearAction();
  }
  settle(node, stay, event);
}

// Photos and long cards change the height: the newest message stays in view.
function settle(node, stay, event) {
  const mine = event.from.id === state.person.id;
  if (stay || mine) {
    toBottom();
    for (const image of node.querySelectorAll("img")) image.addEventListener("load", toBottom, { once: true });
  } else if (event.kind === "send") {
    state.missed += 1;
  }
  drawDown();
}

function countUnread(event) {
  for (const person of event.audience) {
    const open = person === state.person.id && event.chat_id === state.chatId;
    if (open || event.from.id === person) continue;
    const key = `${person}:${event.chat_id}`;
    state.unread.set(key, (state.unread.get(key) || 0) + 1);
  }
}

function onDelete(event) {
  state.messages.get(event.chat_id)?.delete(event.message_id);
  if (event.chat_id === state.chatId) log.querySelector(`[data-id="${event.message_id}"]`)?.remove();
}

function onAction(event) {
  if (!state.live || event.chat_id !== state.chatId) return;
  byId("head-status").textContent = event.action === "typing" ? "typing…" : "sending a file…";
  clearTimeout(actionTimer);
  actionTimer = setTimeout(clearAction, ACTION_SECONDS * 1000);
}

function clearAction() {
  clearTimeout(actionTimer);
  drawStatus();
}

async function onChats(event) {
  if (!state.live || !event.audience.includes(state.person.id)) return;
  await loadChats();
  drawFrame();
  drawChats();
  if (event.kind === "bot_status") await loadMenu();
}

const HANDLERS = {
  send: onMessage, edit: onMessage, delete: onDelete, chat_action: onAction,
  bot_status: onChats, chat: onChats,
  menu: (event) => state.live && event.audience.includes(state.person.id) && loadMenu(),
};

function onEvent(event) {
  HANDLERS[event.kind]?.(event);
  if (!state.live) return;
  drawPeople();
  drawChats();
}

async function open() {
  const found = await call("GET", "/people");
  Object.assign(state, found);
  state.person = state.people.find((one) => one.id === OPENS_AS) || state.people[0];
  state.chatId = state.person.id;
  const { events, last } = await call("GET", "/history");
  events.forEach(onEvent);
  await loadChats();
  await enter(state.chatId);
  state.live = true;
  const source = new EventSource(`/events?after=${last}`);
  source.onmessage = (message) => onEvent(JSON.parse(message.data));
  source.onerror = () => { byId("head-status").textContent = "reconnecting…"; };
  source.onopen = () => drawStatus();
}

scroll.addEventListener("scroll", () => { if (nearBottom()) state.missed = 0; drawDown(); });
byId("down").addEventListener("click", toBottom);
byId("reply-cancel").addEventListener("click", () => setReply(null));
byId("start").addEventListener("click", () => send("/start"));
byId("unblock").addEventListener("click", () => act("unblock"));
byId("block").addEventListener("click", () => act("block"));
open().catch((error) => toast(`The simulator does not answer: ${error.message}`));
