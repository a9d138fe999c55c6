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

# The program on standard input, run by Node.js, must print exactly this.
expect() {
  cat >finding.mjs
  node finding.mjs >seen.txt 2>errors.txt || { cat seen.txt errors.txt; echo "It has changed: the program ends with an error." >&2; exit 1; }
  if diff <(printf '%s\n' "$1") seen.txt; then
    cat seen.txt
    echo "As described."
  else
    echo "It has changed: see the differences above (< described, > seen)." >&2
    exit 1
  fi
}
