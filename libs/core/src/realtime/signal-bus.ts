/** Called with the organizations that have news. */
export type SignalListener = (organizationIds: string[]) => void;

/**
 * Carries "these organizations have new events" between processes. A signal is a hint, never the news itself: the event
 * log is read for that, and a lost signal costs a delay, not an event.
 */
export interface SignalBus {
  publish(organizationIds: string[]): Promise<void>;
  /** Starts listening; reconnects by itself. `onGap` is called after a reconnect: signals may have been missed. */
  listen(listener: SignalListener, onGap: () => void): Promise<void>;
  close(): Promise<void>;
}

export const CHANNEL = 'base_events';
/** A NOTIFY payload holds 8,000 bytes; a UUID and its comma take 37. */
export const IDS_PER_SIGNAL = 200;
