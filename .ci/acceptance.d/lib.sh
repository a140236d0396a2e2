# What the parts of the acceptance share; sourced by each. Given by the caller: TMP, RESULTS, ZOO, BIN, SHARED; and LANE, 0 or 1: of two parts
# that run at a time each has its own.
# shellcheck shell=bash disable=SC2034
set -euo pipefail
export LC_ALL=C.UTF-8

WORK=$TMP/$(basename "$0") # this part's own files; every *.log of it is shown when a check failed
mkdir -p "$WORK"
started=()
some_failed=0

finish_part() {
  local status=$?
  trap - EXIT
  if declare -F clean_up >/dev/null; then clean_up || true; fi
  for pid in "${started[@]}"; do stop "$pid"; done
  if [ "$status" != 0 ] || [ "$some_failed" != 0 ]; then
    tail -v -n 15 "$WORK"/*.log 2>/dev/null || true
  fi
  exit "$status"
}
trap finish_part EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# --- verdicts: a line each, "ok …" or "FAIL …" with the reason indented below

ok() {
  printf 'ok   %s\n' "$1" | tee -a "$RESULTS"
}

# fail NAME [REASON]
fail() {
  some_failed=1
  printf 'FAIL %s\n' "$1" | tee -a "$RESULTS"
  [ -z "${2:-}" ] || printf '%s\n' "$2" | cut -c1-400 | head -n 60 | sed 's/^/       /'
}

# check NAME COMMAND…: ok when the command succeeds; else its output is the reason.
check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then ok "$name"; else fail "$name" "$output"; fi
}

# equal NAME GOT WANT
equal() {
  if [ "$2" = "$3" ]; then ok "$1"; else fail "$1" "got  $2
want $3"; fi
}

# --- processes

# start NAME COMMAND…: in the background, output to $WORK/NAME.log; its pid is in $pid.
start() {
  local name=$1
  shift
  "$@" >>"$WORK/$name.log" 2>&1 </dev/null &
  pid=$!
  started+=("$pid")
}

# stop PID: asks, insists after 10 s, and returns the exit status in $stopped.
stop() {
  kill "$1" 2>/dev/null || true
  wait_for 10 gone "$1" || kill -9 "$1" 2>/dev/null || true
  stopped=0 # read by the parts
  wait "$1" 2>/dev/null || stopped=$?
}

gone() {
  ! kill -0 "$1" 2>/dev/null
}

# wait_for SECONDS COMMAND…: until it succeeds.
wait_for() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

answers() {
  curl -fs -m 5 -o /dev/null "$1"
}

# free_port: one nobody listens on, below those that the kernel hands out, and none of the other lane's.
free_port() {
  local port
  for _ in {1..200}; do
    port=$((20000 + LANE * 6000 + RANDOM % 6000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && continue
    echo "$port"
    return
  done
  echo "no free port" >&2
  return 1
}

# installing COMMAND…: one that installs packages, which can't be done twice at a time.
installing() {
  flock -o "$TMP/installing" "$@"
}

# --- storyfeed

# configure FILE ALLOWED [SLUG SOURCE]…: a configuration with its own port and data directory; nothing is said about the blog.
configure() {
  local file=$1 allowed=$2 addr
  shift 2
  addr=127.0.0.1:$(free_port)
  {
    printf 'addr = "%s"\ndata = "%s"\n[fetch]\nallow = ["%s"]\nhost_gap = "1ms"\n' "$addr" "${file%.toml}.data" "$allowed"
    while [ $# -gt 0 ]; do
      printf '[[series]]\nslug = "%s"\nsources = ["%s"]\nevery = "24h"\n' "$1" "$2"
      shift 2
    done
  } >"$file"
  site=http://$addr
}

# serve FILE: starts a server and waits until it is up; its pid is in $pid.
serve() {
  start "$(basename "$1" .toml)-serve" "$BIN" serve --config "$1"
  wait_for 15 answers "$site/healthz"
}

crawl() {
  "$BIN" crawl --config "$1" 2>>"$WORK/crawl.log"
}

# count WORD REPORT: the number before the word in a report line of "storyfeed crawl".
count() {
  sed -nE "s/.*[:,] ([0-9]+) $1.*/\1/p" <<<"$2"
}

# --- frozen sites

# open_entry NAME: serves it; sets $entry, $truth, $host and $hub.
open_entry() {
  entry=$1 truth=$ZOO/$1/truth.json host=127.0.0.1:$(free_port)
  hub=$(jq -r .hub "$truth")
  start "$entry-site" "$ZOO/serve" -dir "$ZOO/$entry" -addr "$host"
  wait_for 10 answers "http://$host/__zoo/truth"
}

# whole URL: a JSON Feed with the items of all documents that it leads to by next_url.
whole() {
  local next=$1 page
  while [ -n "$next" ]; do
    page=$(curl -fsS "$next") || return
    next=$(jq -r '.next_url // ""' <<<"$page")
    printf '%s\n' "$page"
  done | jq -s '.[0] + {items: [.[].items[]]}'
}

