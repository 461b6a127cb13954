import { clsx } from 'clsx';
import { Sparkles } from 'lucide-react';
import { Button } from '../components/ui/button.js';
import { useCreditWords } from '../i18n/credit-words.js';
import { useMessages } from '../i18n/use-messages.js';
import { useMissingCredits } from './shortage.js';
import type { Prices } from './use-prices.js';

/** Says what it does and what it costs, or what is missing for it. The place of the price is kept, so that nothing jumps while it is asked for. */
export function GenerateButton({ prices, count }: { prices: Prices; count: number }) {
  const t = useMessages();
  const words = useCreditWords();
  const { totalCredits, isUpdating } = prices;
  const missing = useMissingCredits(totalCredits);
  return (
    <Button
      type="submit"
      variant="primary"
      size="lg"
      className="h-auto! min-h-12 min-w-0 flex-1 flex-wrap justify-between! py-1.5 pr-2!"
    >
      <span className="flex min-w-0 items-center gap-2">
        <Sparkles aria-hidden />
        <span className="truncate">{t('create.generate', { count })}</span>
      </span>
      <span
        className={clsx(
          'min-w-24 rounded-md px-2.5 py-1 text-center text-sm tabular-nums transition-opacity',
          missing > 0 ? 'bg-bad-soft text-bad' : 'bg-on-ink/15',
          isUpdating && 'opacity-65',
        )}
      >
        {totalCredits === undefined ? '…' : missing > 0 ? words.missing(missing) : words.amount(totalCredits)}
      </span>
    </Button>
  );
}
