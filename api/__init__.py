"""The HTTP face: a JSON API for programs, pages for people, both showing the same values.

app          puts it together; services: what it is given to work with, plain values and open doors
routers      the JSON API, one noun a file, with what is sent to it
pages        the console at /desk and the public pages at /, server-rendered; templates, static
views        what is shown of each noun, and the queries that fill it
permissions  who may do what: one table, and the dependency each route names its action with
credentials  keys and browser sessions; passwords; second_factor; outside: OpenID; accounts: opening and changing them;
             pace: slowing down guesses
problems     every error as RFC 9457; errors: this folder's own; versions: ETag and If-Match; paging: keyset pages
caching      what anybody may keep of public answers, by its fingerprint; counting: the public counts, kept a minute;
             addresses: those that readers keep
once         a POST that is sent twice; middleware around every request: id, body limit, rate,
             security headers; metrics: what Prometheus may scrape

Acting is in `alerts`: a route finds the row, checks that the actor may see it and which version was seen, and
calls the acting function inside `models.writing`.
"""
