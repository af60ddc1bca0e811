from sandbox.telegram.deliveries import Delivery, DeliveryLog
from sandbox.telegram.flood import FloodLimits
from sandbox.telegram.people import DEMO_PEOPLE, Person
from sandbox.telegram.script import People, open_people
from sandbox.telegram.server import DEMO_TOKEN, TelegramSandbox, open_telegram

__all__ = [
    "DEMO_PEOPLE",
    "DEMO_TOKEN",
    "Delivery",
    "DeliveryLog",
    "FloodLimits",
    "People",
    "Person",
    "TelegramSandbox",
    "open_people",
    "open_telegram",
]
