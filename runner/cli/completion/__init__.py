"""Completion of command lines in a shell: scripts, the words that a line may go on with, and where these come from.

The shell starts runner with the words of the line, the last one unfinished, and with _RUNNER_COMPLETE=words. Of the
answer each line is a word, with a tab and what it means if that is known; `:files` stands for the names of files.
Click isn't loaded, no engine is asked, and no error is shown.
"""
