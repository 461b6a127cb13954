import type { FaultOptions } from '#ai/testing';
import { ASYNCHRONOUS, isSynchronous, type ProviderId, PROVIDERS, SYNCHRONOUS } from './provider-ground.js';

export interface Ending {
  status: string;
  code?: string;
  /** Generations that the provider began, and would bill. */
  creates: number;
}

/** What a provider does, and how a job ends by it. */
export interface Scenario {
  name: string;
  /** A provider that is left out cannot do it: who answers with the file itself has no tasks, looks and links. */
  among?: readonly ProviderId[];
  fault?: string | ((provider: ProviderId) => string);
  options?: FaultOptions;
  /** Requests for the generation that are sent, accepted or not; 1. */
  asks?: number;
  ending: Ending | { synchronous: Ending; asynchronous: Ending };
  /** What is different for one of them. */
  except?: Partial<Record<ProviderId, Ending>>;
}

const done: Ending = { status: 'succeeded', creates: 1 };
const refused = (code: string): Ending => ({ status: 'failed', code, creates: 0 });
const unknown = (code: string, creates: number): Ending => ({ status: 'outcome_unknown', code, creates });
/** Asynchronous providers are looked for until the time for it is up; only Replicate lists enough to be found. */
const lost = (synchronousCode: string, creates: number) => ({
  synchronous: unknown(synchronousCode, creates),
  asynchronous: unknown('provider.outcome_unknown', creates),
});
const found = { replicate: done };
const onFiles = (times: number): FaultOptions => ({ on: 'file', times });

export const SCENARIOS: readonly Scenario[] = [
  { name: 'nothing goes wrong', ending: done },
  { name: 'the key is refused (401)', fault: 'unauthorized', ending: refused('provider.authentication_failed') },
  {
    name: 'the account is empty (402 and its like)',
    fault: (provider) => (provider === 'openai' ? 'insufficient_quota' : 'quota'),
    ending: refused('provider.quota_exhausted'),
  },
  {
    name: 'the input is refused (422 and its like)',
    fault: (provider) => (provider === 'openai' ? 'content_policy' : 'invalid_input'),
    ending: refused('provider.invalid_input'),
    except: { openai: refused('provider.content_policy') },
  },
  {
    name: 'a rate limit that says how long to wait',
    fault: 'rate_limited',
    options: { retryAfterSeconds: 1 },
    asks: 2,
    ending: done,
  },
  {
    name: 'a rate limit that does not',
    fault: 'rate_limited',
    options: { retryAfterSeconds: null },
    asks: 2,
    ending: done,
  },
  {
    name: 'a 500 before anything is accepted, which nobody can tell',
    fault: 'server_error_before',
    ending: lost('provider.unavailable', 0),
  },
  {
    name: 'a 500 after the acceptance',
    fault: 'server_error_after',
    ending: lost('provider.unavailable', 1),
    except: found,
  },
  { name: 'no answer at all', fault: 'hang', ending: lost('provider.timeout', 1), except: found },
  { name: 'a reset before the acceptance', fault: 'reset_before', ending: lost('provider.outcome_unknown', 0) },
  {
    name: 'a reset instead of the answer',
    fault: 'reset',
    ending: lost('provider.outcome_unknown', 1),
    except: found,
  },
  {
    name: "a proxy's page instead of the answer",
    fault: 'html',
    ending: lost('provider.bad_response', 1),
    except: found,
  },
  { name: 'a slow answer', fault: 'slow_drip', options: { dripMs: 10 }, ending: done },
  {
    name: 'an answer cut off in the middle',
    fault: 'truncated',
    ending: lost('provider.bad_response', 1),
    except: found,
  },
  {
    name: 'a whole answer with a page where the file should be',
    among: SYNCHRONOUS,
    fault: 'wrong_type',
    ending: unknown('provider.bad_response', 1),
  },
  {
    name: 'a whole answer with half a file',
    among: SYNCHRONOUS,
    fault: 'truncated_media',
    ending: unknown('provider.bad_response', 1),
  },
  {
    name: 'the task fails',
    among: ASYNCHRONOUS,
    fault: 'task_failed',
    ending: { status: 'failed', code: 'provider.generation_failed', creates: 1 },
  },
  {
    name: "a proxy's page instead of the state",
    among: ASYNCHRONOUS,
    fault: 'html',
    options: { on: 'poll' },
    ending: done,
  },
  {
    name: "a gateway's page instead of the result",
    // Who tells the state and the result by two requests.
    among: ['fal'],
    fault: 'bad_gateway_before',
    options: { on: 'poll', after: 1 },
    ending: done,
  },
  {
    name: 'a gateway that refuses a look, once',
    among: ASYNCHRONOUS,
    fault: 'unauthorized',
    options: { on: 'poll' },
    ending: done,
  },
  {
    name: 'a file that drips',
    among: ASYNCHRONOUS,
    fault: 'slow_drip',
    options: { on: 'file', dripMs: 10 },
    ending: done,
  },
  { name: 'a file cut off once', among: ASYNCHRONOUS, fault: 'truncated', options: onFiles(1), ending: done },
  { name: 'half a file, once', among: ASYNCHRONOUS, fault: 'truncated_media', options: onFiles(1), ending: done },
  { name: 'an expired link, once', among: ASYNCHRONOUS, fault: 'expired', options: onFiles(1), ending: done },
  {
    name: 'a page where the file should be, always',
    among: ASYNCHRONOUS,
    fault: 'wrong_type',
    options: onFiles(5),
    ending: { status: 'failed', code: 'provider.output_unavailable', creates: 1 },
  },
];

export function endingOf({ except, ending }: Scenario, provider: ProviderId): Ending {
  if (except?.[provider]) return except[provider];
  if (!('synchronous' in ending)) return ending;
  return isSynchronous(provider) ? ending.synchronous : ending.asynchronous;
}

/** A row of the matrix with its cells, for whoever reads what was tested. */
export function titleOf(scenario: Scenario): string {
  const { name, among = PROVIDERS } = scenario;
  const cells = Map.groupBy(among, (provider) => {
    const { status, code, creates } = endingOf(scenario, provider);
    return [status, ...(code === undefined ? [] : [code]), `creates ${creates}`].join(', ');
  });
  const isForAll = cells.size === 1 && among === PROVIDERS;
  return `${name} → ${[...cells].map(([end, whose]) => (isForAll ? end : `${whose.join(', ')}: ${end}`)).join('; ')}`;
}
