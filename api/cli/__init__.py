"""The command `huiqi`."""
