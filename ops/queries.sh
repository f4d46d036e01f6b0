# shellcheck shell=bash
# Sourced by ops/test and ops/prepare, after testbed.sh: the checked queries. sqlx checks each query against a
# database while it compiles; what it learnt is committed in .sqlx, so that a build needs no database.

# gather_queries FOLDER COMMAND… : compiles with the command and has sqlx note every query in the folder.
gather_queries() {
  local folder=$1
  rm -rf "$folder"
  mkdir -p "$folder"
  # Queries are noted while a file is compiled: what cargo believes to be up to date would be left out.
  touch "$ROOT"/src/lib.rs "$ROOT"/src/main.rs
  SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$folder" DATABASE_URL="$TEST_DATABASE_URL" "${@:2}"
}

# Succeeds when .sqlx holds exactly these queries.
same_queries() {
  diff -rq "$ROOT/.sqlx" "$1" >&2 && return
  say "Le dossier .sqlx ne correspond plus aux requêtes de src/ : lancez ops/prepare et validez ce qu’il change."
  return 1
}

# What the queries depend on, as one number.
queries_stamp() {
  cd "$ROOT" && find src migrations .sqlx Cargo.toml Cargo.lock -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum
}
