import { useMemo, useSyncExternalStore } from 'react';
import { i18n, type Language, type MessageId, type MessageValues } from './messages.js';

export interface Translator {
  (id: MessageId, values?: MessageValues): string;
  /** The message when the catalogues have it, else `undefined`: for codes and names that the server invents. */
  maybe: (id: string, values?: MessageValues) => string | undefined;
  language: Language;
}

const subscribe = (listener: () => void) => i18n.on('change', listener);
/** Counts what was loaded: sentences that come later are drawn when they are there. */
let loads = 0;
i18n.on('change', () => (loads += 1));
const current = () => loads;

/** A message without parts is its own text; Lingui would take it for one that nobody compiled, and warn each time. */
function say(id: string, values?: MessageValues): string {
  const message = i18n.messages[id];
  return typeof message === 'string' ? message : i18n._(id, values);
}

/** The sentences of the language in use; a component that calls it is drawn again when the language changes. */
export function useMessages(): Translator {
  const version = useSyncExternalStore(subscribe, current);
  return useMemo(() => {
    const language = i18n.locale as Language;
    const maybe = (id: string, values?: MessageValues) => (i18n.messages[id] ? say(id, values) : undefined);
    return Object.assign((id: MessageId, values?: MessageValues) => say(id, values), { maybe, language });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what the catalogues hold changes with it
  }, [version]);
}
