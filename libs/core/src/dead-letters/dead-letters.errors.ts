import { defineError } from '#core/errors';

export const NotRedrivable = defineError('queue.not_redrivable', 409, 'The message cannot be sent again');
