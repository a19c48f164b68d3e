// Tries what a layer brings to Node.js and says what failed. Runs alone: nothing but Node.js.
//
// The event and the answer are those of canary_probe.py; `packages` stand for `modules`, and
// there is nothing compiled and no command.
'use strict';

const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const MAX_ERROR = 300;
const MAX_ANSWER = 20000;
const UNPACKED = '/opt';
const CONDITIONS = ['node', 'import', 'module-sync', 'default', 'require'];
// Of what only `import` can load, `require` says one of these.
const NEEDS_IMPORT = new Set([
  'ERR_REQUIRE_ESM',
  'ERR_REQUIRE_ASYNC_MODULE',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
]);

let invocations = 0;

exports.handler = async (event, context) => {
  invocations += 1;
  const cold = invocations === 1;
  const begun = performance.now();
  const seen = { failures: [], skipped: [] };
  const packages = await loadAll(event.packages, seen);
  const startup = performance.now() - begun;
  const files = readAll(event.files, seen);
  const answer = event.check ? await call(event.check, context, seen) : null;
  console.log(JSON.stringify({ exercised: { packages, files }, failures: seen.failures.length }));
  return {
    cold,
    startup_ms: Math.round(startup),
    duration_ms: Math.round(performance.now() - begun),
    exercised: { packages, files },
    failures: seen.failures,
    not_exercised: seen.skipped,
    answer,
  };
};

function fail(seen, what, error) {
  seen.failures.push({ what, error: String(error).slice(0, MAX_ERROR) });
}

function said(problem) {
  return problem instanceof Error ? `${problem.name}: ${problem.message.split('\n')[0]}` : problem;
}

// Layers are found by NODE_PATH, which `import` does not look at: so by folder.
function root(file) {
  const above = (process.env.NODE_PATH || '').split(':').map((place) => place.split('/nodejs')[0]);
  const found = [UNPACKED, ...above].find((place) => place && fs.existsSync(path.join(place, file)));
  return found === undefined ? null : found;
}

async function loadAll(packages, seen) {
  let loaded = 0;
  const without = [];
  for (const { name, path: folder } of packages) {
    try {
      if (await load(name, folder)) loaded += 1;
      else without.push(name);
    } catch (problem) {
      fail(seen, name, said(problem));
    }
  }
  if (without.length) {
    seen.skipped.push(`packages that have nothing to require: ${without.slice(0, 5).join(', ')}`);
  }
  return loaded;
}

// Whether there was anything to load; types and commands have no entry point.
async function load(name, folder) {
  const place = root(folder);
  if (place === null) throw new Error('is not there');
  const home = path.join(place, folder);
  const about = JSON.parse(fs.readFileSync(path.join(home, 'package.json'), 'utf8'));
  if (!hasEntry(home, about)) return false;
  // From beside its node_modules, so that it is this one and no other of the same name.
  const beside = createRequire(path.join(home.slice(0, -`node_modules/${name}`.length), 'canary.js'));
  try {
    beside(name);
  } catch (problem) {
    if (!NEEDS_IMPORT.has(problem.code)) throw problem;
    const entry = importEntry(about) || about.main || 'index.js';
    await import(pathToFileURL(path.join(home, entry)).href);
  }
  return true;
}

function hasEntry(home, about) {
  if (about.exports !== undefined) return importEntry(about) !== undefined;
  if (about.main) return true;
  return ['index.js', 'index.json', 'index.node'].some((name) => fs.existsSync(path.join(home, name)));
}

function importEntry(about) {
  let entry = about.exports;
  if (entry && typeof entry === 'object' && '.' in entry) entry = entry['.'];
  while (entry && typeof entry === 'object') {
    if (Array.isArray(entry)) [entry] = entry;
    else entry = entry[CONDITIONS.find((condition) => condition in entry)];
  }
  return typeof entry === 'string' ? entry : undefined;
}

function readAll(files, seen) {
  let read = 0;
  let modeless = 0;
  for (const file of files) {
    const error = readOne(file);
    if (error === MODELESS) modeless += 1;
    if (error && error !== MODELESS) fail(seen, file.path, error);
    else read += 1;
  }
  if (modeless) {
    seen.skipped.push(`whether ${modeless} files are executable: layers are not at /opt here`);
  }
  return read;
}

const MODELESS = 'is there, but layers are unpacked without their modes here';

function readOne(file) {
  const place = root(file.path);
  if (place === null) return 'is not there';
  const name = path.join(place, file.path);
  try {
    const size = fs.readFileSync(name).length;
    if (size !== file.size) return `has ${size} bytes instead of ${file.size}`;
  } catch (problem) {
    return `cannot be read: ${problem.code}`;
  }
  if (!file.is_executable) return '';
  try {
    fs.accessSync(name, fs.constants.X_OK);
  } catch {
    return place === UNPACKED ? 'is not executable' : MODELESS;
  }
  return '';
}

async function call(check, context, seen) {
  const at = check.handler.lastIndexOf('.');
  try {
    const module = require(check.handler.slice(0, at));
    const answer = await module[check.handler.slice(at + 1)](check.payload, context);
    const text = JSON.stringify(answer === undefined ? null : answer);
    if (text.length <= MAX_ANSWER) return text;
    fail(seen, check.handler, `its answer has ${text.length} characters, more than ${MAX_ANSWER}`);
  } catch (problem) {
    fail(seen, check.handler, said(problem));
  }
  return null;
}
