import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { CHANNEL, type SignalBus, type SignalListener } from './signal-bus.js';

/** Signals over Redis publish/subscribe; ioredis reconnects and subscribes again by itself. */
export class RedisSignalBus implements SignalBus {
  private readonly logger = new Logger('Realtime');
  private readonly publisher: Redis;
  private subscriber: Redis | undefined;

  constructor(private readonly redisUrl: string) {
    this.publisher = this.connect();
  }

  async publish(organizationIds: string[]): Promise<void> {
    await this.publisher.publish(CHANNEL, organizationIds.join(','));
  }

  async listen(listener: SignalListener, onGap: () => void): Promise<void> {
    const subscriber = this.connect();
    this.subscriber = subscriber;
    subscriber.on('message', (_channel: string, payload: string) => listener(payload.split(',').filter(Boolean)));
    await subscriber.subscribe(CHANNEL);
    subscriber.on('ready', onGap);
  }

  async close(): Promise<void> {
    const clients = [this.publisher, ...(this.subscriber ? [this.subscriber] : [])];
    await Promise.all(clients.map((client) => client.quit().catch(() => client.disconnect())));
  }

  private connect(): Redis {
    const client = new Redis(this.redisUrl, { maxRetriesPerRequest: 1, enableOfflineQueue: true });
    client.on('error', (error: Error) => this.logger.warn(`Redis: ${error.message}`));
    return client;
  }
}
