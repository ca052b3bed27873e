#!/bin/sh
# Puts the peers that are measured beside ours into bench/Terminal/peers, from npm. Prints the path of each program.
set -eu
cd "$(dirname "$0")"
mkdir -p peers && cd peers
[ -f package.json ] || printf '{"name":"peers","private":true}\n' > package.json
npm install --no-audit --no-fund --no-update-notifier --ignore-scripts --loglevel=error "@openai/codex@${CODEX:-latest}" "opencode-linux-x64@${OPENCODE:-latest}" >&2
find "$PWD/node_modules" -type f -perm -u+x \( -name codex -o -name opencode \) -size +1M
