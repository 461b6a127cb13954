/**
 * `npm run check`: all checks that run no test. Lint takes as long as the others together, so they run beside it, and
 * all are heard to their end. Drift comes last: it writes the generated files anew, which the others read.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Each lane is walked in its order, beside the other. */
const BESIDE_EACH_OTHER = [['lint'], ['typecheck', 'format:check', 'build:studio', 'lint:imports']];
const LAST = ['check:drift'];

async function passes(script) {
  const begun = Date.now();
  const run = spawn('npm', ['run', '--silent', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => run.once('close', resolve));
  const [output, complaints, status] = await Promise.all([text(run.stdout), text(run.stderr), ended]);
  const seconds = Math.round((Date.now() - begun) / 1000);
  process.stdout.write(`${status === 0 ? 'passed' : 'FAILED'} ${script} (${seconds} s)\n${output}${complaints}`);
  return status === 0;
}

async function walk(lane) {
  const results = [];
  for (const script of lane) results.push(await passes(script));
  return results;
}

const results = [...(await Promise.all(BESIDE_EACH_OTHER.map(walk))).flat(), ...(await walk(LAST))];
process.exitCode = results.every(Boolean) ? 0 : 1;
