# processes.sh - sourced by engine.sh, holder.sh and swarm.sh: processes that outlive the script that started them.
#
# A file holds "pid starttime" of each, so that a recycled pid is not mistaken for ours.

note() { # FILE [PROC]: let FILE tell of this very (sub)shell, by its pid in another /proc
  local pid proc=${2:-/proc}
  read -r pid _ <"$proc/self/stat"
  echo "$pid $(sed 's/.*) //' "$proc/$pid/stat" | cut -d' ' -f20)" >"$1.new"
  mv "$1.new" "$1"
}
alive() { # FILE: print the pid in it if that very process still runs
  local pid started stat
  { [ -r "$1" ] && read -r pid started <"$1" && read -r stat <"/proc/$pid/stat"; } 2>/dev/null || return 1
  set -- ${stat##*) }
  [ "$1" != Z ] && [ "${20}" = "$started" ] && echo "$pid"
}
gone_within() { # SECONDS COMMAND...: wait until COMMAND fails
  local tries=$(($1 * 50)); shift
  while "$@" >/dev/null 2>&1; do [ $((tries -= 1)) -gt 0 ] || return 1; sleep .02; done
}
