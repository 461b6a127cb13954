import { Global, Module } from '@nestjs/common';
import { OutboundFetch } from './outbound-fetch.js';

/** Fetching what strangers name, without reaching into our own network. */
@Global()
@Module({ providers: [OutboundFetch], exports: [OutboundFetch] })
export class OutboundModule {}
