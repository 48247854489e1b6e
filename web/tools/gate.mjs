// Runs the checks of the web apps that are not vitest's (types, style, builds) and then vitest, all told as
// `go test -json`, for the summary of `make test`: node tools/gate.mjs.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const web = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => `${web}/node_modules/.bin/${name}`;
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** Runs a command to its end; its output is kept, or handed on. */
function run(command, args, hand = false) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: web,
      stdio: ['ignore', hand ? 'inherit' : 'pipe', hand ? 'inherit' : 'pipe'],
    });
    let output = '';
    for (const pipe of [child.stdout, child.stderr]) pipe?.on('data', (b) => (output += b));
    child.on('error', (e) => resolve({ code: 1, output: e.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

async function check(name, command, args) {
  const begin = Date.now();
  const { code, output } = await run(command, args);
  const line = { Package: `web/${name}`, Test: name };
  if (code !== 0) say({ Action: 'output', ...line, Output: `${output}\n` });
  const outcome = {
    Action: code === 0 ? 'pass' : 'fail',
    Package: line.Package,
    Elapsed: (Date.now() - begin) / 1000,
  };
  say({ ...outcome, Test: name });
  say(outcome);
  return code === 0;
}

const types = (project) => check(`types of ${project}`, bin('tsc'), ['--noEmit', '-p', project]);

await Promise.all([
  check('biome', bin('biome'), ['check', '--colors=off', '.']),
  types('shared').then(() => types('console')),
]);
await Promise.all([types('signer').then(() => types('e2e')), types('tools')]);
const built = await Promise.all(
  ['console', 'signer'].map((app) =>
    check(`build of ${app}`, bin('vite'), ['build', '-c', `vite.${app}.config.ts`, '--logLevel', 'warn']),
  ),
);
const reporter = ['--reporter=./tools/gotest.ts'];
await run(bin('vitest'), ['run', ...reporter], true);
if (built.every(Boolean))
  await run(bin('vitest'), ['run', '-c', 'vitest.build.config.ts', ...reporter], true);
