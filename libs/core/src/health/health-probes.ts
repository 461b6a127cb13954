import { Injectable } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { sql } from 'kysely';
import { type Db, InjectDb } from '#core/db';
import { Queues } from '#core/queue';
import { FileStorage } from '#core/storage';

export interface ProbeResult {
  status: 'up' | 'down';
  latencyMs: number;
  /** What is wrong, for operators; names no host or credential. */
  reason?: string;
}

export interface HealthReport {
  healthy: boolean;
  checks: Record<'database' | 'queue' | 'storage', ProbeResult>;
}

const PROBE_TIMEOUT_MS = 3000;

/** Asks everything the process depends on whether it works, side by side, each bounded in time. */
@Injectable()
export class HealthProbes {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly queues: Queues,
    private readonly storage: FileStorage,
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  async report(): Promise<HealthReport> {
    const probes = {
      database: () => sql`select 1`.execute(this.db),
      queue: () => this.queues.queue('maintenance').getJobCounts('waiting'),
      storage: () => this.storage.check(),
    };
    const checks = {} as HealthReport['checks'];
    const outcome = await this.health
      .check(
        Object.entries(probes).map(([name, probe]) => async () => {
          const result = await measure(probe);
          checks[name as keyof typeof probes] = result;
          const indicator = this.indicators.check(name);
          return result.status === 'up' ? indicator.up() : indicator.down();
        }),
      )
      .catch(() => undefined);
    return { healthy: outcome?.status === 'ok', checks };
  }
}

async function measure(probe: () => Promise<unknown>): Promise<ProbeResult> {
  const begun = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PROBE_TIMEOUT_MS);
  });
  const latencyMs = (): number => Math.round((performance.now() - begun) * 10) / 10;
  try {
    await Promise.race([probe(), timeout]);
    return { status: 'up', latencyMs: latencyMs() };
  } catch (error) {
    return { status: 'down', latencyMs: latencyMs(), reason: reasonOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code) return code;
  return error instanceof Error && error.message === 'no answer in time' ? error.message : 'failed';
}
