import { setTimeout as sleep } from 'node:timers/promises';
import { type CommandContext, readArguments } from '../command.js';
import { StopSignals } from '../stop-signals.js';
import { DemoFailure } from './demo.errors.js';
import { DemoReport } from './demo-report.js';
import { Journey } from './journey.js';
import { ProviderJourney } from './provider-journey.js';
import { startThrowawayPlatform, type ThrowawayPlatform } from './throwaway-platform.js';

const OUTPUT_FOLDER = 'demo-output';
const TIMEOUT_MS = 180_000;

/** `npm run demo [-- --providers]`: exits 0 only when everything was as it should be. */
export async function demo(context: CommandContext): Promise<void> {
  const { config, terminal } = context;
  const { providers } = readArguments(context, { providers: { type: 'boolean' } }).values;
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1);
  const report = new DemoReport(terminal);
  const signals = new StopSignals({ endsWithParent: config.startedByNpm });
  const ending = new AbortController();
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => signals.dispose());
  const outOfTime = Promise.race([interrupted(signals), timeout(ending.signal)]);
  outOfTime.catch(() => undefined);
  let platform: ThrowawayPlatform | undefined;
  try {
    terminal.title('BASE Agency: a throw-away platform, and one job of every kind');
    platform = await startThrowawayPlatform(config, cleanup, outOfTime);
    report.fact('Platform', `${platform.url}, ready after ${seconds()} s`);
    const Chosen = providers ? ProviderJourney : Journey;
    const journey = new Chosen(platform, report, OUTPUT_FOLDER, ending.signal);
    await Promise.race([journey.run(), platform.failed, outOfTime]);
    report.success(`Everything was as it should be (${seconds()} s). The files are in ${OUTPUT_FOLDER}/.`);
  } catch (error) {
    if (!signals.isStopping) report.failure(platform?.logTail ?? []);
    throw asFailure(error);
  } finally {
    ending.abort();
  }
}

async function interrupted(signals: StopSignals): Promise<never> {
  await signals.received;
  throw new DemoFailure('Stopped before the end.');
}

async function timeout(ending: AbortSignal): Promise<never> {
  await sleep(TIMEOUT_MS, undefined, { signal: ending });
  throw new DemoFailure(`The demo was not done after ${TIMEOUT_MS / 1000} s.`);
}

/** A refusal of the API is foreseen here: its code and reason are the message, not a stack. */
function asFailure(error: unknown): unknown {
  return error instanceof Error && error.name === 'ApiError' ? new DemoFailure(error.message, { cause: error }) : error;
}
