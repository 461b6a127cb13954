import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { describeProblem } from '../api/problems.js';
import { Skeleton } from '../components/ui/skeleton.js';
import { useMessages } from '../i18n/use-messages.js';
import { AuthMessage } from './auth-message.js';
import { linkToken } from './link-token.js';

interface OneTimeLinkProps {
  /** What the link is for; part of what keeps it from being used twice. */
  purpose: string;
  /** Uses the token up. */
  open: (token: string) => Promise<unknown>;
  doneTitle: string;
  doneText: string;
  /** The way on, in any case. */
  onward: ReactNode;
}

/** Opened from a mail: the link is good once, so it is used once, whatever draws the page again. */
export function OneTimeLink({ purpose, open, doneTitle, doneText, onward }: OneTimeLinkProps) {
  const t = useMessages();
  const [token] = useState(linkToken);
  const isWhole = token !== '';
  const opening = useQuery({
    queryKey: ['one-time-link', purpose, token],
    queryFn: async () => {
      await open(token);
      return true;
    },
    enabled: isWhole,
    retry: false,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  if (isWhole && opening.isPending) {
    return (
      <div className="flex flex-col gap-3" aria-busy>
        <Skeleton className="h-8 w-48" />
        <Skeleton className="h-5 w-72" />
      </div>
    );
  }
  return opening.isSuccess ? (
    <AuthMessage title={doneTitle} text={doneText}>
      {onward}
    </AuthMessage>
  ) : (
    <AuthMessage
      title={t('link.invalidTitle')}
      text={isWhole ? describeProblem(t, opening.error) : t('link.incomplete')}
    >
      {onward}
    </AuthMessage>
  );
}
