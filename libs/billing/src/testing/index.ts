export { StripeServer, type SentEvent } from './stripe-server.js';
