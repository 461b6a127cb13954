import { CloudOff } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { reachability } from '../api/reachability.js';
import { useMessages } from '../i18n/use-messages.js';
import { useStore } from '../state/store.js';

const subscribe = (listener: () => void) => {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
};

/** Says that what is shown may be old, and nothing while all is well. */
export function ConnectionNotice() {
  const t = useMessages();
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  const isReachable = useStore(reachability);
  const isTroubled = !isOnline || !isReachable;
  return (
    <div role="status">
      {isTroubled ? (
        <p className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-sm text-warn">
          <CloudOff className="size-4 shrink-0" aria-hidden />
          {t(isOnline ? 'connection.lost' : 'connection.offline')}
        </p>
      ) : null}
    </div>
  );
}
