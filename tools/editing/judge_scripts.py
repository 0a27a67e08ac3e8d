"""The programs that the target's own interpreters run to judge sources; data, never imported by them."""

from __future__ import annotations

PYTHON_SCRIPT = r"""
import base64, json, sys, warnings, zlib
warnings.simplefilter("ignore")
answer = {}
for job in json.loads(zlib.decompress(base64.b64decode("".join(sys.argv[1:])))):
    errors = []
    try:
        compile(base64.b64decode(job["source"]), job["path"], "exec", dont_inherit=True)
    except SyntaxError as error:
        errors.append([error.lineno or 0, error.offset or 0, "%s: %s" % (type(error).__name__, error.msg)])
    except Exception as error:
        errors.append([0, 0, "%s: %s" % (type(error).__name__, error)])
    answer[job["path"]] = errors
print(json.dumps(answer))
"""

# What `node --check` does (lib/internal/main/check_syntax.js): a module is compiled by the constructor of
# ModuleWrap, which vm.SourceTextModule's constructor calls; CommonJS is compiled as the body of a function of
# (exports, require, module, __filename, __dirname), which vm.compileFunction does. Neither runs or links it.
NODE_SCRIPT = r"""
const vm = require("vm"), fs = require("fs"), os = require("os"), path = require("path"), zlib = require("zlib");
const packed = Buffer.from(process.argv.slice(1).join(""), "base64");
const jobs = JSON.parse(zlib.inflateSync(packed).toString());
const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname"];
const compilers = new Map();

function place(error, name) {
  const stack = String(error.stack || error);
  const lines = stack.split("\n");
  const at = lines[0].startsWith(name + ":") ? parseInt(lines[0].slice(name.length + 1), 10) : 0;
  const caret = lines.findIndex((line) => /^\s*\^+\s*$/.test(line));
  return [at || 0, caret >= 0 ? lines[caret].indexOf("^") + 1 : 0, error.name + ": " + error.message];
}

function attempt(kind, source, name) {
  try {
    if (kind === "module") new vm.SourceTextModule(source, { identifier: name });
    else vm.compileFunction(source.replace(/^#!.*/, ""), PARAMETERS, { filename: name });
    return [];
  } catch (error) {
    return [place(error, name)];
  }
}

function either(source, name) {
  const plain = attempt("commonjs", source, name);
  if (!plain.length) return plain;
  const asModule = attempt("module", source, name);
  if (!asModule.length) return asModule;
  return /^\s*(import|export)\b/m.test(source) ? asModule : plain;
}

function compilerFor(folder) {
  if (!compilers.has(folder)) {
    let found = null;
    try {
      const manifest = require.resolve("typescript/package.json", { paths: [folder || "."] });
      const home = path.dirname(manifest);
      const legacy = path.join(home, "lib", "typescript.js");
      if (fs.existsSync(legacy)) found = { api: require(legacy) };
      else if (fs.existsSync(path.join(home, "lib", "tsc.js"))) found = { tsc: path.join(home, "lib", "tsc.js") };
    } catch {}
    compilers.set(folder, found);
  }
  return compilers.get(folder);
}

function byApi(ts, source, name) {
  const options = { target: 99, module: 99, jsx: 1, allowJs: true, experimentalDecorators: true };
  const { diagnostics } = ts.transpileModule(source, {
    fileName: name, reportDiagnostics: true, compilerOptions: options,
  });
  return diagnostics.filter((d) => d.category === 1 && d.file).map((d) => {
    const at = d.file.getLineAndCharacterOfPosition(d.start);
    const text = ts.flattenDiagnosticMessageText(d.messageText, " ");
    return [at.line + 1, at.character + 1, "TS" + d.code + ": " + text];
  });
}

function byCommand(tsc, group) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "judge-"));
  const answer = {};
  try {
    const names = group.map((job, index) => {
      const name = "f" + index + path.extname(job.path);
      fs.writeFileSync(path.join(folder, name), job.text);
      answer[job.path] = [];
      return name;
    });
    const flags = ["--noEmit", "--noCheck", "--noResolve", "--noLib", "--allowJs", "--jsx", "preserve"];
    const more = ["--target", "esnext", "--module", "esnext", "--pretty", "false", "--types", ""];
    const done = require("child_process").spawnSync(
      process.execPath, [tsc, ...flags, ...more, ...names], { cwd: folder, encoding: "utf8", timeout: 30000 });
    if (done.status === null || done.status > 2) return null;
    for (const line of done.stdout.split("\n")) {
      const hit = /^f(\d+)\.\w+\((\d+),(\d+)\): error (TS1\d{3}|TS8\d{3}|TS17\d{3}): (.*)$/.exec(line.trim());
      if (hit) answer[group[hit[1]].path].push([Number(hit[2]), Number(hit[3]), hit[4] + ": " + hit[5]]);
    }
    return answer;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const answer = {}, waiting = new Map();
for (const job of jobs) {
  job.text = Buffer.from(job.source, "base64").toString().replace(/^\uFEFF/, "");
  if (job.kind === "unknown") answer[job.path] = null;
  else if (job.kind === "either") answer[job.path] = either(job.text, job.path);
  else if (job.kind !== "typescript") answer[job.path] = attempt(job.kind, job.text, job.path);
  else {
    const compiler = compilerFor(job.folder);
    if (!compiler) answer[job.path] = null;
    else if (compiler.api) answer[job.path] = byApi(compiler.api, job.text, job.path);
    else waiting.set(compiler.tsc, [...(waiting.get(compiler.tsc) || []), job]);
  }
}
for (const [tsc, group] of waiting) {
  const found = byCommand(tsc, group);
  for (const job of group) answer[job.path] = found && found[job.path];
}
process.stdout.write(JSON.stringify(answer) + "\n");
"""
