export { EventsRepository, type EventRow, type EventFilter, type NewEvent } from './events.repository.js';
export { EventStreams, type StreamOptions } from './event-streams.js';
export { EventsModule } from './events.module.js';
export { EVENT_TYPES, type EventType } from './event-types.js';
export { openEventStream } from './sse-connection.js';
export { EventDto, EventPageDto, EventStreamResponse, toEventDto } from './event.dto.js';
