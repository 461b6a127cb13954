import { Sparkles } from 'lucide-react';
import { Button } from '../components/ui/button.js';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import type { Prices } from './use-prices.js';

/** Says what it does and what it costs. The place of the price is kept, so that nothing jumps while it is asked for. */
export function GenerateButton({ prices, count }: { prices: Prices; count: number }) {
  const t = useMessages();
  const formats = useFormats();
  const { totalCredits, isUpdating } = prices;
  return (
    <Button type="submit" variant="primary" size="lg" className="min-w-0 flex-1 justify-between! pr-2!">
      <span className="flex min-w-0 items-center gap-2">
        <Sparkles aria-hidden />
        <span className="truncate">{t('create.generate', { count })}</span>
      </span>
      <span
        className={`min-w-24 rounded-md bg-on-ink/15 px-2.5 py-1 text-center text-sm tabular-nums transition-opacity ${isUpdating ? 'opacity-65' : ''}`}
      >
        {totalCredits === undefined
          ? '…'
          : t('credits.count', { count: totalCredits, shown: formats.number(totalCredits) })}
      </span>
    </Button>
  );
}
