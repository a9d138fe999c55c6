# What the findings share: packages in a folder that goes away, and a program whose output must be what was seen.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' >package.json

# Pinned packages, without their install scripts.
install() {
  npm install --ignore-scripts --no-audit --no-fund --silent "$@" >/dev/null
}

# Pinned packages of PyPI, as wheels, in an environment of their own.
install_python() {
  python3 -m venv python
  python/bin/pip install --quiet --disable-pip-version-check --only-binary :all: "$@"
}

# The program on standard input, run by Node.js, must print exactly this.
expect() {
  cat >finding.mjs
  expect_of "$1" node finding.mjs
}

# The same, run by Python.
expect_python() {
  cat >finding.py
  expect_of "$1" python/bin/python finding.py
}

# A command must print exactly this.
expect_of() {
  local described=$1
  shift
  "$@" >seen.txt 2>errors.txt || { cat seen.txt errors.txt; echo "It has changed: the program ends with an error." >&2; exit 1; }
  if diff <(printf '%s\n' "$described") seen.txt; then
    cat seen.txt
    echo "As described."
  else
    echo "It has changed: see the differences above (< described, > seen)." >&2
    exit 1
  fi
}
