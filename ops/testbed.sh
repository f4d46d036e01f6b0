# shellcheck shell=bash
# Sourced by ops/test, ops/prepare and ops/checks/*, after lib.sh: the testbed, a folder that holds everything
# a run of the tests starts. Always true: what was started there is ended with the run, and what a killed
# run left behind is ended by the next one. Processes are known by the folder's random name, never by their own.

# Opens the testbed, unless a script that calls this one has.
testbed_open() {
  [ -z "${TESTBED:-}" ] || return 0
  testbed_sweep
  TESTBED=$(mktemp -d "$(testbed_root)/nexus-test.XXXXXX")
  export TESTBED
  # The database runs as another user when we are root, and must get through.
  chmod 711 "$TESTBED"
  echo $$ >"$TESTBED/owner"
  trap 'testbed_close "$TESTBED"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# In memory when there is room: hundreds of databases are made, used for a moment and thrown away.
testbed_root() {
  local free
  free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
  if [ -w /dev/shm ] && [ "${free:-0}" -gt 4000000 ]; then echo /dev/shm; else echo /tmp; fi
}

# Closes our own testbeds whose script is gone.
testbed_sweep() {
  local dir
  for dir in /dev/shm/nexus-test.* /tmp/nexus-test.*; do
    if [ ! -O "$dir" ] || [ ! -f "$dir/owner" ]; then continue; fi
    grep -qs 'ops/' "/proc/$(<"$dir/owner")/cmdline" || testbed_close "$dir"
  done
}

testbed_close() {
  local dir=$1 signal
  for signal in TERM QUIT KILL; do
    testbed_signal "$dir" $signal
  done
  rm -rf "$dir"
}

# Sends a signal to what still runs in the testbed and waits for its end, ten seconds at most.
testbed_signal() {
  local dir=$1 signal=$2
  local -a pids
  for _ in {1..50}; do
    mapfile -t pids < <(testbed_pids "$dir" "$signal")
    [ ${#pids[@]} -gt 0 ] || return 0
    kill -s "$signal" "${pids[@]}" 2>/dev/null || true
    sleep 0.2
  done
}

# The processes that name the folder in their arguments or variables, without ourselves and what we run for this.
# PostgreSQL is left out at first: TERM would have it wait for its clients, and the app stops its own.
testbed_pids() {
  local dir=$1 signal=$2 file pid
  local -A seen=([$$]=1)
  while IFS=/ read -r _ _ pid file; do
    [ -z "${seen[$pid]:-}" ] || continue
    seen[$pid]=1
    if [ "$signal" != TERM ] || [ "$(<"/proc/$pid/comm")" != postgres ]; then echo "$pid"; fi
  done < <(env -i grep -alsF --file=- /proc/[0-9]*/cmdline /proc/[0-9]*/environ <<<"$dir") 2>/dev/null
}

# --- PostgreSQL ------------------------------------------------------------------------------------------------

# Starts the PostgreSQL of the tests: nothing durable, nothing but a socket. Sets TEST_DATABASE_URL, whose database
# has all migrations.
test_postgres() {
  [ -z "${TEST_DATABASE_URL:-}" ] || return 0
  local bin dir=$TESTBED/pg
  bin=$(postgres_bin)
  mkdir "$dir"
  [ "$(id -u)" != 0 ] || chown "$(postgres_user)" "$dir"
  as_postgres "$bin/initdb" -D "$dir/data" -U nexus -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$TESTBED/initdb.log"
  as_postgres "$bin/pg_ctl" start -w -s -D "$dir/data" -l "$dir/log" -o "-c listen_addresses= -c fsync=off \
    -c unix_socket_directories=$dir -c synchronous_commit=off -c full_page_writes=off -c max_connections=300"
  export TEST_DATABASE_URL="postgres://nexus@localhost/nexus?host=$dir"
  migrate_with_psql "$bin/psql" "$dir"
}

# Before the first build there is no `nexus migrate`: psql does the same.
migrate_with_psql() {
  local file
  as_postgres "$1" -qX -h "$2" -U nexus -d postgres -c 'create database nexus'
  for file in "$ROOT"/migrations/*.sql; do
    as_postgres "$1" -qX1 -v ON_ERROR_STOP=1 -h "$2" -U nexus -d nexus <"$file" >/dev/null
  done
}

postgres_user() {
  if id -u postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}

# Runs a program of PostgreSQL, which refuses root, with none of our variables.
as_postgres() {
  (cd / && as_user "$(postgres_user)" env -i PATH="$PATH" LC_ALL=C TZ=UTC "$@")
}

# Root runs the command as that user; everybody else runs it as themselves.
as_user() {
  local user=$1
  shift
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups "$@"
  else
    "$@"
  fi
}

# --- the server ------------------------------------------------------------------------------------------------

# A port that nobody listens on, below those that the kernel gives to clients.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

# The profile that the unit tests use as well: one set of built dependencies for all.
build_server() {
  SQLX_OFFLINE=true cargo build --locked --bin nexus
  NEXUS=$(target_dir)/debug/nexus
  export NEXUS
}

# serve NAME VARIABLE=VALUE… : starts the server on a new data folder and a free port, and waits until it is ready.
# Sets SERVER_URL, SERVER_DATA and SERVER_PID.
serve() {
  local name=$1 port
  port=$(free_port)
  SERVER_DATA=$TESTBED/$name
  # shellcheck disable=SC2034 # for the scripts that source this
  SERVER_URL=http://127.0.0.1:$port
  mkdir -m 711 "$SERVER_DATA"
  env -u DATABASE_URL BIND=127.0.0.1 PORT="$port" DATA_DIR="$SERVER_DATA" "${@:2}" \
    "$NEXUS" serve >"$SERVER_DATA.log" 2>&1 </dev/null &
  SERVER_PID=$!
  await_ready "$port" "$SERVER_PID" || {
    say "Le serveur n’est pas prêt :" "$(tail -n 20 "$SERVER_DATA.log")"
    return 1
  }
}

await_ready() {
  for _ in {1..150}; do
    PORT=$1 "$ROOT/ops/healthy" 2>/dev/null && return
    kill -0 "$2" 2>/dev/null || return 1
    sleep 0.2
  done
  return 1
}

# Stops the server that `serve` started, as Ctrl-C would, and waits for it.
stop_server() {
  kill -TERM "$SERVER_PID"
  wait "$SERVER_PID" || true
}
