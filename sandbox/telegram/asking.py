"""getMe, getChat, getChatMember, getFile, the command menus and the bot's profile."""

from typing import Final

from sandbox.telegram.call import Call
from sandbox.telegram.menus import Scope, scope_of
from sandbox.telegram.people import Chat
from sandbox.telegram.refusal import Json, bad_request
from sandbox.telegram.switchboard import Switchboard, standing

PROFILE: Final = {  # method's noun → (field of the answer, longest text)
    "name": ("name", 64),
    "description": ("description", 512),
    "shortdescription": ("short_description", 120),
}


def get_me(board: Switchboard, _: Call) -> Json:
    return board.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(board: Switchboard, call: Call) -> Json:
    chat = board.known(call.text("chat_id"))
    found = chat.wire() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
    }
    pinned = board.messages.get((chat.id, chat.pinned or 0))
    return found | ({"pinned_message": pinned} if pinned else {})


def get_chat_member(board: Switchboard, call: Call) -> Json:
    chat = board.known(call.text("chat_id"))
    return member(board, chat, call.integer("user_id"))


def get_chat_administrators(board: Switchboard, call: Call) -> list[Json]:
    chat = board.known(call.text("chat_id"))
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    return [member(board, chat, person) for person in chat.administrators]


def get_chat_member_count(board: Switchboard, call: Call) -> int:
    return len(board.known(call.text("chat_id")).members) + 1


def member(board: Switchboard, chat: Chat, user_id: int) -> Json:
    if user_id == board.bot["id"]:
        return standing(board.bot, chat.bot)
    if user_id not in board.people:
        raise bad_request("PARTICIPANT_ID_INVALID")
    status = "member" if user_id in chat.members else "left"
    if user_id in chat.administrators:
        status = "creator" if chat.administrators[0] == user_id else "administrator"
    return standing(board.people[user_id].user(), status)


def get_file(board: Switchboard, call: Call) -> Json:
    return board.files.find(call.text("file_id")).file()


def set_my_commands(board: Switchboard, call: Call) -> bool:
    commands = call.json("commands", list, "commands")
    if commands is None:
        raise bad_request("can't parse commands: expected an Array")
    board.menus.put(*_menu(board, call), commands)
    _menus_changed(board)
    return True


def get_my_commands(board: Switchboard, call: Call) -> list[Json]:
    return board.menus.read(*_menu(board, call))


def delete_my_commands(board: Switchboard, call: Call) -> bool:
    board.menus.drop(*_menu(board, call))
    _menus_changed(board)
    return True


def set_chat_menu_button(board: Switchboard, call: Call) -> bool:
    button = call.json("menu_button", dict, "menu button") or {"type": "default"}
    if button.get("type") not in {"commands", "default", "web_app"}:
        raise bad_request("can't parse menu button: unsupported type specified")
    if call.text("chat_id"):
        board.known(call.text("chat_id")).menu_button = button
    return True


def get_chat_menu_button(board: Switchboard, call: Call) -> Json:
    if not call.text("chat_id"):
        return {"type": "commands"}
    return board.known(call.text("chat_id")).menu_button


def set_profile(board: Switchboard, call: Call) -> bool:
    field, longest = PROFILE[call.method.lower().removeprefix("setmy")]
    text = call.text(field)
    if len(text) > longest:
        raise bad_request(f"BOT_{field.upper()}_TOO_LONG")
    board.profile[field, call.text("language_code")] = text
    return True


def get_profile(board: Switchboard, call: Call) -> Json:
    field, _ = PROFILE[call.method.lower().removeprefix("getmy")]
    default = board.profile.get((field, ""), board.bot["first_name"] if field == "name" else "")
    return {field: board.profile.get((field, call.text("language_code")), default)}


def leave_chat(board: Switchboard, call: Call) -> bool:
    chat = board.writable(call.text("chat_id"))
    if chat.type == "private":
        raise bad_request("can't leave private chats")
    board.stand(chat, "left", board.person(chat.members[0]))
    return True


def _menu(board: Switchboard, call: Call) -> tuple[Scope, str]:
    language = call.text("language_code")
    scope = scope_of(call.json("scope", dict, "BotCommandScope"), language)
    if scope[1]:
        board.known(str(scope[1]))
    return scope, language


def _menus_changed(board: Switchboard) -> None:
    for person in board.people:
        board.announce("menu", board.chats[person], {})
