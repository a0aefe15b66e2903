# shellcheck shell=sh disable=SC2154
# Makes `.venv` beside this checkout and keeps it fit. Sourced by ./onrecord and ./check; plain POSIX sh.
#
# Expects $root, the checkout. Gives `ensure_environment run|dev`, which returns at once when nothing has changed.
# Whatever it has to say goes to standard error: standard output belongs to the command that follows.
#
# Marks inside .venv:
#   onrecord-made   this script made the folder, so it may also remove it
#   onrecord-run    what is installed and for which checkout; written last, so a half-made folder has none
#   onrecord-dev    the same with the development tools

venv=$root/.venv
install_log=$venv/install.log

say() { printf 'onrecord: %s\n' "$*" >&2; }

die() {
    printf 'onrecord: %s\n' "$@" >&2
    exit 3
}

# The part of pyproject.toml that says what is installed stands above its first [tool.*] table.
wanted_stamp() { printf '1 %s %s' "$(sed '/^\[tool\./q' "$root/pyproject.toml" | cksum)" "$root"; }

is_stamped() { # run|dev
    [ -x "$venv/bin/python" ] && [ -r "$venv/onrecord-$1" ] || return 1
    IFS= read -r found_stamp <"$venv/onrecord-$1" || return 1
    [ "$found_stamp" = "$stamp" ]
}

ensure_environment() { # run|dev
    stamp=$(wanted_stamp)
    if is_stamped "$1"; then return 0; fi
    [ -w "$root" ] || die "cannot write to $root, where the environment (.venv) belongs." \
        "Use a checkout of your own, or install the package: python3 -m pip install $root"
    lock_environment
    is_stamped "$1" || make_environment "$1" # another call may have made it while this one waited
    unlock_environment
}

make_environment() { # run|dev
    started=$(date +%s)
    remove_unfit_environment
    [ -x "$venv/bin/python" ] || create_environment
    say "installing into .venv; this happens once and takes about a minute (log: .venv/install.log)"
    rm -f "$venv/onrecord-run" "$venv/onrecord-dev"
    set -- "$1" --editable "$root"
    if [ "$1" = dev ]; then
        write_dev_requirements
        set -- "$@" --requirement "$venv/dev-requirements.txt"
    fi
    kind=$1
    shift
    install_packages "$@"
    printf '%s\n' "$stamp" >"$venv/onrecord-run"
    [ "$kind" = run ] || printf '%s\n' "$stamp" >"$venv/onrecord-dev"
    say "environment ready after $(($(date +%s) - started)) s"
}

# A folder of ours goes if it is half-made, if its Python is gone or if the checkout was moved (its scripts hold the
# old path). A folder that somebody else made is used as it is and never removed.
remove_unfit_environment() {
    [ -e "$venv" ] || return 0
    if [ ! -e "$venv/onrecord-made" ]; then
        runs_fit_python "$venv/bin/python" || die "$venv was not made by onrecord and holds no working Python 3.11 or newer." \
            "Move it away, then run the same command again."
        return 0
    fi
    if [ ! -e "$venv/onrecord-run" ]; then
        say "an earlier installation did not finish; starting it again"
    elif IFS= read -r found_stamp <"$venv/onrecord-run" && [ "${found_stamp##* /}" = "${stamp##* /}" ] &&
        runs_fit_python "$venv/bin/python"; then
        return 0
    fi
    rm -rf "$venv"
}

runs_fit_python() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

create_environment() {
    have_uv=no
    if command -v uv >/dev/null 2>&1; then have_uv=yes; fi
    find_python
    say "first use: making .venv with ${python_label:-a Python that uv provides}"
    mkdir -p "$venv"
    : >"$venv/onrecord-made"
    if [ "$have_uv" = yes ] && uv venv --quiet --allow-existing --python "${python:->=3.11}" "$venv" </dev/null >&2; then
        return 0
    fi
    [ -n "$python" ] || die "uv found no Python 3.11 or newer and could not fetch one." "$python_advice"
    "$python" -m venv "$venv" </dev/null >&2 || die "Python could not make $venv; its own words stand above." "$venv_advice"
}

python_advice='Debian or Ubuntu: sudo apt install python3.11 python3.11-venv. macOS: brew install python@3.13.
  Any system: install uv, which brings its own Python. Or name one: ONRECORD_PYTHON=/path/to/python3.12'
venv_advice='Debian or Ubuntu: sudo apt install python3-venv. Or name another Python: ONRECORD_PYTHON=/path/to/python3.12'

