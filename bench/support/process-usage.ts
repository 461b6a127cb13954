import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second for user programs (`USER_HZ`). */
const TICK_MS = 10;

const SAMPLE_EVERY_MS = 100;

/** Memory of a process that is in RAM, MB (1024²); NaN where there is no /proc. */
export function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readIfThere(`/proc/${pid}/status`) ?? '')?.[1];
  return Number(kilobytes) / 1024;
}

/** Looks at processes now and then while `work` runs. @returns how much memory each had at most, MB. */
export async function highestResidentMb(pids: number[], work: () => Promise<unknown>): Promise<number[]> {
  const highest = pids.map(residentMb);
  const timer = setInterval(() => {
    for (const [index, pid] of pids.entries()) highest[index] = Math.max(highest[index] ?? 0, residentMb(pid) || 0);
  }, SAMPLE_EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return highest;
}

/**
 * CPU time that a process and its children have used so far, user and system, milliseconds (proc_pid_stat(5)); NaN where
 * there is no /proc.
 */
export function cpuMs(pid: number): number {
  const own = statOf(pid);
  if (!own) return Number.NaN;
  return processIds()
    .map(statOf)
    .filter((stat) => stat?.parent === pid)
    .reduce((sum, child) => sum + (child?.cpuMs ?? 0), own.cpuMs + own.endedChildrenCpuMs);
}

/** The process that started this one; NaN where there is no /proc. */
export function parentOf(pid: number): number {
  return statOf(pid)?.parent ?? Number.NaN;
}

function processIds(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid));
}

function statOf(pid: number): { parent: number; cpuMs: number; endedChildrenCpuMs: number } | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the name in parentheses, which may hold anything.
  const fields = stat
    .replace(/^.*\) /s, '')
    .split(' ')
    .map(Number);
  const [, parent = 0] = fields;
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
  return { parent, cpuMs: (user + system) * TICK_MS, endedChildrenCpuMs: (endedUser + endedSystem) * TICK_MS };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
