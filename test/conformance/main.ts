import { parseArgs } from 'node:util';
import { checkConformance } from '#ai/testing';

/**
 * `npm run conformance -- --specs DIR`: holds every request our providers send, and every answer our fakes give, against
 * the providers' own API descriptions. Exits 1 on any fault, and when an operation in use was not exercised.
 */
const { values } = parseArgs({ options: { specs: { type: 'string' } } });
if (!values.specs) {
  process.stderr.write('Usage: npm run conformance -- --specs <directory with the API descriptions>\n');
  process.exit(2);
}
const results = await checkConformance(values.specs);
const faults = results.flatMap(({ operation, faults }) => faults.map((fault) => `${operation}: ${fault}`));
for (const { operation, requests, answers, faults: wrong } of results) {
  process.stdout.write(`${operation.padEnd(34)} ${requests} requests, ${answers} answers, ${wrong.length} faults\n`);
}
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.stdout.write(`${'fal'.padEnd(34)} not checked: it publishes no API description\n`);
if (results.length === 0) process.stderr.write('Nothing was checked.\n');
process.exit(faults.length > 0 || results.length === 0 ? 1 : 0);
