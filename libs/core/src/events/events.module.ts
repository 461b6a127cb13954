import { type DynamicModule, Module } from '@nestjs/common';
import { RealtimeModule } from '#core/realtime';
import { EventStreams } from './event-streams.js';
import { EventsRepository } from './events.repository.js';

/** The event log. `streams` adds the live side (API processes). */
@Module({})
export class EventsModule {
  static forRoot(options: { streams: boolean }): DynamicModule {
    const streams = options.streams ? [EventStreams] : [];
    return {
      module: EventsModule,
      global: true,
      imports: [RealtimeModule],
      providers: [EventsRepository, ...streams],
      exports: [EventsRepository, ...streams],
    };
  }
}
