"""Sources to articles.

    stages ─ crawl ─┬─ polling ─ cadence, health, answers ─▶ source, source_fetch
                    │     └─ entries ─ urls ─▶ article (wanted)
                    ├─ reading ─▶ article (read), article_version
                    └─ stories ─ near_duplicates ─▶ story
    source ─ offers ─ subscribing ─▶ a hub ─▶ pushes ─▶ source (due)

`stages` is what the pipeline calls; `crawl` is the loop that takes due rows, has them fetched and read, and
writes the answers. `fetch` is the only room with an event loop (with `stream`, the queue of each host, and
`guard`, the connection), `journey` one fetch through its redirects, `decoders` the content codings under a
cap, `robots` the rules of a host, `hosts` what is kept of it. `workers` are processes of their own, in which
`feed` (behind `xml_guard`), `sitemap`, `listing` and `page` (with `head`, `dates` and `urls`) turn bytes into
the `values` that pass between all parts; what can go wrong is in `errors`. `opml` and `sources` take lists of
sources in and out, `discover` (with `front_page`) finds what to follow at an outlet, `diagnosis` says how
reading a source goes and what one can do. `addresses` and `backfill` (with `archive`) take pages from lists
and from WARC files, and `owners` says whose they are. `offers` reads which WebSub hub a source names,
`subscribing` asks it, `pushes` writes what it says, `websub` knows what that means and `push_cadence` what it
changes. `rows` loads rows by id.

Decisions are pure functions that give their reason; rows are the truth, and stay due until their answer is
written.
"""