# of_truth NAME SERIES JQ: the permalinks of a series are those that the jq expression takes from the truth, each once; the
# hub page's own post may be among them.
of_truth() {
  local differences
  differences=$(curl -fsS "$site/s/$2/reading.json" | jq -c --slurpfile truth "$truth" "
    \$truth[0] as \$t | (\$t | $3 | map(.url)) as \$want | [.items[].url | sub(\"^https?://[^/]+\"; \"\")] as \$got |
    {missing: (\$want - \$got), extra: (\$got - \$want - [\$t.hub]), twice: (\$got | group_by(.) | map(select(length > 1)[0]))}")
  equal "$1" "$differences" '{"missing":[],"extra":[],"twice":[]}'
}

# values_of_truth NAME SERIES: of all posts of a blog, titles and days are right for 99 in 100 and authors for 98, but for what
# the pages lack; and the list is newest first.
values_of_truth() {
  local figures
  figures=$(curl -fsS "$site/s/$2/reading.json" | jq -c --slurpfile truth "$truth" '
    def plain: gsub("[‘’]"; "\u0027") | gsub("[“”]"; "\"") | gsub("[–—]"; "-") | gsub("…"; "...") | gsub("\\s+"; " ") | ascii_downcase;
    def share(f): if length == 0 then 1 else (map(select(f)) | length) / length end;
    $truth[0] as $t | ($t.lacks // []) as $lacks | ($t.stories + $t.extras | INDEX(.url)) as $posts
    | [.items[] | {item: ., post: $posts[.url | sub("^https?://[^/]+"; "")]} | select(.post)] as $pairs
    | ($pairs | share((.item.title | plain) == (.post.title | plain))) as $titles
    | ($pairs | share(.item.date_published[0:10] == .post.published[0:10]
        or ((.item.date_published | sub("\\.[0-9]+"; "") | fromdateiso8601) - (.post.published | sub("[+-][0-9:]{5}$"; "Z") | fromdateiso8601) | fabs) <= 86400)) as $days
    | ($pairs | share((.item.authors // [])[0].name == .post.author)) as $authors
    | [.items[].date_published | select(.) | .[0:10]] as $dates
    | if $titles >= .99 and ($days >= .99 or ($lacks | any(. == "published"))) and ($authors >= .98 or ($lacks | any(. == "author"))) and $dates == ($dates | sort)
      then "right" else {$titles, $days, $authors, sorted: ($dates == ($dates | sort))} end')
  equal "$1: titles, days, authors and order" "$figures" '"right"'
}

# --- judgement

# complete NAME TRUTH URL: the feed at URL holds the whole series, nothing else, in order, with its titles, and scores 97 or more
# on the fields that the pages carry.
complete() {
  local figures
  figures=$("$ZOO/score" -json -truth "$2" "$3" 2>&1) || true
  if jq -e '.found == 36 and .missing == 0 and .extra_known_posts + .extra_other == 0 and .duplicates == 0 and .items == 36
      and .kendall_tau == 1 and .title_folded == 36 and .total_attainable >= 97' <<<"$figures" >/dev/null 2>&1; then
    ok "$1: 36 stories in order, score $(jq -r .total_attainable <<<"$figures")"
  else
    fail "$1" "$("$ZOO/score" -v -truth "$2" "$3" 2>&1 | tail -n 40)"
  fi
}

# book NAME FILE CHAPTERS: EPUBCheck finds nothing to say of a book, which has that many chapters.
book() {
  local output chapters
  output=$(java -Xss16m -jar "$(echo "$TMP"/python/lib/python3*/site-packages/epubcheck/epubcheck.jar)" "$2" 2>&1) || true
  if ! grep -q '0 fatals / 0 errors / 0 warnings' <<<"$output"; then
    fail "$1" "$output"
    return
  fi
  chapters=$(python3 -m zipfile -l "$2" | grep -c 'EPUB/part-')
  equal "$1: EPUBCheck is content, chapters" "$chapters" "$3"
}

# judged NAME PAGE [OPTION…] FEED…: other people's readers agree on all formats of one feed, without errors or warnings, and no judge is
# missing but those that have no package. PAGE announces the feeds; "": no page does. Options of feedjudge may stand before the feeds.
judged() {
  local name=$1 output page=()
  [ -z "$2" ] || page=(--site "$2")
  shift 2
  if ! output=$("$SHARED/feedjudge/feedjudge" --no-setup --strict "${page[@]}" "$@" 2>&1); then
    fail "$name" "$(grep -vE '^(ok|n/a|skip)' <<<"$output")"
  elif grep '^skip' <<<"$output" | grep -vE 'W3C|RELAX NG|SimplePie'; then
    fail "$name" "a judge is missing: $(grep '^skip' <<<"$output")"
  else
    ok "$name: $(grep '^TOTAL' <<<"$output")"
  fi
}
