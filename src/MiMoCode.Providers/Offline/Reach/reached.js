// Runs a command with the coverage of V8 on and prints, for each file of this folder, the lines that ran: "path: 1-5,9".
const { spawnSync } = require("child_process");
const fs = require("fs"), os = require("os"), path = require("path"), url = require("url");
const into = fs.mkdtempSync(path.join(os.tmpdir(), "reached-"));
spawnSync(process.argv[1], { shell: true, stdio: "ignore", timeout: 120000, env: { ...process.env, NODE_V8_COVERAGE: into } });
const here = fs.realpathSync(process.cwd()) + path.sep;
const ran = new Map();
for (const name of fs.readdirSync(into)) {
  let scripts = [];
  try { scripts = JSON.parse(fs.readFileSync(path.join(into, name), "utf8")).result; } catch { continue; }
  for (const script of scripts) {
    if (!script.url.startsWith("file://")) continue;
    const file = url.fileURLToPath(script.url);
    if (!file.startsWith(here) || file.includes("node_modules")) continue;
    const code = fs.readFileSync(file, "utf8");
    const mine = new Uint8Array(code.length);
    for (const part of script.functions)
      for (const range of part.ranges) mine.fill(range.count ? 1 : 0, range.startOffset, range.endOffset);
    const lines = ran.get(file) ?? new Set();
    let line = 1;
    for (let at = 0; at < code.length; at++) {
      if (code[at] === "\n") line++;
      else if (mine[at] && code[at].trim()) lines.add(line);
    }
    ran.set(file, lines);
  }
}
fs.rmSync(into, { recursive: true, force: true });
for (const [file, lines] of ran) {
  const spans = [];
  for (const line of [...lines].sort((one, other) => one - other)) {
    const last = spans[spans.length - 1];
    if (last && last[1] === line - 1) last[1] = line;
    else spans.push([line, line]);
  }
  const shown = spans.map(([first, last]) => (first === last ? first : first + "-" + last)).join(",");
  console.log(path.relative(here, file).split(path.sep).join("/") + ": " + shown);
}
