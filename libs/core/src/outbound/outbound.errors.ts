import { defineError } from '#core/errors';

export const AddressRefused = defineError('outbound.address_refused', 422, 'The address may not be fetched');
export const FetchFailed = defineError('outbound.fetch_failed', 422, 'The address could not be fetched');
