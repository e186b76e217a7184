# Sourced by scripts that need PostgreSQL: start_postgres starts a temporary cluster on a unix socket,
# exports HAWKER_TEST_POSTGRES and stops the cluster when the script ends. An address that is set already is used.

# install_packages NAME…: Debian packages, where this user may install them.
install_packages() {
  if ! command -v apt-get >/dev/null; then
    return 1
  fi
  local sudo=""
  if [ "$(id -u)" -ne 0 ]; then
    sudo="sudo -n"
    sudo -n true 2>/dev/null || return 1
  fi
  echo "installing: $*"
  $sudo apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

postgres_bin() {
  local d
  for d in /usr/lib/postgresql/*/bin; do
    [ -x "$d/initdb" ] && echo "$d" && return
  done
  if command -v initdb >/dev/null; then dirname "$(command -v initdb)"; fi
}

# as_postgres COMMAND…: PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && su postgres -s /bin/sh -c "$*")
  else
    sh -c "$*"
  fi
}

start_postgres() {
  [ -n "${HAWKER_TEST_POSTGRES:-}" ] && return
  local bin
  bin=$(postgres_bin)
  if [ -z "$bin" ]; then
    install_packages postgresql || true
    bin=$(postgres_bin)
  fi
  if [ -z "$bin" ]; then
    echo "*** PostgreSQL is missing and cannot be installed here: its tests are NOT run. ***" >&2
    echo "*** Install it (Debian: apt-get install postgresql) or set HAWKER_TEST_POSTGRES. ***" >&2
    return
  fi
  PG_DIR=$(mktemp -d /tmp/hawker-pg.XXXXXX)
  if [ "$(id -u)" -eq 0 ]; then chown postgres "$PG_DIR"; fi
  chmod 755 "$PG_DIR"
  as_postgres "$bin/initdb -D $PG_DIR/data -A trust -U postgres --no-sync -E UTF8 --locale=C >/dev/null"
  # Tests need the engine's rules, not its durability: the kill tests start their own, and figures ask for PG_FSYNC=on.
  as_postgres "$bin/pg_ctl -D $PG_DIR/data -l $PG_DIR/log -w -o \"-c listen_addresses='' -c unix_socket_directories=$PG_DIR -c fsync=${PG_FSYNC:-off} -c max_connections=300\" start >/dev/null"
  PG_BIN=$bin
  trap stop_postgres EXIT
  export HAWKER_TEST_POSTGRES="postgres://postgres@/postgres?host=$PG_DIR"
}

stop_postgres() {
  as_postgres "$PG_BIN/pg_ctl -D $PG_DIR/data -m immediate stop >/dev/null" || true
  rm -rf "$PG_DIR"
}
