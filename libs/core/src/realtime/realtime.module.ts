import { Global, Module } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { type Db, DB_TOKEN } from '#core/db';
import { EventSignals } from './event-signals.js';
import { PostgresSignalBus } from './postgres-signal-bus.js';
import { RedisSignalBus } from './redis-signal-bus.js';
import { SIGNAL_BUS } from './tokens.js';

/** Signals between processes: Redis when `REDIS_URL` is set, LISTEN/NOTIFY otherwise. */
@Global()
@Module({
  providers: [
    {
      provide: SIGNAL_BUS,
      useFactory: (config: AppConfig, db: Db) =>
        config.redisUrl ? new RedisSignalBus(config.redisUrl) : new PostgresSignalBus(db, config.database.directUrl),
      inject: [AppConfig, DB_TOKEN],
    },
    EventSignals,
  ],
  exports: [EventSignals],
})
export class RealtimeModule {}
