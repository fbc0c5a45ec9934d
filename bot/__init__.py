"""Telegram, through aiogram: carries updates in and renders replies out. Imports `dialogs` only.

`api.main` alone starts it, by name and only where a token is set, because importing aiogram costs
seconds and 170 MB.
"""
