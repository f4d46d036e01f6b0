# shellcheck shell=bash
# Sourced by the scripts of ops/: what they say, root's rights, what the machine must have.
# Always true: nothing is asked of root, and no package list is fetched, while nothing is missing.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# One line for each word.
say() { printf '%s\n' "$@" >&2; }

die() {
  say "" "✗ $1" "${@:2}"
  exit 1
}

# --- packages --------------------------------------------------------------------------------------------------

MISSING=()

# wants PACKAGES WHY TEST… : notes the packages unless the test succeeds.
wants() {
  local -a packages
  read -ra packages <<<"$1"
  "${@:3}" >/dev/null 2>&1 && return
  say "Il manque sur cette machine : $1 ($2)."
  MISSING+=("${packages[@]}")
}

# How to become root without asking anybody, or by asking at a terminal; fails when there is no way.
SUDO=()
become_root() {
  [ "$(id -u)" != 0 ] || return 0
  command -v sudo >/dev/null || return 1
  if sudo -n true 2>/dev/null; then
    SUDO=(sudo -n)
  elif [ -t 0 ] && [ -t 2 ]; then
    SUDO=(sudo)
  else
    return 1
  fi
}

apt() {
  "${SUDO[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 \
    -o Dpkg::Options::=--force-confold --no-install-recommends "$@" </dev/null >&2
}

# Installs what `wants` noted, or names the command that would.
install_missing() {
  [ ${#MISSING[@]} -gt 0 ] || return 0
  local command="apt-get update && apt-get install --no-install-recommends ${MISSING[*]}"
  command -v apt-get >/dev/null || die "Installez : ${MISSING[*]}" \
    "avec les outils de ce système (ce script ne sait le faire que sur Debian et Ubuntu), puis relancez."
  become_root || die "Il faut les droits de root pour installer : ${MISSING[*]}" \
    "Lancez en root, puis recommencez :" "  $command"
  say "Installation de : ${MISSING[*]}"
  apt update || say "La liste des paquets n’a pas pu être rafraîchie ; essayons avec celle qui est là."
  install_all "${MISSING[@]}" || die "L’installation a échoué. Essayez à la main :" "  $command"
  MISSING=()
}

# Debian starts a system-wide database server as soon as PostgreSQL is installed. Nobody asked for one here:
# the setting that Debian has for this holds while we install, and no longer.
install_all() {
  local conf=/etc/postgresql-common/createcluster.conf
  if [[ " $* " != *" postgresql "* ]] || [ -e "$conf" ]; then
    apt install "$@"
    return
  fi
  apt install postgresql-common || return
  "${SUDO[@]}" cp -p "$conf" "$conf.before" || return
  "${SUDO[@]}" pg_conftool "$conf" set create_main_cluster off || return
  local status=0
  apt install "$@" || status=$?
  "${SUDO[@]}" mv "$conf.before" "$conf"
  return $status
}

# --- what is there ---------------------------------------------------------------------------------------------

has() { command -v "$1"; }

# make, and a C compiler that finds the headers and the start files of the C library: the allocator is written in C.
has_build_tools() {
  command -v make &&
    [ -e "$(cc -print-file-name=crt1.o)" ] && printf '#include <stdlib.h>\n' | cc -xc -fsyntax-only -
}

# The folder of PostgreSQL's programs, 15 to 18, as src/db/cluster/binaries.rs looks for it.
postgres_bin() {
  local dir version
  for dir in "${PG_BIN:-}" /usr/lib/postgresql/{18,17,16,15}/bin /usr/pgsql-{18,17,16,15}/bin ${PATH//:/ }; do
    if [ ! -x "$dir/postgres" ] || [ ! -x "$dir/initdb" ]; then continue; fi
    version=$("$dir/postgres" --version | sed -E 's/.*\) ([0-9]+).*/\1/')
    [ "$version" -ge 15 ] && [ "$version" -le 18 ] && printf '%s\n' "$dir" && return
  done
  return 1
}

need_build_tools() {
  wants "gcc libc6-dev make" "compilateur C et make, pour construire" has_build_tools
}

need_postgres() {
  wants postgresql "base de données" postgres_bin
}

# --- Rust ------------------------------------------------------------------------------------------------------

# Finds cargo, also where rustup puts it, and refuses one that is too old.
need_rust() {
  local needed found
  needed=$(sed -nE 's/^rust-version = "([0-9.]+)".*/\1/p' "$ROOT/Cargo.toml")
  command -v cargo >/dev/null || PATH="$PATH:${CARGO_HOME:-${HOME:-/root}/.cargo}/bin"
  command -v cargo >/dev/null || die "Rust $needed ou plus récent est nécessaire." "$(how_to_get_rust)"
  found=$(rustc --version 2>/dev/null | sed -E 's/^rustc ([0-9.]+).*/\1/')
  printf '%s\n%s\n' "$needed" "${found:-0}" | sort -V -C ||
    die "Rust $needed ou plus récent est nécessaire (ici : ${found:-aucun})." "$(how_to_get_rust)"
}

how_to_get_rust() {
  if [ -n "${SUDO_USER:-}" ]; then
    printf 'Relancez sans sudo : ce script demandera lui-même ce qu’il lui faut.\n'
  fi
  printf 'Pour l’installer :  curl --proto =https --tlsv1.2 -sSf https://sh.rustup.rs | sh\n'
  printf 'Déjà installé avec rustup :  rustup update stable\n'
}

# Where cargo puts what it builds, whatever the settings of this machine.
target_dir() {
  cargo metadata --format-version 1 --no-deps --locked --manifest-path "$ROOT/Cargo.toml" |
    sed -E 's/.*"target_directory":"([^"]*)".*/\1/'
}
