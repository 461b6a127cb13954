import { type DynamicModule, Inject, Injectable, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { createDatabase, type Db } from './database.js';

export const DB_TOKEN = Symbol('Db');

/** Injects the pool of this process. */
export const InjectDb = (): ParameterDecorator => Inject(DB_TOKEN);

/** Closes the pool last, after everything that may still write has stopped. */
@Injectable()
class DatabaseCloser implements OnApplicationShutdown {
  constructor(@InjectDb() private readonly db: Db) {}

  async onApplicationShutdown(): Promise<void> {
    await this.db.destroy();
  }
}

/** The one database pool of the process. */
@Module({})
export class DatabaseModule {
  static forRoot(applicationName: string): DynamicModule {
    const logger = new Logger('Database');
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        {
          provide: DB_TOKEN,
          useFactory: (config: AppConfig): Db =>
            createDatabase({
              url: config.database.url,
              max: config.database.poolSize,
              applicationName,
              onIdleError: (error) => logger.warn(`An idle connection was lost: ${error.message}`),
            }),
          inject: [AppConfig],
        },
        DatabaseCloser,
      ],
      exports: [DB_TOKEN],
    };
  }
}
