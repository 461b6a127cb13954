export { isPublicAddress } from './address-rules.js';
export { OutboundFetch, type OutboundAnswer, type OutboundOptions } from './outbound-fetch.js';
export { OutboundModule } from './outbound.module.js';
export { AddressRefused, FetchFailed } from './outbound.errors.js';
