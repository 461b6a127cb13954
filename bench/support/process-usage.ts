import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second for user programs (`USER_HZ`). */
const TICK_MS = 10;

/** Memory of a process that is in RAM, MB (1024²). */
export function residentMb(pid: number): number {
  const kilobytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
  return kilobytes / 1024;
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
  try {
    // The second field is the name in parentheses, which may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    return { parent, cpuMs: (user + system) * TICK_MS, endedChildrenCpuMs: (endedUser + endedSystem) * TICK_MS };
  } catch {
    return undefined;
  }
}
