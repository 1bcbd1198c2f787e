"""`python -m dinhchinh`."""

from dinhchinh.launch import main

main()
