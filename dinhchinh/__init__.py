"""The command: settings, wiring, schedule, pipeline, demo. The only room that reads the environment.

`pipeline` is the flow from a due source to a delivered webhook; `settings` is what can be set; `home` opens the
folder, key and database that every command needs, `reading` what fetches, `wiring` all that the stages work with,
`serving` what the HTTP face is given; `schedule` wakes the stages; `cli` is the command line, which imports a
command when it is called; `demo` a newsroom of our own. `launch` puts the other rooms on the import path.
"""
