"""`python -m rtw_outcomes` is `rtw`, where no folder of scripts is on the path."""

from importlib import import_module

if __name__ == "__main__":
    import_module("rtw_outcomes.cli.start").main()
