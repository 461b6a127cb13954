import { hash, parseOptions, verify } from '@node-rs/argon2';

/**
 * Argon2id (the library's default variant) with 19 MiB, two passes, one lane: the second row of the OWASP Password
 * Storage Cheat Sheet's equivalent settings. A hash carries its own parameters, so they can be raised later:
 * `needsRehash` tells which ones lag behind.
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 };

/**
 * Hashing runs on libuv's threads, which also verify token signatures and read files: a wave of logins may hold at most
 * this many of them, the rest of the wave waits.
 */
const CONCURRENCY = 2;
let running = 0;
const waiting: (() => void)[] = [];

/** The PHC string to store for a password. Takes some 20–40 ms of another thread. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(normalize(password), PARAMETERS));
}

/**
 * Whether the password fits. Without a stored hash (no such account) it does the same work and says no, so that the
 * time of the answer tells nothing.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const subject = stored ?? (await decoy());
  const fits = await inTurn(() => verify(subject, normalize(password)));
  return fits && stored !== null;
}

/** Whether a hash was made with weaker parameters than today's. */
export function needsRehash(stored: string): boolean {
  const { memoryCost, timeCost } = parseOptions(stored);
  return memoryCost < PARAMETERS.memoryCost || timeCost < PARAMETERS.timeCost;
}

let decoyHash: Promise<string> | undefined;
function decoy(): Promise<string> {
  decoyHash ??= hashPassword('nobody has this account');
  return decoyHash;
}

/** NIST SP 800-63B: the same password typed on two keyboards must give the same bytes. */
function normalize(password: string): string {
  return password.normalize('NFKC');
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= CONCURRENCY) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}
