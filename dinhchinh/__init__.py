"""The command: settings, wiring, schedule, pipeline, demo. The only room that reads the environment.

`pipeline` is the flow from a due source to a delivered webhook; `settings` is what can be set; `wiring`
opens what the stages need; `schedule` wakes the stages; `cli` is the command line; `demo` a newsroom of
our own. `launch` puts the other rooms on the import path.
"""
