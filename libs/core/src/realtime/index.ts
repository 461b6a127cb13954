export { RealtimeModule } from './realtime.module.js';
export { EventSignals } from './event-signals.js';
