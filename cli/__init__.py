"""The command line of rtw_outcomes, installed as rtw_outcomes.cli."""