# Sets $python (empty: only uv can help) and $python_label. A command that exists need not work (pyenv's shims), and a
# Python that works need not be able to make environments (Debian keeps that apart), so each is asked.
find_python() {
    python='' python_label='' without_venv=''
    for candidate in ${ONRECORD_PYTHON:-python3.13 python3.12 python3.11 python3 python3.14 python}; do
        answer=$("$candidate" -c "$python_probe" 2>/dev/null </dev/null) || continue
        python_label=${answer#* }
        case $have_uv:$answer in
            yes:* | *:able\ *) python=${python_label#* at } && return 0 ;;
            *) without_venv=$python_label ;;
        esac
    done
    python_label=''
    if [ -n "${ONRECORD_PYTHON:-}" ]; then
        die "ONRECORD_PYTHON=$ONRECORD_PYTHON is no Python 3.11 or newer that can make environments." "$python_advice"
    elif [ -n "$without_venv" ]; then
        die "$without_venv cannot make environments: its modules venv and ensurepip are not installed." "$venv_advice"
    elif [ "$have_uv" = no ]; then
        die "Python 3.11 or newer is needed and none was found; python3 is $(python3 --version 2>&1 || :)." "$python_advice"
    fi
}

python_probe='
import importlib.util, os, sys
if sys.version_info < (3, 11):
    sys.exit(1)
able = importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")
base = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
print("able" if able else "bare", "Python", sys.version.split()[0], "at", base)
'

write_dev_requirements() {
    "$venv/bin/python" -c '
import sys, tomllib
with open(sys.argv[1], "rb") as file:
    print("\n".join(tomllib.load(file)["dependency-groups"]["dev"]))
' "$root/pyproject.toml" >"$venv/dev-requirements.txt" # pip before 25.1 knows no dependency groups
}

install_packages() { # arguments of pip install
    if command -v uv >/dev/null 2>&1; then
        if uv pip install --python "$venv/bin/python" "$@" </dev/null >&2; then return 0; fi
        say "uv could not install; trying with pip"
    fi
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip >/dev/null 2>&1 ||
        die "$venv has no pip and ensurepip cannot bring it." "$venv_advice"
    install_with_pip "$@" && return 0
    tail -n 15 "$install_log" >&2
    die "the installation failed; the end of its log stands above, all of it in $install_log." \
        "If the network was away, run the same command again: it starts over by itself."
}

# pip's many lines go to the log; of each package the name is shown. Byte code is made at first import, not before:
# that saves a third of the disk and half of the time.
install_with_pip() {
    {
        PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_USER=0 \
            "$venv/bin/python" -m pip install --no-compile "$@" </dev/null 2>&1 && echo "pip-ended 0" || echo "pip-ended 1"
    } | (while IFS= read -r line; do
        printf '%s\n' "$line" >>"$install_log"
        case $line in
            Collecting\ *) line=${line#Collecting } && printf ' %s' "${line%%[!A-Za-z0-9._-]*}" >&2 ;;
            Installing\ collected*) printf '\nonrecord: unpacking\n' >&2 ;;
            pip-ended\ *) exit "${line#pip-ended }" ;;
        esac
    done)
}

# Two first calls at once must not write into the same folder. The system frees a flock when its holder ends, however
# that happens; where there is no flock, a folder with the holder's process number does.
lock_environment() {
    if command -v flock >/dev/null 2>&1; then
        exec 9>"$root/.venv.lock"
        flock -n 9 && return 0
        say "another call is setting up .venv; waiting for it"
        flock 9
        return 0
    fi
    waited=no
    until mkdir "$root/.venv.lock.d" 2>/dev/null; do
        holder=$(cat "$root/.venv.lock.d/process" 2>/dev/null || :)
        if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
            rm -rf "$root/.venv.lock.d"
            continue
        fi
        [ "$waited" = yes ] || say "another call (process ${holder:-unknown}) is setting up .venv; waiting for it." \
            "If there is none, remove $root/.venv.lock.d"
        waited=yes
        sleep 1
    done
    printf '%s\n' "$$" >"$root/.venv.lock.d/process"
    trap 'rm -rf "$root/.venv.lock.d"' EXIT
    trap 'exit 130' INT TERM
}

unlock_environment() {
    if command -v flock >/dev/null 2>&1; then
        exec 9>&-
    else
        rm -rf "$root/.venv.lock.d"
        trap - EXIT INT TERM
    fi
}
