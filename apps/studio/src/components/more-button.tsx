import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useMessages } from '../i18n/use-messages.js';
import { Button } from './ui/button.js';

interface MoreButtonProps {
  list: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>;
  className?: string;
}

/** Reads the next page of a list, as long as there is one. */
export function MoreButton({ list, className }: MoreButtonProps) {
  const t = useMessages();
  if (!list.hasNextPage) return null;
  return (
    <Button className={className} disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
      {t('action.more')}
    </Button>
  );
}
