# shellcheck shell=bash
# Sourced by the scripts of ops/bench: the bench, a folder that holds one server with its private PostgreSQL (the
# product's own settings, durable) and a million assessments, and the lines of the final table.
# Always true: loads go to this machine only and end by themselves; what was started is ended, by its process number.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
HERE=$ROOT/ops/bench
BANK=maths_terminale_spe_v1
# How many assessments are stored in the large database, and in the small one that it is compared with.
LARGE=${LARGE:-1000000}
SMALL=1000
PORT_LARGE=${PORT:-3900}
export PORT_SMALL=$((PORT_LARGE + 1))
export PORT_SCHOOL=$((PORT_LARGE + 2))

say() { printf '%s\n' "$*" >&2; }
die() {
  say "✗ $*"
  exit 1
}

# Opens the bench, unless the script that calls this one has. BENCH_DIR names a folder to keep: the next run finds the
# databases filled.
bench_folder() {
  [ -z "${BENCH:-}" ] || return 0
  command -v cargo >/dev/null || PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
  build
  BENCH=${BENCH_DIR:-$(mktemp -d /tmp/nexus-bench.XXXXXX)}
  mkdir -p "$BENCH"
  # The database runs as another user when we are root, and must get through.
  chmod 711 "$BENCH"
  export BENCH
  rm -f "$BENCH"/*.pid "$BENCH/figures"
  trap bench_close EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# The same with the large database and its server.
bench_open() {
  bench_folder
  [ ! -f "$BENCH/large.pid" ] || return 0
  app_start large "$PORT_LARGE"
  fill
}

bench_close() {
  trap '' PIPE
  print_figures
  app_stop idle
  app_stop small
  app_stop school
  app_stop large
  [ -n "${BENCH_DIR:-}" ] || rm -rf "$BENCH"
}

# NEXUS names a server that is built already.
BUILT_ELSEWHERE=${NEXUS:-}

build() {
  local -a flags=(--release --locked)
  # The queries were checked when they were committed (.sqlx): no database is needed to build.
  [ ! -d "$ROOT/.sqlx" ] || export SQLX_OFFLINE=true
  [ -n "$BUILT_ELSEWHERE" ] || (cd "$ROOT" && cargo build "${flags[@]}" --bin nexus >&2)
  (cd "$HERE/load" && CARGO_TARGET_DIR=$ROOT/target/bench-load cargo build "${flags[@]}" >&2)
}

NEXUS=${NEXUS:-$ROOT/target/release/nexus}
LOAD=$ROOT/target/bench-load/release/nexus-load
load() { "$LOAD" "$@"; }

# --- servers ---------------------------------------------------------------------------------------------------

# app_start NAME PORT [DATABASE_URL] : starts a server and waits until it is ready. Its log holds the request lines.
app_start() {
  local name=$1 port=$2
  mkdir -p "$BENCH/$name"
  echo "$port" >"$BENCH/$name.port"
  env -u DATABASE_URL ${3:+DATABASE_URL="$3"} DATA_DIR="$BENCH/$name" BIND=127.0.0.1 PORT="$port" DEMO=0 \
    RATE_LIMITS=off LLM_MODE=off "$NEXUS" serve >>"$BENCH/$name.log" 2>&1 &
  echo $! >"$BENCH/$name.pid"
  for _ in {1..3000}; do
    curl -fsS -o /dev/null "http://127.0.0.1:$port/api/health/ready" 2>/dev/null && return
    kill -0 "$(<"$BENCH/$name.pid")" 2>/dev/null || break
    sleep 0.01
  done
  tail -5 "$BENCH/$name.log" >&2
  die "the server « $name » did not start"
}

app_stop() {
  local pid_file=$BENCH/$1.pid pid
  [ -f "$pid_file" ] || return 0
  pid=$(<"$pid_file")
  rm -f "$pid_file"
  kill -TERM "$pid" 2>/dev/null || return 0
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}

app_url() { echo "127.0.0.1:$(<"$BENCH/$1.port")"; }

# rss NAME FIELD : VmRSS or VmHWM of a server, in kB.
rss() { sed -n "s/^$2:[^0-9]*\([0-9]*\).*/\1/p" "/proc/$(<"$BENCH/$1.pid")/status"; }

# --- database --------------------------------------------------------------------------------------------------

pg_dir() { echo "$BENCH"/large/postgres/[0-9]*/; }
socket() { sed -n 5p "$(pg_dir)/postmaster.pid"; }
database_url() { echo "postgres://nexus@localhost/$1?host=$(socket)"; }
# sql DATABASE OPTIONS… : psql on it.
sql() { psql -qX -v ON_ERROR_STOP=1 -h "$(socket)" -U nexus -d "$1" "${@:2}"; }
ask() { sql "$1" -At -c "$2"; }

pg_program() {
  local dir
  for dir in "${PG_BIN:-}" /usr/lib/postgresql/{18,17,16,15}/bin /usr/pgsql-{18,17,16,15}/bin; do
    [ ! -x "$dir/$1" ] || { echo "$dir/$1" && return; }
  done
  command -v "$1" || die "$1 is missing: it comes with PostgreSQL"
}

# number, id, domain, weight and tags of each question, from the text of the bank.
questions() {
  # shellcheck disable=SC2016
  awk -F' = ' '
    /^domain = /    { gsub(/"/, "", $2); domain = $2 }
    /^id = /        { gsub(/"/, "", $2); id = $2 }
    /^weight = /    { weight = $2 }
    /^skills = \[/  { gsub(/[]["]/, "", $2); gsub(/, /, " ", $2)
                      print n++ "\t" id "\t" domain "\t" weight "\t" $2 }' "$ROOT/assets/banks/$BANK"/[!b]*.toml
}

# Fills both databases, once.
fill() {
  questions >"$BENCH/questions.tsv"
  cut -f2 "$BENCH/questions.tsv" >"$BENCH/questions.txt"
  fill_one nexus "$LARGE"
  if [ "$(ask nexus "select count(*) from pg_database where datname = 'small'")" = 0 ]; then
    sql nexus -c 'create database small'
  fi
  DATABASE_URL=$(database_url small) DATA_DIR=$BENCH/small "$NEXUS" migrate >/dev/null
  fill_one small "$SMALL"
}

fill_one() {
  local database=$1 all=$2
  if [ "$(ask "$database" "select to_regclass('bench.filled') is not null")" = f ]; then
    say "filling « $database » with $all assessments (a million: some minutes)"
    sql "$database" -1 -f "$HERE/sql/templates.sql" <"$BENCH/questions.tsv"
    sql "$database" -v all="$all" -f "$HERE/sql/grow.sql"
  fi
  sql "$database" -f "$HERE/sql/people.sql"
}

# cookies KIND : one `Cookie` a line; cookies KIND number user_id : with these columns.
cookies() { sql nexus -At -F$'\t' -c "select cookie${2:+, $2} from bench.sessions where kind = '$1' order by number"; }

# --- measuring -------------------------------------------------------------------------------------------------

# Waits until nothing else keeps the machine busy, five minutes at most; says what it was in the end.
calm() {
  local load
  for _ in {1..60}; do
    read -r load _ </proc/loadavg
    if awk "BEGIN { exit !($load < ${CALM:-1}) }"; then break; fi
    sleep 5
  done
  say "load before « $1 »: $load"
}

# figure NAME MEASURED OPERATOR TARGET UNIT : a line of the final table; OPERATOR is <= or >=.
figure() { printf '%s\t%s\t%s\t%s\t%s\n' "$@" >>"$BENCH/figures"; }

# rate NAME FILE MS [SERVER] : targets (cookie, tab, path) at 200 requests a second; latency from the moment when each
# request was due, then the server's own count of the time, against MS.
rate() {
  local name=$1 targets=$2 most=$3 server=${4:-large} out p95 own
  : >"$BENCH/$server.log"
  out=$(load pages "$(app_url "$server")" --targets "$targets" --rate 200 --seconds "${SECONDS_OF_LOAD:-30}" --name "$name") ||
    figure "$name at 200/s, errors" "$(grep '^.* rate=' <<<"$out" | value errors)" '<=' 0 ''
  say "$out"
  p95=$(value p95_ms <<<"$out")
  own=$(grep -o '"ms":[0-9.]*' "$BENCH/$server.log" | cut -d: -f2 | sort -g | awk '{ ms[NR] = $1 } END { print ms[int(NR * 0.95)] }')
  figure "$name at 200/s, p95 seen by the client" "$p95" '<=' "$most" ms
  figure "$name at 200/s, p95 of the server's time" "$own" '<=' "$most" ms
}

fetch() { curl -sS -H "cookie: $2" -H 'accept-encoding: gzip, deflate, br' -o /dev/null -w '%{size_download}' "http://$(app_url "$1")$3"; }

# weigh NAME FILE BYTES [SERVER] : the heaviest of some pages, and that one with all that its first view loads, which is
# at most BYTES.
weigh() {
  local name=$1 targets=$2 most=$3 server=${4:-large} cookie path html whole heaviest=0 heaviest_cookie='' heaviest_path=''
  while IFS=$'\t' read -r cookie path; do
    html=$(fetch "$server" "$cookie" "$path")
    [ "$html" -gt "$heaviest" ] || continue
    heaviest=$html heaviest_cookie=$cookie heaviest_path=$path
  done < <(awk 'NR % 25 == 1' "$targets")
  whole=$heaviest
  while read -r path; do
    whole=$((whole + $(fetch "$server" '' "$path")))
  done < <(curl -sS -H "cookie: $heaviest_cookie" "http://$(app_url "$server")$heaviest_path" | grep -oE '/assets/[^"]+' | sort -u)
  figure "$name, HTML compressed" "$heaviest" '<=' 14000 bytes
  figure "$name, whole first view" "$whole" '<=' "$most" bytes
}

# value KEY : from the lines NAME KEY=VALUE … on standard input.
value() { grep -oP "(?<= $1=)[0-9.]+" | head -1; }

print_figures() {
  [ -s "$BENCH/figures" ] || return 0
  printf '\n%-58s %12s    %s\n' figure measured target
  awk -F'\t' '{ good = $3 == "<=" ? $2 <= $4 + 0 : $2 >= $4 + 0; good = good && $2 != "" ? "ok" : "MISSED"
    printf "%-58s %12s    %s %s %s  %s\n", $1, $2, $3, $4, $5, good }' "$BENCH/figures"
}
